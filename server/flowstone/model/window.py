"""Which part of a stored table somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ROWS = 10_000
MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column to sort by."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Rows `offset` to `offset + limit` of a table, after sorting; `columns` empty is the first 500."""

    offset: int = 0
    limit: int = 100
    columns: tuple[str, ...] = ()
    sort: tuple[SortKey, ...] = ()
