"""A query process: answers windows of stored tables as Arrow IPC streams, and how two outputs differ.

It runs no user code.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from flowstone.engine.framing import StreamBroken, pack, receive
from flowstone.engine.questions import Compared, ComparisonQuestion, DifferenceQuestion, Question, WindowQuestion
from flowstone.engine.worker.shown_columns import as_text, for_browser, plain, small_and_plain
from flowstone.engine.worker.tables import open_table
from flowstone.model.window import MAX_COLUMNS, MAX_ROWS, Window
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.codec import decode, encode

MAX_ANSWER_BYTES = 64 << 20
"""The server holds an answer whole before it sends it."""
TOTAL_ROWS = "flowstone-total-rows"


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
        question = decode(Question, message)
        if question.comparison is not None:
            return b"+" + encode(_compared(question.comparison))
        if question.difference is not None:
            return b"+" + _difference(question.difference)
        assert question.window is not None, "a question is one of them"
        stream = to_stream(read_window(_file(question.window), question.window.window))
        if len(stream) > MAX_ANSWER_BYTES:
            return _refused(f"the window has {len(stream) >> 20:,} MiB; ask for fewer rows or columns", "TooLarge")
        return b"+" + stream
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with stored data is told, and the process lives on
        return _refused(str(wrong), type(wrong).__name__)


def _file(question: WindowQuestion) -> Path:
    """Return the file to read, copied to this machine if need be. Raises: NotFound; StoreUnreachable."""
    if question.artifact is None:
        return Path(question.path)
    return open_artifacts(question.path).find(question.artifact).path


def _compared(question: ComparisonQuestion) -> Compared:
    from flowstone.engine.worker.comparison import difference

    store = open_artifacts(question.artifacts)
    found = (difference(store.find(first), store.find(second)) for first, second in question.pairs)
    return Compared(tuple(each for each in found if each is not None))


def _difference(question: DifferenceQuestion) -> bytes:
    """Return how two tables differ as JSON, or a page of the rows in which they do as an Arrow stream."""
    from flowstone.engine.worker.differences import comparing

    found = comparing(question)
    return encode(found.difference) if question.rows is None else to_stream(found.rows(question.rows))


def _refused(message: str, kind: str) -> bytes:
    return b"-" + json.dumps({"message": message, "type": kind}).encode()


def read_window(path: Path, window: Window) -> pa.Table:
    """Return some rows and columns of a stored table, sorted if asked, in types that browsers read.

    Shapes: (min(limit, 10,000), min(columns, 500)); the metadata's `flowstone-total-rows` is the table's length.
    Raises: KeyError, when a column is not there.
    """
    table = open_table(path)
    total = table.num_rows
    chosen = _chosen_columns(table, window)
    limit = min(window.limit, MAX_ROWS)
    names = [table.field(index).name for index in chosen]
    if window.sort:
        rows = _sorted_rows(table, window)[window.offset : window.offset + limit]
        columns = [_taken(table.column(index), rows) for index in chosen]
    else:
        columns = [table.column(index).slice(window.offset, limit) for index in chosen]
    shown = pa.table([for_browser(column) for column in columns], names=names)
    return shown.replace_schema_metadata({TOTAL_ROWS: str(total)})


def _chosen_columns(table: pa.Table, window: Window) -> list[int]:
    """Return which columns to show, by number: several may have the same name."""
    if not window.columns:
        return list(range(min(table.num_columns, MAX_COLUMNS)))
    return [_index_of(table, name) for name in window.columns[:MAX_COLUMNS]]


def _index_of(table: pa.Table, name: str) -> int:
    """Return the first column of a name. Raises: KeyError, when there is none."""
    found = table.schema.get_all_field_indices(name)
    if not found:
        raise KeyError(f"there is no column {name!r}")
    return int(min(found))


def _sorted_rows(table: pa.Table, window: Window) -> pa.Array:
    import pyarrow.compute as pc

    keys = [(str(place), "descending" if key.descending else "ascending") for place, key in enumerate(window.sort)]
    columns = [_sortable(table.column(_index_of(table, key.column))) for key in window.sort]
    return pc.sort_indices(pa.table(columns, names=[name for name, _ in keys]), sort_keys=keys)


def _taken(column: pa.ChunkedArray, rows: pa.Array) -> pa.ChunkedArray:
    """Return some rows of a column; a few forms must be turned into plain ones for that."""
    kind = column.type
    if pa.types.is_run_end_encoded(kind):
        column = plain(column)
    elif pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        column = column.cast(small_and_plain(kind))
    return column.take(rows)


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn what has an order that Arrow does not see into what has one: categories sort by what they say."""
    column = plain(column)
    if pa.types.is_float16(column.type):
        return column.cast(pa.float32())
    if pa.types.is_nested(column.type):
        return as_text(column)
    return column.cast(small_and_plain(column.type))


def to_stream(table: pa.Table) -> bytes:
    """Return a table as an Arrow IPC stream."""
    sink: Any = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content
