"""How two stored tables differ, worked out by DuckDB over their memory maps, and the rows in which they do.

Rows that belong together are joined by their key; without one, the whole row is the key. What was found last is kept,
so that leafing through the rows does not join again. Source: decision 0026, "Rows belong together by a key".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flowstone.engine.worker.duck import ducked, open_duck
from flowstone.engine.worker.shown_columns import for_browser
from flowstone.engine.worker.table_keys import infer_key, is_unique, keyable
from flowstone.model.table_difference import (
    MAX_PAGE_COLUMNS,
    MAX_PAGE_ROWS,
    ColumnChange,
    Part,
    RowsOfDifference,
    TableDifference,
)

if TYPE_CHECKING:
    pass

PARTS = {
    Part.ALL: "true",
    Part.ADDED: "b IS NULL",
    Part.REMOVED: "a IS NULL",
    Part.CHANGED: "a IS NOT NULL AND b IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column that both tables have, by its number in each."""

    name: str
    before: int
    after: int


class Comparing:
    """Two tables laid side by side. Raises: KeyError, when a column of the key is not in both."""

    def __init__(self, before: pa.Table, after: pa.Table, *, key: Sequence[str] | None = None) -> None:
        """Compare by a key, without one if it is empty, or by one that is looked for if it is None."""
        self._before, self._after = before, after
        self._pairs = _shared(before, after)
        self._database = open_duck()
        self._register()
        places = self._inferred() if key is None else [self._place(name) for name in key]
        self.difference = self._compared(places)

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def rows(self, wanted: RowsOfDifference) -> pa.Table:
        """Return a page of the rows that differ.

        Shapes: (min(limit, 200), 2 + 3 c): the numbers `before` and `after` of each row, null where it is not there,
        then of each of c columns `b`, `a` and `d`: its cell before and after, and whether they differ.
        Raises: KeyError, when a column is in neither table.
        """
        query = (
            f"SELECT b, a FROM found WHERE {PARTS[wanted.part]} "  # noqa: S608 - of our own words alone
            "ORDER BY coalesce(a, b), b IS NULL LIMIT ? OFFSET ?"
        )
        limit = min(wanted.limit, MAX_PAGE_ROWS)
        numbers = self._database.execute(query, [limit, wanted.offset]).fetchall()
        before, after = [row[0] for row in numbers], [row[1] for row in numbers]
        columns: dict[str, Any] = {"before": pa.array(before, pa.int64()), "after": pa.array(after, pa.int64())}
        for place, name in enumerate(self._names(wanted.columns)):
            cells = _cells(self._before, name, before), _cells(self._after, name, after)
            columns[f"b{place}"], columns[f"a{place}"] = (for_browser(each) for each in cells)
            columns[f"d{place}"] = self._differ(name, *cells)
        return pa.table(columns)

    def _names(self, wanted: Sequence[str]) -> list[str]:
        there = [column.name for column in self.difference.columns]
        if not wanted:
            return there[:MAX_PAGE_COLUMNS]
        for name in wanted:
            if name not in there:
                raise KeyError(f"there is no column {name!r}")
        return list(wanted[:MAX_PAGE_COLUMNS])

    def _differ(self, name: str, before: pa.ChunkedArray, after: pa.ChunkedArray) -> pa.Array:
        """Say of each of a few rows whether a column differs, as it was counted."""
        if not any(pair.name == name for pair in self._pairs) or not len(before):
            return pa.array([False] * len(before))
        first, second = (ducked(pa.table([cells], names=["c"])) for cells in (before, after))
        self._database.register("some_before", first)
        self._database.register("some_after", second)
        one, other = _comparable("x.c0", before.type, "y.c0", after.type)
        query = f"SELECT {one} IS DISTINCT FROM {other} FROM some_before x POSITIONAL JOIN some_after y"  # noqa: S608
        return pa.array([bool(row[0]) for row in self._database.execute(query).fetchall()])

    def _register(self) -> None:
        """Give the tables to the database with their rows numbered and their shared columns alike."""
        kinds = [
            _comparable(
                f"c{pair.before}",
                self._before.field(pair.before).type,
                f"c{pair.after}",
                self._after.field(pair.after).type,
            )
            for pair in self._pairs
        ]
        for side, (name, table) in enumerate((("l", self._before), ("r", self._after))):
            self._database.register(f"{name}_rows", ducked(table) if table.num_columns else _counted(table))
            columns = "".join(f", {each[side]} AS c{place}" for place, each in enumerate(kinds))
            self._database.execute(
                f"CREATE VIEW {name} AS SELECT row_number() OVER () - 1 AS n{columns} FROM {name}_rows"  # noqa: S608
            )

    def _place(self, name: str) -> int:
        for place, pair in enumerate(self._pairs):
            if pair.name == name:
                return place
        raise KeyError(f"there is no column {name!r} in both")

    def _inferred(self) -> list[int]:
        kinds = [self._after.field(pair.after).type for pair in self._pairs]
        columns = keyable([pair.name for pair in self._pairs], kinds)
        return infer_key(self._database, columns, tables=("l", "r"))

    def _compared(self, key: list[int]) -> TableDifference:
        is_single = bool(key) and all(is_unique(self._database, key, table) for table in ("l", "r"))
        self._join(key or list(range(len(self._pairs))), is_unique=is_single)
        counted = [place for place in range(len(self._pairs)) if place not in key] if key else []
        changes = "".join(f", count(*) FILTER (a IS NOT NULL AND b IS NOT NULL AND d{place})" for place in counted)
        counts = ", ".join(f"count(*) FILTER ({PARTS[part]})" for part in (Part.ADDED, Part.REMOVED, Part.CHANGED))
        query = f"SELECT {counts}{changes} FROM found"  # noqa: S608 - of numbers alone
        added, removed, changed, *each = self._database.execute(query).fetchone() or (0, 0, 0)
        return TableDifference(
            rows_before=self._before.num_rows,
            rows_after=self._after.num_rows,
            key=tuple(self._pairs[place].name for place in key),
            is_key_unique=is_single,
            added=added,
            removed=removed,
            changed=changed,
            columns=self._columns(dict(zip(counted, each, strict=True))),
        )

    def _join(self, key: list[int], *, is_unique: bool) -> None:
        """Write down the numbers of the rows that differ, and in which columns."""
        others = [place for place in range(len(self._pairs)) if place not in key]
        differs = [f"(l.c{place} IS DISTINCT FROM r.c{place})" for place in others]
        same = [f"l.c{place} IS NOT DISTINCT FROM r.c{place}" for place in key]
        sides = [self._numbered(side, key, is_unique=is_unique) for side in ("l", "r")]
        if not is_unique:
            same.append("l.turn = r.turn")
        columns = "".join(f", {each} AS d{place}" for place, each in zip(others, differs, strict=True))
        where = " OR ".join(["l.n IS NULL", "r.n IS NULL", *differs])
        self._database.execute(
            f"CREATE TABLE found AS SELECT l.n AS b, r.n AS a{columns} "  # noqa: S608 - of numbers alone
            f"FROM {sides[0]} l FULL JOIN {sides[1]} r ON {' AND '.join(same)} WHERE {where}"
        )

    def _numbered(self, side: str, key: list[int], *, is_unique: bool) -> str:
        """Return a table, or one in which rows of the same key have their turns."""
        if is_unique:
            return side
        parts = ", ".join(f"c{place}" for place in key)
        partition = f"PARTITION BY {parts} " if parts else ""
        return f"(SELECT *, row_number() OVER ({partition}ORDER BY n) AS turn FROM {side})"  # noqa: S608

    def _columns(self, counts: dict[int, int]) -> tuple[ColumnChange, ...]:
        """Return the columns in the order of the later table, then those that are gone."""
        places = {pair.after: place for place, pair in enumerate(self._pairs)}
        there = [
            ColumnChange(
                field.name,
                str(self._before.field(self._pairs[places[number]].before).type) if number in places else None,
                str(field.type),
                counts.get(places[number]) if number in places else None,
            )
            for number, field in enumerate(self._after.schema)
        ]
        shared = {pair.before for pair in self._pairs}
        gone = [
            ColumnChange(field.name, str(field.type), None)
            for number, field in enumerate(self._before.schema)
            if number not in shared
        ]
        return (*there, *gone)


