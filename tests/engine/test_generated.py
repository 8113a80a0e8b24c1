"""Generators of frames: one table, whatever the first frame did not know yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.kit.outputs import Shelf, through

from flowstone.engine.worker.tables import open_table
from flowstone.errors.engine import OutputUnfit


def frames(*columns: Any) -> Callable[[], Iterator[pd.DataFrame]]:
    return lambda: (pd.DataFrame({"n": range(len(cells)), "a": cells}) for cells in columns)


def objects(*cells: Any) -> pd.Series:
    return pd.Series(list(cells), dtype=object)


def categories(*cells: str) -> Any:
    return pd.Categorical(cells)


PIECES: dict[str, tuple[Callable[[], Iterator[Any]], str, list[Any]]] = {
    "all alike": (frames([1, 2], [3]), "int64", [1, 2, 3]),
    "nothing known at first, then text": (frames(objects(None, None), objects("x")), "string", [None, None, "x"]),
    "nothing known at first, then numbers": (frames(objects(None), [7]), "int64", [None, 7]),
    "nothing known at first, then lists": (frames(objects(None), objects([1])), "list<item: int64>", [None, [1]]),
    "never anything known": (frames(objects(None), objects(None)), "null", [None, None]),
    "whole numbers, then fractions": (frames([1, 2], [0.5]), "double", [1.0, 2.0, 0.5]),
    "fractions, then whole numbers": (frames([0.5], [1]), "double", [0.5, 1.0]),
    "whole numbers, then gaps": (frames([1], [float("nan")]), "double", [1.0, None]),
    "small numbers, then large ones": (
        frames(pd.Series([1], dtype="int8"), pd.Series([2**40])),
        "int64",
        [1, 2**40],
    ),
    "text of two kinds": (frames(objects("a"), pd.Series(["b"], dtype="str")), "large_string", ["a", "b"]),
    "decimals of two scales": (
        frames(objects(Decimal("1.5")), objects(Decimal("2.25"))),
        "decimal128(3, 2)",
        [Decimal("1.50"), Decimal("2.25")],
    ),
    "days of two units": (
        frames(
            pd.Series(pd.to_datetime(["2024-01-01"])).dt.as_unit("s"),
            pd.Series(pd.to_datetime(["2024-01-02"])).dt.as_unit("us"),
        ),
        "timestamp[us]",
        [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")],
    ),
    "the same categories": (
        frames(categories("x", "y"), categories("x", "y")),
        "dictionary<values=large_string, indices=int8, ordered=0>",
        ["x", "y", "x", "y"],
    ),
    "other categories later": (frames(categories("x"), categories("y")), "large_string", ["x", "y"]),
    "Arrow, polars, pandas": (
        lambda: iter(
            [pa.table({"n": [0], "a": [1]}), pl.DataFrame({"n": [0], "a": [2]}), pd.DataFrame({"a": [3], "n": [0]})]
        ),
        "int64",
        [1, 2, 3],
    ),
    "thousands of small ones": (
        lambda: (pd.DataFrame({"n": [0], "a": [n]}) for n in range(3_000)),
        "int64",
        [*range(3_000)],
    ),
}


@pytest.mark.parametrize("pieces", PIECES)
def test_frames_of_a_generator_become_one_table(tmp_path: Path, pieces: str) -> None:
    """A hundred files read one by one do not all know what is in their empty columns."""
    make, kind, cells = PIECES[pieces]
    shelf = Shelf(tmp_path)

    output = shelf.put(make())
    table = open_table(shelf.find(output).path)

    assert (str(table.schema.field("a").type), table["a"].to_pylist()) == (kind, cells)
    assert [*shelf.get(output).columns] == ["n", "a"]
    assert len(shelf.get(output)) == output.rows == len(cells)
    assert not list((tmp_path / "artifacts" / "drafts").iterdir())


CLASHES: dict[str, tuple[Callable[[], Iterator[Any]], str]] = {
    "numbers, then text": (
        frames([1], ["x"]),
        "Column 'a' is int64 in the generator's first frames and large_string in frame 2",
    ),
    "days, then numbers": (frames([pd.Timestamp("2024")], [1]), "Column 'a' is timestamp"),
    "a number that no fraction can be": (frames([2**53 + 1], [0.5]), "cannot have the types of the others"),
    "another column": (
        lambda: iter([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1], "b": [2]})]),
        "frame 2 has other columns than the first: the first has no 'b'",
    ),
    "a column less": (
        lambda: iter([pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"a": [1]})]),
        "frame 2 has other columns than the first: it lacks 'b'",
    ),
}


@pytest.mark.parametrize("pieces", CLASHES)
def test_frames_that_do_not_fit_are_named_and_leave_nothing(tmp_path: Path, pieces: str) -> None:
    """Text made of numbers, or gaps where a column was forgotten, would be found a month later."""
    make, words = CLASHES[pieces]

    with pytest.raises(OutputUnfit) as refused:
        Shelf(tmp_path).put(make())

    assert words in refused.value.message
    assert not list((tmp_path / "artifacts" / "drafts").iterdir())


def test_what_a_generator_raises_is_its_own_and_leaves_nothing(tmp_path: Path) -> None:
    """The failure must be the author's, with the author's line."""

    def broken() -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"a": [1]})
        raise ZeroDivisionError("at the second file")

    with pytest.raises(ZeroDivisionError, match="at the second file"):
        Shelf(tmp_path).put(broken())

    assert not list((tmp_path / "artifacts" / "drafts").iterdir())


def test_an_index_that_says_something_is_kept_and_row_numbers_are_counted_anew(tmp_path: Path) -> None:
    """Each file of a hundred begins at row 0."""
    days = pd.date_range("2024-01-01", periods=4)
    whole = pd.DataFrame({"a": range(4)}, index=days.rename("day"))
    plain = pd.DataFrame({"a": range(4)})

    kept = through(tmp_path / "1", iter([whole[:2], whole[2:]]))
    counted = through(tmp_path / "2", iter([plain[:2].copy(), plain[:2].copy()]))

    pd.testing.assert_frame_equal(kept, whole, check_freq=False)
    assert [*counted.index] == [0, 1, 2, 3]


def test_what_streams_by_itself_is_streamed(tmp_path: Path) -> None:
    """A query's result need not be in memory as a whole either."""
    relation = duckdb.sql("SELECT range AS n FROM range(300000)")
    query = pl.LazyFrame({"n": np.arange(300_000)}).filter(pl.col("n") > 299_997)
    nothing = pl.LazyFrame({"n": np.arange(3), "t": ["a", "b", "c"]}).filter(pl.col("n") > 5)

    assert len(through(tmp_path, relation)) == 300_000
    assert [*through(tmp_path, query)["n"]] == [299_998, 299_999]
    assert [*through(tmp_path, nothing).columns] == ["n", "t"]
