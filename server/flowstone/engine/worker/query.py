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
from flowstone.engine.questions import Compared, ComparisonQuestion, Question, WindowQuestion
from flowstone.engine.worker.tables import open_table
from flowstone.model.window import MAX_COLUMNS, MAX_ROWS, Window
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.codec import decode, encode

MAX_CELL_CHARACTERS = 4_096
LARGE_WINDOW_BYTES = 4 << 20
"""A window that is larger than this gets its long cells cut."""
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
        assert question.window is not None, "a question is one of two"
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
    shown = pa.table([_for_browser(column) for column in columns], names=names)
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
        column = _plain(column)
    elif pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        column = column.cast(_readable(kind))
    return column.take(rows)


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn what has an order that Arrow does not see into what has one: categories sort by what they say."""
    column = _plain(column)
    if pa.types.is_float16(column.type):
        return column.cast(pa.float32())
    if pa.types.is_nested(column.type):
        return _as_text(column)
    return column.cast(_readable(column.type))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take extensions, dictionaries and run ends off a column."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type))
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_run_end_encoded(kind):
        import pyarrow.compute as pc

        return pc.run_end_decode(column)
    return column


def _for_browser(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cast what JavaScript's Arrow cannot read, and cut long cells of a large window."""
    import pyarrow.compute as pc

    column = _plain(column)
    kind = column.type
    if pa.types.is_decimal(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        column = _as_text(column)
    elif _readable(kind) != kind:
        column = column.cast(_readable(kind))
    if column.nbytes > LARGE_WINDOW_BYTES and pa.types.is_string(column.type):
        column = pc.utf8_slice_codeunits(column, 0, MAX_CELL_CHARACTERS)
    elif column.nbytes > LARGE_WINDOW_BYTES and pa.types.is_binary(column.type):
        column = pc.binary_slice(column, 0, MAX_CELL_CHARACTERS)
    return column


def _readable(kind: pa.DataType) -> pa.DataType:
    """Return a type with the large and view forms in it made small and plain, however deep they lie."""
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(_readable(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_readable(field.type)) for field in kind])
    return kind


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
