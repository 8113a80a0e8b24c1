"""How two tables differ, held against what pandas says of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.engine.test_windows import TABLES

from flowstone.engine.worker.table_difference import Comparing
from flowstone.model.table_difference import ColumnChange, Part, RowsOfDifference, TableDifference

NAN = float("nan")
CELLS = {
    "whole": some.sampled_from([None, 0, 1, 2**53 + 1]),
    "fraction": some.sampled_from([None, 0.0, -0.0, 1.5, NAN]),
    "text": some.sampled_from([None, "", "a", "null", "Ж'"]),
    "list": some.sampled_from([None, [], [1], [1, None]]),
}
KINDS = {"whole": pa.int64(), "fraction": pa.float64(), "text": pa.string(), "list": pa.list_(pa.int64())}


def compared(before: pa.Table, after: pa.Table, key: tuple[str, ...] | None = None) -> TableDifference:
    comparing = Comparing(before, after, key=key)
    try:
        return comparing.difference
    finally:
        comparing.close()


def counts(found: TableDifference) -> tuple[int, int, int]:
    return found.added, found.removed, found.changed


@some.composite
def tables(draw: some.DrawFn) -> pa.Table:
    rows = draw(some.lists(some.fixed_dictionaries(CELLS), max_size=8))
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in KINDS.items()})


@some.composite
def keyed(draw: some.DrawFn) -> pa.Table:
    table = draw(tables())
    ids = draw(some.permutations(range(10)))[: table.num_rows]
    return table.append_column("id", pa.array(ids, pa.int64()))


def word(cell: Any) -> Any:
    """A cell as a value that equals itself, NaN and -0.0 too."""
    if isinstance(cell, float):
        return "nan" if np.isnan(cell) else cell + 0.0
    return tuple(cell) if isinstance(cell, list) else cell


def framed(table: pa.Table) -> pd.DataFrame:
    """A table by its id, each cell as a text that tells it from any other."""
    rows = [{name: repr(word(cell)) for name, cell in row.items() if name != "id"} for row in table.to_pylist()]
    return pd.DataFrame(rows, index=table["id"].to_pylist(), columns=list(KINDS), dtype=object)


@settings(max_examples=30, deadline=None)
@given(tables(), tables())
def test_without_a_key_whole_rows_are_counted(before: pa.Table, after: pa.Table) -> None:
    """Most tables have no key at all, and rows may well be there twice."""
    ours, theirs = (Counter(tuple(map(word, row.values())) for row in each.to_pylist()) for each in (before, after))

    found = compared(before, after, ())

    assert counts(found) == ((theirs - ours).total(), (ours - theirs).total(), 0)


@settings(max_examples=30, deadline=None)
@given(keyed(), keyed())
def test_by_a_key_rows_are_added_removed_and_changed_as_pandas_says(before: pa.Table, after: pa.Table) -> None:
    """Counts that are off by one row are worse than none."""
    ours, theirs = (framed(each) for each in (before, after))
    shared = ours.index.intersection(theirs.index)
    differs = ours.loc[shared] != theirs.loc[shared]

    found = compared(before, after, ("id",))

    assert counts(found) == (
        len(theirs.index.difference(ours.index)),
        len(ours.index.difference(theirs.index)),
        int(differs.any(axis=1).sum()),
    )
    assert {each.name: each.rows for each in found.columns} == {**differs.sum().to_dict(), "id": None}


def test_a_key_is_found_by_names_and_values() -> None:
    """Nobody should have to say what a column called id is for."""
    rows = pd.DataFrame(
        {"price": [1.5, 2.5, 3.5, 4.5], "name": list("aabb"), "day": [1, 2, 1, 2], "shop_id": [4, 3, 2, 1]}
    )
    tables_of = {
        ("shop_id",): rows,
        ("name", "day"): rows.drop(columns="shop_id"),
        (): rows[["price"]],
    }

    found = {key: compared(*[pa.Table.from_pandas(frame)] * 2) for key, frame in tables_of.items()}

    assert [each.key for each in found.values()] == list(tables_of)
    assert all(counts(each) == (0, 0, 0) for each in found.values())


def test_rows_of_a_key_that_is_there_twice_belong_together_in_their_order() -> None:
    """A key that somebody chose need not be one, and no row may be counted with two others."""
    before = pa.table({"k": ["a", "a", None], "v": [1, 2, 3]})
    after = pa.table({"k": [None, "a", "a", "a"], "v": [3, 1, 5, 6]})

    found = compared(before, after, ("k",))

    assert (counts(found), found.is_key_unique) == ((1, 0, 1), False)


def test_columns_that_came_went_or_have_another_type_are_told() -> None:
    """A column that became text is the change that matters most."""
    before = pa.table({"id": [1, 2], "a": ["1", "x"], "gone": [1, 1], "n": pa.array([1, 2], pa.int32())})
    after = pa.table({"id": [1, 2], "new": [0, 0], "a": [1, 2], "n": [1.0, 2.5]})

    found = compared(before, after)

    assert found.columns == (
        ColumnChange("id", "int64", "int64"),
        ColumnChange("new", None, "int64"),
        ColumnChange("a", "string", "int64", 1),
        ColumnChange("n", "int32", "double", 1),
        ColumnChange("gone", "int64", None),
    )


def test_rows_that_differ_are_shown_page_by_page() -> None:
    """A count says that something changed; the cells say what."""
    before = pa.table({"id": range(1000), "v": ["x"] * 1000, "w": [None] * 1000})
    after = pa.table({"id": range(1, 1001), "v": ["x"] * 500 + ["y"] * 500, "w": [None] * 1000})
    comparing = Comparing(before, after)

    first = comparing.rows(RowsOfDifference(limit=2, columns=("v", "id")))
    changed = comparing.rows(RowsOfDifference(Part.CHANGED, offset=498, limit=10))
    removed = comparing.rows(RowsOfDifference(Part.REMOVED))

    assert first.to_pylist() == [
        {"before": 0, "after": None, "b0": "x", "a0": None, "d0": True, "b1": 0, "a1": None, "d1": True},
        {"before": 501, "after": 500, "b0": "x", "a0": "y", "d0": True, "b1": 501, "a1": 501, "d1": False},
    ]
    assert changed.column("a0").to_pylist() == [999]
    assert removed.column("before").to_pylist() == [0]
    with pytest.raises(KeyError):
        comparing.rows(RowsOfDifference(columns=("nothing",)))


@pytest.mark.parametrize("kind", sorted(TABLES.keys() - {"no columns"}))
def test_tables_of_any_types_can_be_compared(kind: str) -> None:
    """The column that DuckDB does not know is in somebody's table."""
    table = TABLES[kind]

    comparing = Comparing(table, table.slice(1), key=())

    assert counts(comparing.difference) == (0, min(1, table.num_rows), 0)
    assert comparing.rows(RowsOfDifference()).num_rows == min(1, table.num_rows)


def test_a_million_rows_keep_their_numbers() -> None:
    """Rows are found again by their numbers, which must be those of the file."""
    values = np.arange(1_000_000)
    before = pa.table({"id": values[::-1], "v": values})
    after = before.set_column(1, "v", pa.array(np.where(values == 777_777, -1, values)))
    comparing = Comparing(before, after)

    shown = comparing.rows(RowsOfDifference(limit=5)).to_pylist()

    assert counts(comparing.difference) == (0, 0, 1)
    assert [(row["before"], row["after"], row["a1"]) for row in shown] == [(777_777, 777_777, -1)]
