"""Which part of a stored table somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass

from flowstone.model.view import View

MAX_ROWS = 10_000
MAX_COLUMNS = 500
AS_STORED = View()


@dataclass(frozen=True, slots=True)
class Window:
    """Rows `offset` to `offset + limit` of a view of a table; `columns`, by key, empty is the first 500."""

    offset: int = 0
    limit: int = 100
    columns: tuple[str, ...] = ()
    view: View = AS_STORED