def _shared(before: pa.Table, after: pa.Table) -> list[_Pair]:
    """Return the columns of a name that is in both tables; of several with one name, the first with the first."""
    places: dict[str, list[int]] = {}
    for number, field in enumerate(before.schema):
        places.setdefault(field.name, []).append(number)
    found = []
    for number, field in enumerate(after.schema):
        if places.get(field.name):
            found.append(_Pair(field.name, places[field.name].pop(0), number))
    return found


def _comparable(one: str, kind: pa.DataType, other: str, other_kind: pa.DataType) -> tuple[str, str]:
    """Return how two columns are compared: as they are, or as text where their types have nothing in common."""
    if pa.types.is_dictionary(kind) or pa.types.is_dictionary(other_kind):
        return f"CAST({one} AS VARCHAR)", f"CAST({other} AS VARCHAR)"
    if kind == other_kind or (_is_number(kind) and _is_number(other_kind)):
        return one, other
    return f"CAST({one} AS VARCHAR)", f"CAST({other} AS VARCHAR)"


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal128(kind))


def _cells(table: pa.Table, name: str, rows: Sequence[int | None]) -> pa.ChunkedArray:
    """Return a column's cells of a few rows, one by one: taking them from all would gather all that is stored."""
    places = table.schema.get_all_field_indices(name)
    if not places:
        return pa.chunked_array([pa.nulls(len(rows))])
    column = table.column(min(places))
    cells = [_cell(column, row) for row in rows]
    return pa.chunked_array([chunk for cell in cells for chunk in cell.chunks], column.type)


def _cell(column: pa.ChunkedArray, row: int | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(1, column.type)]) if row is None else column.slice(row, 1)


def _counted(table: pa.Table) -> pa.Table:
    """Return as many rows for a table that has no columns."""
    return pa.table({"c0": pa.nulls(table.num_rows, pa.int8())})
