"""The types in which DuckDB is given a stored table's columns: most as they lie, a few made plain."""

from __future__ import annotations

import pyarrow as pa

from flowstone.engine.worker.shown_columns import as_text, plain


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type that `plain` gives."""
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    return kind


def queried_type(kind: pa.DataType) -> pa.DataType:
    """Return the type in which DuckDB is given a column."""
    bare = plain_type(kind)
    if pa.types.is_float16(bare):
        return pa.float32()
    if pa.types.is_decimal256(bare):
        return pa.float64()
    if pa.types.is_null(bare):
        return pa.int32()
    if pa.types.is_date64(bare):
        return pa.date32()
    return pa.string() if _has_no_sql(bare) else bare


def _has_no_sql(kind: pa.DataType) -> bool:
    """Say whether a type, or one within it, is none that DuckDB knows."""
    if pa.types.is_union(kind) or pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return True
    if pa.types.is_nested(kind):
        parts = [kind.field(place).type for place in range(kind.num_fields)]
        return any(queried_type(part) != part for part in parts)
    return False


def queried(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a column into the type in which DuckDB is given it; without a copy where that is what it is."""
    wanted = queried_type(column.type)
    bare = plain(column)
    if bare.type == wanted:
        return bare
    return as_text(bare) if pa.types.is_string(wanted) else bare.cast(wanted, safe=False)
