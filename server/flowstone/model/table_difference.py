"""How two tables differ: rows that came, went and changed, and which columns changed in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_KEY_COLUMNS = 16
MAX_PAGE_ROWS = 200
MAX_PAGE_COLUMNS = 100


class Part(StrEnum):
    """Which rows of a difference somebody wants to see."""

    ALL = "all"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column of either table: its Arrow type in each, None where it is not there.

    `rows` is in how many rows it differs; None where nobody can tell: for a column of one table only, or of the key.
    """

    name: str
    before: str | None
    after: str | None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How a table differs from an earlier one.

    Rows belong together that have the same key. Without a key whole rows are counted: one that is there twice before
    and once after is removed once, and none is changed. Rows of a key that is there several times belong together in
    their order. Only columns that both tables have are compared.
    """

    rows_before: int
    rows_after: int
    key: tuple[str, ...]
    is_key_unique: bool
    added: int
    removed: int
    changed: int
    columns: tuple[ColumnChange, ...]


@dataclass(frozen=True, slots=True)
class RowsOfDifference:
    """A page of the rows in which two tables differ, with the columns to show; empty is the first that there are."""

    part: Part = Part.ALL
    offset: int = 0
    limit: int = 100
    columns: tuple[str, ...] = ()
