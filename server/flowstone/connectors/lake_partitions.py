"""Rows of a stream laid out in `column=value` folders, as files on this machine."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pq

from flowstone.connectors.frames import FrameStream
from flowstone.connectors.lake_formats import ENDINGS, write_file, write_parquet
from flowstone.errors.connectors import OptionInvalid, ValueNotStorable
from flowstone.model.connections import FileFormat

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


@dataclass(frozen=True, slots=True)
class StagedPart:
    """A file made on this machine, and the folders it belongs in. `folder` is "" or `column=value/…`."""

    file: Path
    folder: str
    rows: int


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
