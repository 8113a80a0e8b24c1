"""A stored table's columns as people see them: a name, a key that only one of them has, and what kind of value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flowstone.model.output import Column

UNNAMED_LEVEL = re.compile(r"__index_level_(\d+)__")
"""What pandas calls a level of an index that has no name, when it is stored as a column."""


class Family(StrEnum):
    """What kind of value a column holds: it decides how the column is filtered, summed up and shown."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    """A day or a moment."""
    TIME = "time"
    """A time of day."""
    DURATION = "duration"
    BOOLEAN = "boolean"
    BINARY = "binary"
    NESTED = "nested"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column: `name` is what people read, `key` names it alone even where two columns have one name."""

    name: str
    key: str
    type: str
    family: Family
    is_index: bool


_FAMILIES = (
    (re.compile(r"u?int\d+|double|float|halffloat|decimal"), Family.NUMBER),
    (re.compile(r"(large_)?(string|utf8)"), Family.TEXT),
    (re.compile(r"timestamp|date"), Family.DATE),
    (re.compile(r"time\d"), Family.TIME),
    (re.compile(r"duration"), Family.DURATION),
    (re.compile(r"bool"), Family.BOOLEAN),
    (re.compile(r"(large_|fixed_size_)?binary"), Family.BINARY),
    (re.compile(r"(large_|fixed_size_)?list|struct|map"), Family.NESTED),
)
_WRAPPED = re.compile(r"(?:dictionary<values=|run_end_encoded<.*values: )")


def family_of(type_name: str) -> Family:
    """Return what kind of values a column of an Arrow type holds; categories are of their values' kind."""
    bare = _WRAPPED.sub("", type_name, count=1)
    return next((family for pattern, family in _FAMILIES if pattern.match(bare)), Family.OTHER)


def shown_columns(columns: Sequence[Column]) -> tuple[ShownColumn, ...]:
    """Return columns as people see them, in their order.

    A level of an index without a name is called `index`, or `level_0` and so on where there are several.
    """
    levels = sum(_is_level(column) for column in columns)
    names = [_label(column, levels) for column in columns]
    return tuple(
        ShownColumn(name, key, column.type, family_of(column.type), _is_level(column))
        for name, key, column in zip(names, unique_keys(names), columns, strict=True)
    )


def _is_level(column: Column) -> bool:
    return column.is_index or UNNAMED_LEVEL.fullmatch(column.name) is not None


def _label(column: Column, levels: int) -> str:
    unnamed = UNNAMED_LEVEL.fullmatch(column.name)
    if unnamed is None:
        return column.name
    return "index" if levels == 1 else f"level_{unnamed[1]}"


def unique_keys(names: Sequence[str]) -> tuple[str, ...]:
    """Return names with a number behind those that came before: `id` and `id` are `id` and `id (2)`."""
    taken = set(names)
    seen: dict[str, int] = {}
    keys = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        keys.append(name if seen[name] == 1 else _free(name, seen, taken))
    return tuple(keys)


def _free(name: str, seen: dict[str, int], taken: set[str]) -> str:
    while (key := f"{name} ({seen[name]})") in taken:
        seen[name] += 1
    taken.add(key)
    return key


def data_columns(columns: Iterable[Column]) -> int:
    """Return how many columns a table has, the levels of its index not counted."""
    return sum(not _is_level(column) for column in columns)
