"""Files of a lake: a stream staged as one or many, and read back as Arrow tables."""

from __future__ import annotations

import datetime as dt
import errno
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as pa_dataset
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from flowstone.connectors.frames import FrameStream
from flowstone.connectors.ndjson import json_lines
from flowstone.errors.connectors import OptionInvalid, SchemaMismatch, ValueNotStorable
from flowstone.model.connections import FileFormat

ROW_GROUP_BYTES = 64 * 1024 * 1024
MAX_PARTITIONS = 10_000
KEY_NAME = re.compile(r"[^._/=%\x00-\x1f][^/=%\x00-\x1f]*")
KEY_TYPES = (
    pa.types.is_null,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_date,
    pa.types.is_timestamp,
)
ENDINGS: dict[FileFormat, str] = {"parquet": ".parquet", "csv": ".csv", "ndjson": ".ndjson", "arrow": ".arrow"}


@dataclass(frozen=True, slots=True)
class StagedPart:
    """A file made on this machine, and the folders it belongs in. `folder` is "" or `column=value/…`."""

    file: Path
    folder: str
    rows: int


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


def stage_parts(
    stream: FrameStream, folder: Path, *, format: FileFormat, partition_by: Sequence[str]
) -> tuple[StagedPart, ...]:
    """Write a stream as files in `column=value` folders, in the order of its rows.

    Raises: OptionInvalid, when a partition column is not there, cannot serve, or there is none beside them;
        ValueNotStorable, when there are over MAX_PARTITIONS of them, or a value is too long for a folder's name.
    """
    _check_partitions(stream.schema, partition_by)
    staged = _partitioned(stream, folder, partition_by) if partition_by else _single(stream, folder)
    return tuple(_in_format(part, format) for part in staged)


def _check_partitions(schema: pa.Schema, partition_by: Sequence[str]) -> None:
    missing = [name for name in partition_by if name not in schema.names]
    if missing:
        raise OptionInvalid(
            f"There is no column {missing[0]!r} to partition by", hint=f"The frame has {', '.join(schema.names)}."
        )
    if len(set(partition_by)) != len(partition_by) or len(partition_by) == len(schema.names):
        raise OptionInvalid("Partition columns must differ, and leave at least one column for the files")
    for name in partition_by:
        _check_key(schema.field(name))


def _check_key(field: pa.Field) -> None:
    """Check that a folder `name=value` can say a column's values, and that readers see it and get them back."""
    if not KEY_NAME.fullmatch(field.name):
        raise OptionInvalid(
            f"A dataset cannot be partitioned by {field.name!r}: the name stands in that of a folder",
            hint="Rename the column: no dot or underscore at the start, and no slash, =, % or control sign.",
        )
    type_ = _plain_key(field).type
    if not any(can_serve(type_) for can_serve in KEY_TYPES):
        raise OptionInvalid(
            f"A dataset cannot be partitioned by {field.name!r}, which is {type_}",
            hint="Use a column of text, numbers, dates or timestamps, or convert it with astype(str).",
        )


def _single(stream: FrameStream, folder: Path) -> list[StagedPart]:
    target = folder / "part-0.parquet"
    write_parquet(stream, target)
    rows = pq.read_metadata(target).num_rows
    return [StagedPart(target, "", rows)] if rows else []


def _partitioned(stream: FrameStream, folder: Path, partition_by: Sequence[str]) -> list[StagedPart]:
    keys = pa.schema([_plain_key(stream.schema.field(name)) for name in partition_by])
    plain = pa.schema(
        [keys.field(f.name) if f.name in partition_by else f for f in stream.schema], stream.schema.metadata
    )
    batches = (_with_plain_keys(batch, plain) for batch in stream.batches)
    try:
        pa_dataset.write_dataset(
            pa.RecordBatchReader.from_batches(plain, batches),
            folder,
            format="parquet",
            file_options=pa_dataset.ParquetFileFormat().make_write_options(compression="zstd"),
            partitioning=pa_dataset.partitioning(keys, flavor="hive"),
            basename_template="part-{i}.parquet",
            max_partitions=MAX_PARTITIONS,
            max_rows_per_group=1_048_576,
            preserve_order=True,
        )
    except pa.ArrowInvalid as refused:
        raise ValueNotStorable(f"The frame cannot be partitioned by {', '.join(partition_by)}: {refused}") from refused
    except OSError as refused:
        if refused.errno != errno.ENAMETOOLONG:
            raise
        raise ValueNotStorable(
            f"A value of {', '.join(partition_by)} is too long for the name of a folder",
            hint="Partition by a shorter column.",
        ) from refused
    files = sorted(folder.rglob("part-*.parquet"))
    if len({file.parent for file in files}) > MAX_PARTITIONS:
        raise ValueNotStorable(
            f"{', '.join(partition_by)} would make more than {MAX_PARTITIONS:,} folders",
            hint="Partition by something coarser, such as the day.",
        )
    return [StagedPart(f, _relative_folder(f, folder), pq.read_metadata(f).num_rows) for f in files]


def _plain_key(field: pa.Field) -> pa.Field:
    type_ = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    return pa.field(field.name, type_)


def _with_plain_keys(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        column if column.type == field.type else column.dictionary_decode()
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _relative_folder(file: Path, root: Path) -> str:
    folder = file.parent.relative_to(root).as_posix()
    return "" if folder == "." else f"{folder}/"


def _in_format(part: StagedPart, format: FileFormat) -> StagedPart:
    if format == "parquet":
        return part
    target = part.file.with_suffix(ENDINGS[format])
    with pq.ParquetFile(part.file) as source:
        write_file(FrameStream(source.schema_arrow, source.iter_batches()), target, format)
    part.file.unlink()
    return StagedPart(target, part.folder, part.rows)


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
