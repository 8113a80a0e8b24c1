"""BigQuery's schema for an Arrow one, written out rather than guessed by a load job.

Source: BigQuery, "Loading Parquet data" and "Data types": NUMERIC holds 29 digits before the point and 9 after,
BIGNUMERIC 38 and 38; arrays of arrays do not exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from flowstone.errors.connectors import ValueNotStorable
from flowstone.model.connections import Evolution

COLUMN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}")
NUMERIC_DIGITS, NUMERIC_SCALE = 29, 9
BIGNUMERIC_DIGITS, BIGNUMERIC_SCALE = 38, 38

_PLAIN: tuple[tuple[Any, str], ...] = (
    (pa.types.is_boolean, "BOOLEAN"),
    (pa.types.is_integer, "INTEGER"),
    (pa.types.is_floating, "FLOAT"),
    (pa.types.is_string, "STRING"),
    (pa.types.is_binary, "BYTES"),
    (pa.types.is_date, "DATE"),
    (pa.types.is_time, "TIME"),
)


def table_schema(schema: pa.Schema) -> list[dict[str, Any]]:
    """Return the schema in the form of BigQuery's REST interface.

    Raises: ValueNotStorable, when a column's name or type has no place in BigQuery.
    """
    return [_field(field.name, field.type) for field in schema]


def _field(name: str, type_: pa.DataType) -> dict[str, Any]:
    if not COLUMN_NAME.fullmatch(name):
        raise ValueNotStorable(
            f"BigQuery takes no column called {name!r}",
            hint="Rename it: up to 300 letters, digits and underscores, not beginning with a digit.",
        )
    if pa.types.is_list(type_):
        if pa.types.is_list(type_.value_type):
            raise ValueNotStorable(f"Column {name!r} is a list of lists, which BigQuery has not")
        return {**_field(name, type_.value_type), "mode": "REPEATED"}
    if pa.types.is_struct(type_):
        return {"name": name, "type": "RECORD", "mode": "NULLABLE", "fields": [_field(f.name, f.type) for f in type_]}
    return {"name": name, "type": _scalar(name, type_), "mode": "NULLABLE"}


def _scalar(name: str, type_: pa.DataType) -> str:
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP" if type_.tz else "DATETIME"
    if pa.types.is_decimal(type_):
        return _decimal(name, type_)
    return next(word for is_it, word in _PLAIN if is_it(type_))


def _decimal(name: str, type_: pa.DataType) -> str:
    digits, scale = type_.precision - type_.scale, type_.scale
    if digits <= NUMERIC_DIGITS and scale <= NUMERIC_SCALE:
        return "NUMERIC"
    if digits <= BIGNUMERIC_DIGITS and scale <= BIGNUMERIC_SCALE:
        return "BIGNUMERIC"
    raise ValueNotStorable(f"Column {name!r} is {type_}, more digits than BigQuery's BIGNUMERIC holds")


@dataclass(frozen=True, slots=True)
class Differences:
    """How a frame's columns differ from a table's; by name, in small letters, as BigQuery tells columns apart."""

    only_there: dict[str, str]
    only_in_frame: dict[str, str]
    changed: dict[str, tuple[str, str]]

    def words(self, *, evolution: Evolution) -> list[str]:
        """Say in words what cannot be helped; nothing when rows of the frame fit or the table may be changed."""
        found = {name: f"{there} there, {frame} in the frame" for name, (there, frame) in self.changed.items()}
        nested = {name for name in self.only_there | self.only_in_frame if "." in name}
        for name, type_ in self.only_there.items():
            if evolution == "freeze" or name in nested:
                found[name] = f"{type_} there, missing in the frame"
        for name, type_ in self.only_in_frame.items():
            if evolution == "freeze" or name in nested:
                found[name] = f"missing there, {type_} in the frame"
        return [f"{name}: {words}" for name, words in sorted(found.items())]


def differences(there: list[dict[str, Any]], frame: list[dict[str, Any]]) -> Differences:
    """Compare two schemas."""
    mine, theirs = _shapes(there), _shapes(frame)
    return Differences(
        only_there={name: type_ for name, type_ in mine.items() if name not in theirs},
        only_in_frame={name: type_ for name, type_ in theirs.items() if name not in mine},
        changed={name: (mine[name], theirs[name]) for name in mine.keys() & theirs if mine[name] != theirs[name]},
    )


_SYNONYMS = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD"}


def _shapes(fields: list[dict[str, Any]], prefix: str = "") -> dict[str, str]:
    """Flatten a schema to one word a column; REQUIRED counts as NULLABLE, for a frame cannot tell."""
    shapes: dict[str, str] = {}
    for field in fields:
        name = f"{prefix}{field['name'].lower()}"
        kind = _SYNONYMS.get(field["type"], field["type"])
        shapes[name] = f"{kind} REPEATED" if field.get("mode") == "REPEATED" else kind
        shapes |= _shapes(field.get("fields", []), f"{name}.")
    return shapes
