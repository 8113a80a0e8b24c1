"""Which columns name a row: found by their types, their names and whether their values are there once each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

SAMPLE_ROWS = 20_000
"""A key must be one in so many rows before all are looked at."""
MAX_COMBINED = 8
MAX_TRIED = 5
"""So many keys are tried on all rows."""
NAMES_ONE = re.compile(r"(^|[_\s.-])(id|ids|key|uuid|guid|code|number|no|nr|pk)$|[a-z]Id$|^id", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Keyable:
    """A column that may be part of a key; `place` is its number among the compared."""

    place: int
    rank: int
    """The lower, the more it looks like one."""


def keyable(names: Sequence[str], kinds: Sequence[pa.DataType]) -> list[Keyable]:
    """Return the columns that may be part of a key, what looks most like one first. Fractions never are."""
    ranked = [(place, _rank(names[place], kind)) for place, kind in enumerate(kinds)]
    found = [Keyable(place, rank) for place, rank in ranked if rank is not None]
    return sorted(found, key=lambda each: (each.rank, each.place))


def _rank(name: str, kind: pa.DataType) -> int | None:
    if isinstance(kind, pa.BaseExtensionType):
        return 0
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    is_whole = pa.types.is_integer(kind)
    if (is_text or is_whole) and NAMES_ONE.search(name):
        return 0
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return 1
    if is_text or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return 2
    return 3 if is_whole or pa.types.is_time(kind) else None


def infer_key(database: duckdb.DuckDBPyConnection, columns: Sequence[Keyable], *, tables: Sequence[str]) -> list[int]:
    """Return the columns that together name each row of all tables; none where no few of them do.

    Shapes: 0 to 3 column numbers. A single column goes before two, and what is called an id before what is not.
    """
    for key in islice(_unique_in_samples(database, columns, tables), MAX_TRIED):
        if all(is_unique(database, key, table) for table in tables):
            return list(key)
    return []


def is_unique(database: duckdb.DuckDBPyConnection, key: Sequence[int], table: str, *, limit: int | None = None) -> bool:
    """Say whether no two rows, of the first `limit` or of all, have the same key, and none has a part missing."""
    names = ", ".join(f"c{place}" for place in key)
    missing = " OR ".join(f"c{place} IS NULL" for place in key)
    some = "" if limit is None else f"LIMIT {limit:d}"
    query = f"""
        SELECT count(*), count(DISTINCT ({names})), count(*) FILTER ({missing})
        FROM (SELECT {names} FROM {table} {some})
    """  # noqa: S608 - of numbers and our own names alone
    found = database.execute(query).fetchone() or (0, 0, 0)
    return bool(found[0] == found[1] and not found[2])


def _unique_in_samples(
    database: duckdb.DuckDBPyConnection, columns: Sequence[Keyable], tables: Sequence[str]
) -> Iterator[tuple[int, ...]]:
    for length in (1, 2, 3):
        some = columns if length == 1 else columns[:MAX_COMBINED]
        for key in combinations((each.place for each in some), length):
            if all(is_unique(database, key, table, limit=SAMPLE_ROWS) for table in tables):
                yield key
