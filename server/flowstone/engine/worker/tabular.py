"""The forms of tables that a block may return, each as pandas or Arrow. What a block did not import is not imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

PIECE_ROWS = 100_000


def as_table_or_frame(value: Any) -> Any:
    """Turn a table of whatever form into a pandas or polars frame or an Arrow table; other values stay as they are."""
    match _form(value):
        case "polars", "LazyFrame":
            return value.collect()
        case "polars", "Series":
            return value.to_frame()
        case "pyarrow", "RecordBatch":
            return pa.Table.from_batches([value])
        case "duckdb", "DuckDBPyRelation":
            return value.to_arrow_table()
        case _:
            return value


def as_pieces(value: Any) -> Iterator[Any] | None:
    """Return the pieces of a table that need not be in memory as a whole; None for what comes in one piece."""
    match _form(value):
        case "pyarrow", "RecordBatchReader":
            return _batches(value)
        case "polars", "LazyFrame":
            return _lazy(value)
        case "duckdb", "DuckDBPyRelation":
            return _batches(value.to_arrow_reader(PIECE_ROWS))
        case _:
            return value if isinstance(value, Iterator) else None


def is_lazy(value: Any) -> bool:
    """Say whether a value is a polars query that has not run."""
    return _form(value) == ("polars", "LazyFrame")


def _form(value: Any) -> tuple[str, str]:
    package = type(value).__module__.partition(".")[0].removeprefix("_")
    return package, type(value).__name__


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Give a reader's batches; first one without rows, for a reader may have none and still has columns."""
    yield reader.schema.empty_table()
    for batch in reader:
        yield pa.Table.from_batches([batch])


def _lazy(query: Any) -> Iterator[Any]:
    is_empty = True
    for piece in query.collect_batches(engine="streaming"):
        is_empty = False
        yield piece
    if is_empty:
        yield query.limit(0).collect()
