"""Which partitions of a BigQuery table the rows of a Parquet file belong to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flowstone.connectors.table_partitions import partition_name
from flowstone.model.connections import Granularity


def partitions_of(file: Path, column: str, granularity: Granularity) -> tuple[str, ...]:
    """Return the names of the partitions, in order, one row group in memory at a time."""
    found: set[str] = set()
    for batch in pq.ParquetFile(file).iter_batches(columns=[column]):
        starts = pc.unique(pc.floor_temporal(batch.column(0).cast(pa.timestamp("us")), unit=granularity))
        found.update(partition_name(start, granularity) for start in starts.to_pylist())
    return tuple(sorted(found))


def span_of(file: Path, column: str) -> tuple[str, str]:
    """Return the least and the largest value of a column without nulls, as BigQuery's SQL has them.

    They are written out, for BigQuery leaves partitions unread only by constants. Raises: ValueError, without rows.
    """
    source = pq.ParquetFile(file)
    number = source.schema_arrow.get_field_index(column)
    groups = [source.metadata.row_group(index).column(number) for index in range(source.num_row_groups)]
    type_ = source.schema_arrow.field(column).type
    least = min(group.statistics.min for group in groups)
    largest = max(group.statistics.max for group in groups)
    return _literal(least, type_), _literal(largest, type_)


def _literal(value: dt.date | dt.datetime, type_: pa.DataType) -> str:
    if pa.types.is_date(type_):
        return f"DATE '{value.isoformat()}'"
    text = f"{value:%Y-%m-%d %H:%M:%S.%f}"
    return f"TIMESTAMP '{text}+00'" if type_.tz else f"DATETIME '{text}'"
