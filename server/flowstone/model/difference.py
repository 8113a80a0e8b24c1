"""How a block's outputs differ between two runs on the same inputs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flowstone.model.ids import BlockId


class How(StrEnum):
    """In what two outputs differ."""

    VALUES = "values"
    ORDER = "order"
    """The same rows come in another order."""
    ROWS = "rows"
    """There are more rows, or fewer."""
    COLUMNS = "columns"
    KIND = "kind"
    """Once a table and once a value, or the like."""
    OUTPUTS = "outputs"
    """There is an output the one time that is not there the other."""
    FAILED = "failed"
    """The second time there was no output at all."""


@dataclass(frozen=True, slots=True)
class ColumnDifference:
    """A column that differs: in how many rows, and how in the first of them. Rows count from 0."""

    name: str
    rows: int | None = None
    first_row: int | None = None
    once: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one output differs."""

    output: str
    how: How
    columns: tuple[ColumnDifference, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class BlockDifference:
    """A block that does not give the same each time."""

    block: BlockId
    differences: tuple[Difference, ...]
