"""polars frames as Arrow tables. polars itself is the block's, and is not imported here."""

from __future__ import annotations

import sys
from typing import Any

import pyarrow as pa

from flowstone.engine.worker.frames import FrameTable
from flowstone.engine.worker.shown_frames import ARROW_REFUSALS, text_of
from flowstone.errors.engine import OutputUnfit


def is_polars(value: object) -> bool:
    """Say whether a value is a polars frame."""
    return type(value).__module__.partition(".")[0] == "polars" and type(value).__name__ == "DataFrame"


def hold_polars(frame: Any) -> FrameTable:
    """Turn a polars frame into a table; columns of types that Arrow does not have are shown as text.

    Raises: OutputUnfit, for a column of Python's own objects.
    """
    changes = []
    as_shown = frame
    for name, kind in frame.schema.items():
        if not _has_arrow(frame[name], name):
            as_shown = as_shown.with_columns(_as_text(frame[name]))
            changes.append(f"Column {name!r} holds {kind}, and is shown as text")
    table = as_shown.to_arrow()
    return FrameTable(table, not changes and _opens_as(table, frame), tuple(changes))


def _as_text(column: Any) -> Any:
    polars = sys.modules["polars"]
    return polars.Series(column.name, [text_of(cell) for cell in column], dtype=polars.String)


def _has_arrow(column: Any, name: str) -> bool:
    if "Object" in str(column.dtype):
        raise OutputUnfit(
            f"Column {name!r} cannot be stored: polars keeps it as Python's own objects",
            hint="Give it one of polars' types, or return a pandas frame.",
        )
    try:
        column.to_arrow()
    except ARROW_REFUSALS:
        return False
    return True


def _opens_as(table: pa.Table, frame: Any) -> bool:
    found = sys.modules["polars"].from_arrow(table)
    return bool(found.schema == frame.schema and found.equals(frame, null_equal=True))
