"""How a view of a stored table is said on the wire: whoever asks anything of an output sends the same `TableFilter`.

What the fields mean is written where the value is: `model/view.py`. `web/views/tables.py` turns one into the other.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowstone.model.export import ExportFormat
from flowstone.model.view import (
    MAX_CONDITIONS,
    MAX_EXPRESSION_LENGTH,
    MAX_SEARCH_LENGTH,
    MAX_SORT_KEYS,
    MAX_VALUE_LENGTH,
    MAX_VALUES,
    Test,
)
from flowstone.web.wire_types import Wire

ColumnKey = Annotated[str, Field(max_length=10_000)]


class TableCondition(Wire):
    """One test of one column. Values are text, as a person types them."""

    column: ColumnKey
    test: Test
    values: Annotated[list[Annotated[str, Field(max_length=MAX_VALUE_LENGTH)]], Field(max_length=MAX_VALUES)] = Field(
        default_factory=list
    )
    match_case: bool = False


class TableFilter(Wire):
    """Which rows: those for which all of it holds."""

    conditions: Annotated[list[TableCondition], Field(max_length=MAX_CONDITIONS)] = Field(default_factory=list)
    expression: Annotated[str, Field(max_length=MAX_EXPRESSION_LENGTH)] = ""
    search: Annotated[str, Field(max_length=MAX_SEARCH_LENGTH)] = ""


class TableSort(Wire):
    """A column to sort by."""

    column: ColumnKey
    descending: bool = False


class TableView(Wire):
    """Rows that pass a filter, in an order."""

    filter: TableFilter = TableFilter()
    sort: Annotated[list[TableSort], Field(max_length=MAX_SORT_KEYS)] = Field(default_factory=list)


class TopValueView(Wire):
    """A value and how often it is there; null is none."""

    value: str | None
    count: int


class HistogramView(Wire):
    """How many values lie in each of some equal parts from `low` to `high`."""

    low: str
    high: str
    counts: list[int]


class ColumnSummaryView(Wire):
    """A column summed up; `rows` are those that were looked at. `problem` says why the rest is not there."""

    column: str
    rows: int
    is_sample: bool
    nulls: int | None
    nans: int
    distinct: int | None
    is_distinct_exact: bool
    minimum: str | None
    maximum: str | None
    mean: float | None
    deviation: float | None
    quantiles: list[str]
    """At 5, 25, 50, 75 and 95 per cent, or none."""
    top: list[TopValueView]
    histogram: HistogramView | None
    problem: str


class TableSummary(Wire):
    """What some columns of a table hold."""

    columns: list[ColumnSummaryView]


class NewDownload(Wire):
    """A download to be: its form, and which rows and columns; no column named is all of them."""

    format: ExportFormat
    view: TableView = TableView()
    columns: Annotated[list[ColumnKey], Field(max_length=20_000)] = Field(default_factory=list)
    guards_formulas: bool = True
    """Whether CSV gets an apostrophe before texts that a spreadsheet would take for formulas."""
    name: Annotated[str, Field(max_length=200)] = "output"
    """What the file is called, without its ending."""


class DownloadView(Wire):
    """A download that is ready to be fetched from `path`, below the server's address, by the same session.

    Units: estimated_bytes from a sample of its rows. It is good for ten minutes.
    """

    path: str
    file_name: str
    rows: int
    columns: int
    estimated_bytes: int
