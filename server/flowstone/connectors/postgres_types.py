"""PostgreSQL's types for Arrow ones, and back.

Source: PostgreSQL, "Data Types", and the type numbers of its catalogue pg_type.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from flowstone.errors.connectors import ValueNotStorable

_TYPES: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_floating, "double precision"),
    (pa.types.is_decimal, "numeric"),
    (pa.types.is_string, "text"),
    (pa.types.is_binary, "bytea"),
    (pa.types.is_date, "date"),
    (pa.types.is_time, "time"),
)
_BACK: dict[int, pa.DataType] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int64(),
    23: pa.int64(),
    25: pa.string(),
    700: pa.float64(),
    701: pa.float64(),
    1042: pa.string(),
    1043: pa.string(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}


def column_type(type_: pa.DataType, name: str) -> str:
    """Return the PostgreSQL type of a column. Raises: ValueNotStorable."""
    if pa.types.is_timestamp(type_):
        return "timestamp with time zone" if type_.tz else "timestamp without time zone"
    if _is_document(type_):
        return "jsonb"
    if pa.types.is_list(type_):
        return f"{column_type(type_.value_type, name)}[]"
    for is_it, word in _TYPES:
        if is_it(type_):
            return word
    raise ValueNotStorable(f"Column {name!r} is {type_}, which PostgreSQL does not keep")


def _is_document(type_: pa.DataType) -> bool:
    """Say whether values are kept as JSON: structs, and lists of what is no plain value."""
    return bool(pa.types.is_struct(type_) or (pa.types.is_list(type_) and pa.types.is_nested(type_.value_type)))


def row_converters(schema: pa.Schema) -> list[Callable[[list[Any]], list[Any]]]:
    """Return for each column how its Python values go on their way."""
    return [_as_documents if _is_document(field.type) else _as_they_are for field in schema]


def _as_they_are(values: list[Any]) -> list[Any]:
    return values


def _as_documents(values: list[Any]) -> list[Any]:
    return [None if value is None else json.dumps(value, default=str) for value in values]


def arrow_table(description: Sequence[Any], rows: list[tuple[Any, ...]]) -> pa.Table:
    """Make a table of fetched rows, typed by the columns' types and not by what happens to be in them."""
    columns = list(zip(*rows, strict=True)) or [()] * len(description)
    arrays = [_array(column.type_code, values) for column, values in zip(description, columns, strict=True)]
    return pa.table(arrays, names=[column.name for column in description])


def _array(code: int, values: Sequence[Any]) -> pa.Array:
    known = _BACK.get(code)
    try:
        return pa.array(values, type=known)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([_text(value) for value in values], type=pa.string())


def _text(value: Any) -> str | None:
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return None if value is None else str(value)
