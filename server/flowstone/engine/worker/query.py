"""A query process: answers windows of stored tables as Arrow IPC streams. It runs no user code."""

from __future__ import annotations

import json
import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from flowstone.engine.framing import StreamBroken, pack, receive
from flowstone.engine.worker.tables import open_table
from flowstone.model.window import MAX_COLUMNS, MAX_ROWS, Window
from flowstone.store.codec import decode

MAX_CELL_CHARACTERS = 4_096
LARGE_WINDOW_BYTES = 4 << 20
"""A window that is larger than this gets its long cells cut."""
TOTAL_ROWS = "flowstone-total-rows"


@dataclass(frozen=True, slots=True)
class WindowQuery:
    """Which window of which file."""

    path: str
    window: Window


def main(control: socket.socket) -> NoReturn:
    """Answer queries until the socket closes: a byte that says whether it went well, then a stream or an error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            control.sendall(pack(_answer(receive(control))))
    except StreamBroken:
        os._exit(0)


def _answer(message: bytes) -> bytes:
    try:
        query = decode(WindowQuery, message)
        return b"+" + to_stream(read_window(Path(query.path), query.window))
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with stored data is told, and the process lives on
        return b"-" + json.dumps({"message": str(wrong), "type": type(wrong).__name__}).encode()


def read_window(path: Path, window: Window) -> pa.Table:
    """Return some rows and columns of a stored table, sorted if asked, in types that browsers read.

    Shapes: (min(limit, 10,000), min(columns, 500)); the metadata's `flowstone-total-rows` is the table's length.
    Raises: KeyError, when a column is not there.
    """
    table = open_table(path)
    total = table.num_rows
    names = list(window.columns or table.column_names[:MAX_COLUMNS])[:MAX_COLUMNS]
    limit = min(window.limit, MAX_ROWS)
    if window.sort:
        table = table.take(_sorted_rows(table, window)[window.offset : window.offset + limit])
    else:
        table = table.slice(window.offset, limit)
    shown = pa.table([_for_browser(table[name]) for name in names], names=names)
    return shown.replace_schema_metadata({TOTAL_ROWS: str(total)})


def _sorted_rows(table: pa.Table, window: Window) -> pa.Array:
    import pyarrow.compute as pc

    keys = [(key.column, "descending" if key.descending else "ascending") for key in window.sort]
    for key in window.sort:
        table[key.column]  # a KeyError of its own for a column that is not there
    return pc.sort_indices(table.select([name for name, _ in keys]), sort_keys=keys)


def _for_browser(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cast what JavaScript's Arrow cannot read, and cut long cells of a large window."""
    import pyarrow.compute as pc

    kind = column.type
    if isinstance(kind, pa.ExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
        kind = column.type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        column = column.cast(pa.string())
    elif pa.types.is_decimal(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        column = _as_text(column)
    elif pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        column = column.cast(pa.binary())
    if pa.types.is_string(column.type) and column.nbytes > LARGE_WINDOW_BYTES:
        column = pc.utf8_slice_codeunits(column, 0, MAX_CELL_CHARACTERS)
    return column


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.chunked_array([[None if cell is None else str(cell) for cell in column.to_pylist()]], pa.string())


def to_stream(table: pa.Table) -> bytes:
    """Return a table as an Arrow IPC stream."""
    sink: Any = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content
