"""Brings a stream to the types that every warehouse has, so that a rehearsal at home gives the cloud's types.

Source: BigQuery, "Loading Parquet data", table of type conversions: nanosecond timestamps land as integers,
so they become microseconds here, and only where no digit is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from flowstone.connectors.frames import FrameStream, stream_of
from flowstone.errors.connectors import ValueNotStorable

NUMERIC = pa.decimal128(38, 9)
BIG_DECIMAL_DIGITS = 76
UNSTORABLE = "Convert column {!r} first, for instance with astype(str)."


def warehouse_stream(frame: object) -> FrameStream:
    """Make a stream of any frame, in the types of warehouses, without pandas' notes in its schema.

    Raises: ValueNotStorable, when a column's type or a value of it has no place in a table; what `stream_of` raises.
    """
    stream = stream_of(frame)
    fields = [pa.field(field.name, warehouse_type(field.type, column=field.name)) for field in stream.schema]
    schema = pa.schema(fields)
    return FrameStream(schema, _cast(stream.batches, schema))


def warehouse_type(type_: pa.DataType, *, column: str) -> pa.DataType:
    """Return the type that warehouses keep for an Arrow type. Raises: ValueNotStorable."""
    if pa.types.is_dictionary(type_):
        return warehouse_type(type_.value_type, column=column)
    if isinstance(type_, pa.BaseExtensionType):
        return warehouse_type(type_.storage_type, column=column)
    if pa.types.is_timestamp(type_):
        return pa.timestamp("us", "UTC" if type_.tz else None)
    if _is_list(type_):
        return pa.list_(pa.field("item", warehouse_type(type_.value_type, column=column)))
    if pa.types.is_struct(type_):
        return pa.struct([pa.field(f.name, warehouse_type(f.type, column=f"{column}.{f.name}")) for f in type_])
    return _plain_type(type_, column)


def _is_list(type_: pa.DataType) -> bool:
    checks = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(check(type_) for check in checks)


def _plain_type(type_: pa.DataType, column: str) -> pa.DataType:
    is_ = pa.types
    if is_.is_uint64(type_):
        return pa.decimal128(20, 0)
    if is_.is_integer(type_):
        return pa.int64()
    if is_.is_floating(type_):
        return pa.float64()
    if is_.is_decimal(type_):
        return _decimal_type(type_)
    if is_.is_string(type_) or is_.is_large_string(type_) or is_.is_string_view(type_) or is_.is_null(type_):
        return pa.string()
    if is_.is_binary(type_) or is_.is_large_binary(type_) or is_.is_binary_view(type_):
        return pa.binary()
    if is_.is_fixed_size_binary(type_):
        return pa.binary()
    if is_.is_date(type_):
        return pa.date32()
    if is_.is_time(type_):
        return pa.time64("us")
    if is_.is_boolean(type_):
        return type_
    raise ValueNotStorable(f"Column {column!r} is {type_}, which no warehouse keeps", hint=UNSTORABLE.format(column))


def _decimal_type(type_: pa.DataType) -> pa.DataType:
    """Return BigQuery's NUMERIC where it fits, so that a column's type does not hang on today's longest number."""
    digits, scale = type_.precision - type_.scale, type_.scale
    if digits <= NUMERIC.precision - NUMERIC.scale and 0 <= scale <= NUMERIC.scale:
        return NUMERIC
    if type_.precision <= NUMERIC.precision:
        return pa.decimal128(NUMERIC.precision, max(scale, 0))
    return pa.decimal256(BIG_DECIMAL_DIGITS, BIG_DECIMAL_DIGITS // 2)


def _cast(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        columns = [_cast_one(column, field) for column, field in zip(batch.columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _cast_one(column: pa.Array, field: pa.Field) -> pa.Array:
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as refused:
        raise ValueNotStorable(
            f"Column {field.name!r} cannot become {field.type} as a whole: {refused}",
            hint="Timestamps are kept to the microsecond: round them first, for instance with dt.floor('us').",
        ) from refused
