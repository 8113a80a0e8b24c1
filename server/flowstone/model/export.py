"""A download of a table: in which form, and which part of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flowstone.model.view import View

EXCEL_ROWS = 1_048_576
"""How many rows a sheet of Excel has, its head among them. Source: Microsoft, "Excel specifications and limits"."""
EXCEL_COLUMNS = 16_384


class ExportFormat(StrEnum):
    """A form that a table can be taken away in; the value is how its files' names end."""

    PARQUET = "parquet"
    CSV = "csv"
    ARROW = "arrow"
    NDJSON = "ndjson"
    EXCEL = "xlsx"


MEDIA_TYPES = {
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.ARROW: "application/vnd.apache.arrow.file",
    ExportFormat.NDJSON: "application/x-ndjson",
    ExportFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be downloaded: rows of a view, columns by key (none is all), and how it is written."""

    format: ExportFormat
    view: View
    columns: tuple[str, ...] = ()
    guards_formulas: bool = True
    """Whether a text that a spreadsheet would take for a formula gets an apostrophe before it, in CSV."""


@dataclass(frozen=True, slots=True)
class ExportSize:
    """How much a download will be. Units: bytes estimated from a sample of its rows."""

    rows: int
    columns: int
    estimated_bytes: int
