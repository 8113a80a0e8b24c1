"""Files of a lake: a stream written in each format, and read back as an Arrow table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from flowstone.connectors.frames import FrameStream
from flowstone.connectors.ndjson import json_lines
from flowstone.errors.connectors import SchemaMismatch, ValueNotStorable
from flowstone.model.connections import FileFormat

ROW_GROUP_BYTES = 64 * 1024 * 1024
ENDINGS: dict[FileFormat, str] = {"parquet": ".parquet", "csv": ".csv", "ndjson": ".ndjson", "arrow": ".arrow"}


def write_file(stream: FrameStream, target: Path, format: FileFormat) -> None:
    """Write a stream as one file, holding one row group at a time in memory.

    Raises: ValueNotStorable, when the format has no place for a column's type.
    """
    try:
        _WRITERS[format](stream, target)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid, pa.ArrowTypeError) as refused:
        raise ValueNotStorable(
            f"The frame cannot be written as {format}: {refused}", hint="Use format='parquet', which keeps every type."
        ) from refused


def row_groups(stream: FrameStream) -> Iterator[pa.Table]:
    """Gather batches into tables of about ROW_GROUP_BYTES."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in stream.batches:
        waiting.append(batch)
        size += batch.nbytes
        if size >= ROW_GROUP_BYTES:
            yield pa.Table.from_batches(waiting, schema=stream.schema)
            waiting, size = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting, schema=stream.schema)


def write_parquet(stream: FrameStream, target: Path, *, compression: str = "zstd") -> None:
    """Write a stream as a Parquet file."""
    with pq.ParquetWriter(target, stream.schema, compression=compression) as writer:
        for table in row_groups(stream):
            writer.write_table(table.unify_dictionaries(), row_group_size=max(1, table.num_rows))


def rows_of(file: Path) -> int:
    """Return how many rows a Parquet file has."""
    return int(pq.read_metadata(file).num_rows)


def _write_csv(stream: FrameStream, target: Path) -> None:
    with pa_csv.CSVWriter(target, stream.schema) as writer:
        for batch in stream.batches:
            writer.write_batch(batch)


def write_arrow(stream: FrameStream, target: Path, *, compression: str | None = "zstd") -> None:
    """Write a stream as an Arrow file; without compression it can be mapped into memory."""
    options = pa.ipc.IpcWriteOptions(compression=compression, unify_dictionaries=True)
    with pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, stream.schema, options=options) as writer:
        for table in row_groups(stream):
            writer.write_table(table)


def _write_ndjson(stream: FrameStream, target: Path) -> None:
    with target.open("w", encoding="utf-8") as sink:
        for batch in stream.batches:
            sink.writelines(json_lines(batch))


_WRITERS: dict[str, Any] = {
    "parquet": write_parquet,
    "csv": _write_csv,
    "arrow": write_arrow,
    "ndjson": _write_ndjson,
}


def read_file(file: Path, format: FileFormat, columns: Sequence[str] | None, schema: pa.Schema | None) -> pa.Table:
    """Read one file; of `columns` those that it has. `schema` tells the types of formats that keep none.

    Raises: SchemaMismatch, when it is not of its format.
    """
    try:
        table = _READERS[format](file, columns, schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as refused:
        raise SchemaMismatch(
            f"{file.name!r} cannot be read as {format}: {refused}", hint="Give `format`, or mend the file."
        ) from refused
    return table if columns is None else table.select([name for name in columns if name in table.column_names])


def _read_parquet(file: Path, columns: Sequence[str] | None, _: pa.Schema | None) -> pa.Table:
    with pq.ParquetFile(file) as source:
        names = source.schema_arrow.names
        return source.read(columns=None if columns is None else [name for name in columns if name in names])


def _read_csv(file: Path, _: Sequence[str] | None, schema: pa.Schema | None) -> pa.Table:
    types = {field.name: _read_type(field.type) for field in schema} if schema else {}
    convert = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False)
    return pa_csv.read_csv(file, convert_options=convert)


def _read_type(type_: pa.DataType) -> pa.DataType:
    return type_.value_type if pa.types.is_dictionary(type_) else type_


def _read_ndjson(file: Path, _: Sequence[str] | None, schema: pa.Schema | None) -> pa.Table:
    if not file.stat().st_size:
        return pa.table({}) if schema is None else schema.empty_table()
    fields = [pa.field(f.name, _read_type(f.type)) for f in schema or ()]
    # Arrow reads no days and times of day out of JSON's texts: they are converted after.
    texts = {f.name: f.type for f in fields if pa.types.is_date(f.type) or pa.types.is_time(f.type)}
    spelled = pa.schema([f.with_type(pa.string()) if f.name in texts else f for f in fields]) if schema else None
    table = pa_json.read_json(file, parse_options=pa_json.ParseOptions(explicit_schema=spelled))
    for name, type_ in texts.items():
        table = table.set_column(table.column_names.index(name), name, _from_text(table[name], type_))
    return table


def _from_text(column: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_date(type_):
        return column.cast(type_)
    times = [None if text is None else dt.time.fromisoformat(text) for text in column.to_pylist()]
    return pa.chunked_array([pa.array(times, type_)])


def _read_arrow(file: Path, _: Sequence[str] | None, __: pa.Schema | None) -> pa.Table:
    with pa.memory_map(str(file)) as source:
        return pa.ipc.open_file(source).read_all()


_READERS: dict[str, Any] = {
    "parquet": _read_parquet,
    "csv": _read_csv,
    "ndjson": _read_ndjson,
    "arrow": _read_arrow,
}
