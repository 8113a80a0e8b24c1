"""A single column stays one on its way from block to block."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from tests.kit.outputs import Shelf, through

from flowstone.errors.engine import InputUnfit

SERIES: dict[str, Callable[[], pd.Series[Any]]] = {
    "numbers": lambda: pd.Series([1, 2, 3], name="n"),
    "without a name": lambda: pd.Series([1.5, None]),
    "with labels": lambda: pd.Series([3, 4], index=pd.Index(["a", "b"], name="k"), name="n"),
    "two levels of labels": lambda: pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    "categories": lambda: pd.Series(["x", "y"], dtype="category", name="c"),
    "times of a zone": lambda: pd.Series(pd.date_range("2024", periods=2, tz="Europe/Vienna"), name="t"),
    "mixed": lambda: pd.Series([1, "a", None], name="m"),
    "called by a number": lambda: pd.Series([True, False], name=7),
    "no rows": lambda: pd.Series([], dtype="int32", name="n"),
}


@pytest.mark.parametrize("name", SERIES)
def test_a_series_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    """`s.mean()` of a frame is no number, so a column that became a frame is another value."""
    series = SERIES[name]()

    pd.testing.assert_series_equal(through(tmp_path, series), series, check_freq=False)
    pd.testing.assert_series_equal(through(tmp_path, series, pd.Series), series, check_freq=False)


@pytest.mark.parametrize("name", SERIES)
def test_a_series_is_a_table_for_whoever_asks_for_one(name: str, tmp_path: Path) -> None:
    """It is shown as a table of one column, and SQL and polars read it so."""
    shelf = Shelf(tmp_path)
    output = shelf.put(SERIES[name]())

    assert shelf.get(output, pd.DataFrame).shape == (len(SERIES[name]()), 1)
    assert isinstance(shelf.get(output, pl.DataFrame), pl.DataFrame)


def test_a_frame_of_one_column_is_a_series_only_when_asked(tmp_path: Path) -> None:
    """What a block gave is what the next gets, unless that one's annotation says otherwise."""
    frame = pd.DataFrame({"n": [1, 2]})

    assert isinstance(through(tmp_path, frame), pd.DataFrame)
    pd.testing.assert_series_equal(through(tmp_path, frame, pd.Series), frame["n"])


def test_a_frame_of_two_columns_is_no_series(tmp_path: Path) -> None:
    """Which column is meant only its author can say."""
    with pytest.raises(InputUnfit, match=r"a table of 2 columns, and the block asks for a pd\.Series"):
        through(tmp_path, pd.DataFrame({"n": [1], "m": [2]}), pd.Series)
