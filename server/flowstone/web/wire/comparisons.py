"""What a block gave in the past, and how two tables differ."""

from __future__ import annotations

from flowstone.model.run import BlockState
from flowstone.web.wire_types import OutputView, Wire


class PastOutputView(Wire):
    """An output of a past run; `is_kept` says whether its data can still be opened."""

    output: OutputView
    is_kept: bool


class PastOutputsView(Wire):
    """What a block gave in a run: made there, or reused from an earlier one."""

    run: str
    started_at: float
    state: BlockState
    outputs: list[PastOutputView]


class PastOutputsPage(Wire):
    """Past outputs, newest first; `next` asks for the page after this one, None at the end."""

    entries: list[PastOutputsView]
    next: str | None


class ColumnChangeView(Wire):
    """A column of either table: its type in each, None where it is not there, and in how many rows it differs."""

    name: str
    before: str | None
    after: str | None
    rows: int | None


class TableDifferenceView(Wire):
    """How a table differs from an earlier one, by a key; an empty key is none, and then whole rows are counted."""

    rows_before: int
    rows_after: int
    key: list[str]
    is_key_unique: bool
    added: int
    removed: int
    changed: int
    columns: list[ColumnChangeView]
