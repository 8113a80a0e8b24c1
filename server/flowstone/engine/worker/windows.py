"""Windows of stored tables, in types that browsers read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flowstone.engine.worker.row_numbers import Numbers, arranged, open_numbers
from flowstone.engine.worker.shown_columns import (
    LARGE_WINDOW_BYTES,
    cut,
    is_long,
    small_and_plain,
    whole_for_browser,
)
from flowstone.engine.worker.stored_rows import Rows
from flowstone.engine.worker.tables import open_table
from flowstone.model.window import MAX_COLUMNS, MAX_ROWS, Window

LARGE_CELL_BYTES = 32 << 20
"""What is cut in a window of one row: somebody looks at the very cell."""
TOTAL_ROWS = "flowstone-total-rows"
CUT_COLUMNS = "flowstone-cut"


def read_window(path: Path, window: Window, numbers: Path | None = None) -> pa.Table:
    """Return some rows and columns of a view of a stored table, in types that browsers read.

    `numbers` is the file of the view's row numbers; without one they are found now.
    Shapes: (min(limit, 10,000), min(columns, 500)); in the metadata, `flowstone-total-rows` is how many rows the view
    has, and `flowstone-cut` a JSON list of the places of columns whose long cells were cut.
    Raises: QueryRefused, when a column is not there or the view cannot be had.
    """
    rows = Rows(open_table(path))
    places = _chosen(rows, window)
    limit = min(window.limit, MAX_ROWS)
    if window.view.is_plain:
        total = rows.count
        columns = [rows.table.column(place).slice(window.offset, limit) for place in places]
    else:
        order = arranged(rows, window.view) if numbers is None else open_numbers(numbers, rows)
        total = len(order)
        columns = taken(rows, places, order[window.offset : window.offset + limit])
    most = LARGE_CELL_BYTES if limit == 1 else LARGE_WINDOW_BYTES
    shown = [whole_for_browser(column) for column in columns]
    long = [index for index, column in enumerate(shown) if is_long(column, most)]
    shown = [cut(column) if index in long else column for index, column in enumerate(shown)]
    table = pa.table(shown, names=[rows.table.field(place).name for place in places])
    return table.replace_schema_metadata({TOTAL_ROWS: str(total), CUT_COLUMNS: json.dumps(long)})


def _chosen(rows: Rows, window: Window) -> list[int]:
    if not window.columns:
        return list(range(min(len(rows.columns), MAX_COLUMNS)))
    return [rows.place(key) for key in window.columns[:MAX_COLUMNS]]


def taken(rows: Rows, places: list[int], numbers: Numbers) -> list[pa.ChunkedArray]:
    """Return rows by their numbers: each batch of the file gives its own, and no other is touched."""
    if not places:
        return []
    ends = np.cumsum([len(chunk) for chunk in rows.table.column(places[0]).chunks])
    batches = np.searchsorted(ends, numbers, side="right")
    by_batch = np.argsort(batches, kind="stable")
    back = pa.array(np.argsort(by_batch, kind="stable"))
    used = np.unique(batches)
    starts = [int(ends[batch - 1]) if batch else 0 for batch in used]
    wanted = [
        pa.array(numbers[batches == batch].astype("i8") - start) for batch, start in zip(used, starts, strict=True)
    ]
    return [_taken_of(rows.table.column(place), used, wanted, back) for place in places]


def _taken_of(column: pa.ChunkedArray, batches: Numbers, wanted: list[pa.Array], back: pa.Array) -> pa.ChunkedArray:
    parts = [_takeable(column.chunk(int(batch))).take(rows) for batch, rows in zip(batches, wanted, strict=True)]
    if not parts:
        return pa.chunked_array([], _takeable(column.slice(0, 0)).type)
    return pa.chunked_array([pa.concat_arrays(parts).take(back)])


def _takeable(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Turn the few forms that give no single rows into plain ones."""
    kind = column.type
    if pa.types.is_run_end_encoded(kind):
        return pc.run_end_decode(column)
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        return column.cast(small_and_plain(kind))
    return column
