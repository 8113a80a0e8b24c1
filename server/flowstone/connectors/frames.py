"""Turns whatever frame a block hands over into one stream of Arrow batches, without touching the original."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pandas as pd
import pyarrow as pa

from flowstone.errors.connectors import OptionInvalid, SchemaMismatch, ValueNotStorable

BATCH_ROWS = 16_384
"""Rows of each batch of a stream. Fixed, so that equal content gives equal batches however it was cut before."""
ACCEPTED = "a pandas or polars DataFrame, a pyarrow Table or RecordBatchReader, or an iterator of DataFrames"


@dataclass(frozen=True, slots=True)
class FrameStream:
    """A frame on its way: its schema, and its batches, to be gone through once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def stream_of(frame: object) -> FrameStream:
    """Make a stream of any frame; an iterator of frames is drawn on only as the stream is.

    Shapes: any (n, c) with c > 0; batches of BATCH_ROWS rows, the last one shorter.
    Raises: OptionInvalid, when it is no frame; ValueNotStorable, when a column has no Arrow type;
        SchemaMismatch, when names repeat or the frames of an iterator differ.
    """
    schema, batches = _open(frame)
    _check_names(schema)
    return FrameStream(schema, _recut(schema, batches))


def _open(frame: object) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    if isinstance(frame, pd.DataFrame):
        frame = table_of(frame)
    if isinstance(frame, (pa.Table, pa.RecordBatch)):
        table = frame if isinstance(frame, pa.Table) else pa.Table.from_batches([frame])
        return table.schema, iter(table.to_batches())
    if isinstance(frame, pa.RecordBatchReader):
        return frame.schema, iter(frame)
    if hasattr(frame, "collect_schema") and hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "__arrow_c_stream__"):
        reader = pa.RecordBatchReader.from_stream(frame)
        return reader.schema, iter(reader)
    if isinstance(frame, Iterable) and not isinstance(frame, (str, bytes, dict)):
        return _open_frames(iter(frame))
    raise OptionInvalid(f"A {type(frame).__name__} cannot be written", hint=f"Hand over {ACCEPTED}.")


def _open_frames(frames: Iterator[Any]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    first = next(frames, None)
    if first is None:
        raise OptionInvalid("The iterator gave no frame at all, so its columns are unknown")
    if not (isinstance(first, pd.DataFrame) or hasattr(first, "__arrow_c_stream__")):
        raise OptionInvalid(f"An iterator of {type(first).__name__} cannot be written", hint=f"Hand over {ACCEPTED}.")
    schema, _ = _open(first)
    return schema, chain.from_iterable(_fitted(one, schema) for one in chain([first], frames))


def _fitted(frame: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Give a later frame the first one's types, where no value changes by it."""
    table = pa.Table.from_batches(list(_open(frame)[1]), schema=_open(frame)[0])
    if sorted(table.column_names) != sorted(schema.names):
        raise SchemaMismatch(
            f"The frames of the iterator differ: {schema.names} at first, then {table.column_names}",
            hint="Give every frame the same columns.",
        )
    columns = [_cast_column(table.column(field.name), field) for field in schema]
    return iter(pa.Table.from_arrays(columns, schema=schema).to_batches())


def _cast_column(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as refused:
        raise SchemaMismatch(
            f"Column {field.name!r} is {field.type} in the first frame and {column.type} in a later one",
            hint="Give every frame the same types, with astype() before it is handed on.",
        ) from refused


def table_of(frame: pd.DataFrame) -> pa.Table:
    """Make a table of a pandas frame: named index levels become columns, unnamed ones are row numbers and stay out.

    Raises: ValueNotStorable, naming the column whose values have no common Arrow type; SchemaMismatch, when a level
        is called like a column.
    """
    named = [level for level in frame.index.names if level is not None]
    clashing = [level for level in named if level in frame.columns]
    if clashing:
        raise SchemaMismatch(f"{clashing[0]!r} is both a column and an index level", hint="Rename one of them.")
    if named:
        frame = frame.reset_index(level=named)
    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as refused:
        raise ValueNotStorable(
            f"The frame cannot be written: {refused}",
            hint="Convert the column to one type first, for instance with astype(str).",
        ) from refused


def _check_names(schema: pa.Schema) -> None:
    repeated = [name for name, times in Counter(schema.names).items() if times > 1]
    if repeated:
        raise SchemaMismatch(f"Two columns are called {repeated[0]!r}", hint="Rename one of them.")
    if not schema.names:
        raise SchemaMismatch("The frame has no columns")


def _recut(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut batches anew, so that all but the last have BATCH_ROWS rows."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            piece = batch.slice(start, BATCH_ROWS)
            waiting.append(piece)
            rows += piece.num_rows
            if rows >= BATCH_ROWS:
                whole = _joined(schema, waiting)
                yield whole.slice(0, BATCH_ROWS)
                waiting, rows = [whole.slice(BATCH_ROWS)], rows - BATCH_ROWS
    if rows:
        yield _joined(schema, waiting)


def _joined(schema: pa.Schema, batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    pieces = [piece for piece in batches if piece.num_rows]
    if len(pieces) == 1:
        return pieces[0]
    table = pa.Table.from_batches(pieces, schema=schema).unify_dictionaries().combine_chunks()
    return table.to_batches(max_chunksize=None)[0]
