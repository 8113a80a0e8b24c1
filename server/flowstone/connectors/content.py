"""Says what a stream of batches held: how many rows, and a digest that equal content always gives."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from flowstone.connectors.frames import FrameStream


class Content:
    """Counts and hashes batches that pass through it."""

    def __init__(self, schema: pa.Schema) -> None:
        self.rows = 0
        self._hash = xxhash.xxh3_128()
        for field in schema:
            self._hash.update(f"{field.name}\0{field.type}\0".encode())

    def watch(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Hand the batches on, each seen as it passes."""
        for batch in batches:
            self.rows += batch.num_rows
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                self._hash.update(_canonical(name, column).serialize())
            yield batch

    @property
    def digest(self) -> str:
        """The hash of what has passed so far, as 32 hexadecimal digits."""
        return self._hash.hexdigest()


def watched(stream: FrameStream) -> tuple[FrameStream, Content]:
    """Return the stream with a content that knows it once the stream has been gone through."""
    content = Content(stream.schema)
    return FrameStream(stream.schema, content.watch(stream.batches)), content


def _canonical(name: str, column: pa.Array) -> pa.RecordBatch:
    """Return a column without what lies beneath its nulls: that is left-over memory, not content."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if column.null_count and pa.types.is_primitive(column.type):
        filled = pc.fill_null(column, _zero(column))
        return pa.record_batch([filled, pc.is_null(column)], names=[name, "null"])
    return pa.record_batch([column], names=[name])


def _zero(column: pa.Array) -> pa.Scalar:
    zero = False if pa.types.is_boolean(column.type) else 0
    return pa.scalar(zero, type=column.type)
