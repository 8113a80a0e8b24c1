"""Frames that go through the store: as they were, writable, and nobody else's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.kit.outputs import Shelf, through

from flowstone.engine.worker.exact import same_frames
from flowstone.engine.worker.memory import Memory

COLUMNS: dict[str, Any] = {
    "integers": [1, 2],
    "small integers": np.array([1, 2], "int8"),
    "nullable integers": pd.array([1, 2], dtype="Int64"),
    "nullable integers, one missing": pd.array([1, None], dtype="Int64"),
    "nullable floats": pd.array([1.5, 2.5], dtype="Float64"),
    "nullable booleans": pd.array([True, None], dtype="boolean"),
    "Arrow integers": pd.array([1, 2], dtype="int64[pyarrow]"),
    "floats": [1.5, float("nan")],
    "booleans": [True, False],
    "times": pd.to_datetime(["2020-01-01", "2021-01-01"]),
    "times in seconds": pd.to_datetime(["2020-01-01", "2021-01-01"]).astype("datetime64[s]"),
    "zoned times": pd.to_datetime(["2020-01-01", "2021-01-01"]).tz_localize("Europe/Zurich"),
    "spans": pd.to_timedelta([1, 2], unit="s"),
    "texts": ["a", None],
    "nullable texts": pd.array(["a", None], dtype="string"),
    "categories": pd.Categorical(["a", "b"], categories=["b", "a"], ordered=True),
    "categories of numbers": pd.Categorical([2, 1]),
    "periods": pd.period_range("2020", periods=2, freq="M"),
    "lists": [[1], [2]],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_comes_back_as_it_went_in(tmp_path: Path, kind: str) -> None:
    """A type that changes on the way between two blocks is found a month later."""
    frame = pd.DataFrame({"a": COLUMNS[kind], "n": [1, 2]})

    opened = through(tmp_path, frame)

    pd.testing.assert_frame_equal(opened, frame)


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_can_be_written_to_and_no_file_changes(tmp_path: Path, kind: str) -> None:
    """`df.loc[0, "fare"] = 1` is how people clean data."""
    frame = pd.DataFrame({"a": COLUMNS[kind], "n": [1, 2]})
    shelf = Shelf(tmp_path)
    output = shelf.put(frame)
    path = shelf.find(output).path
    before = path.read_bytes()
    opened: Any = shelf.get(output)

    opened.loc[0, "a"] = opened.loc[1, "a"] if kind != "lists" else None
    opened.loc[0, "n"] = 5

    assert path.read_bytes() == before


def test_what_a_block_does_to_a_list_in_a_cell_no_other_block_sees(tmp_path: Path) -> None:
    """A shallow copy shares what lies in the cells."""
    frame = pd.DataFrame({"a": [[1], [2]]})
    shelf, memory = Shelf(tmp_path), Memory()
    output = shelf.put(frame, memory)

    frame["a"].array[0].append(9)

    assert shelf.get(output, memory=memory)["a"].tolist() == [[1], [2]]


def test_a_frame_from_memory_is_the_frame_from_the_store(tmp_path: Path) -> None:
    """Which worker a block got must not change what it is given."""
    frame = pd.DataFrame({"a": pd.Series(["x", "y"], dtype=object)})
    shelf, memory = Shelf(tmp_path), Memory()
    output = shelf.put(frame, memory)

    pd.testing.assert_frame_equal(shelf.get(output, memory=memory), shelf.get(output))


def objects(*cells: Any) -> pd.DataFrame:
    return pd.DataFrame({"a": pd.Series(list(cells), dtype=object), "n": range(len(cells))})


def under(index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame({"n": range(len(index))}, index=index)


ORDINARY: dict[str, pd.DataFrame] = {
    "text among objects": objects("x", None),
    "text among objects, NaN for missing": objects("x", float("nan")),
    "lists": objects([1], [2, 3]),
    "arrays": objects(np.array([1.0]), np.array([2.0, 3.0])),
    "dicts": objects({"a": 1, "b": "x"}, {"a": 2, "b": "y"}),
    "decimals": objects(Decimal("1.50"), Decimal("2.25")),
    "days": objects(dt.date(2024, 1, 1), None),
    "days at a rhythm": under(pd.date_range("2024-01-01", periods=3, freq="D", name="day")),
    "days of a zone at a rhythm": under(pd.date_range("2024-03-30", periods=3, freq="D", tz="Europe/Zurich")),
    "two levels": under(pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["kind", None])),
    "categories for an index": under(pd.CategoricalIndex(["a", "b"], categories=["b", "a", "c"], ordered=True)),
    "text for an index": under(pd.Index(["x", "y"], dtype=object, name="key")),
    "a range that counts down": under(pd.RangeIndex(9, 3, -2, name="left")),
    "numbers for names": pd.DataFrame(np.eye(2)),
    "names that have a name": pd.DataFrame({"a": [1]}).rename_axis(columns="measure"),
    "attributes": pd.DataFrame({"a": [1]}),
    "Float64 with NaN and NA": pd.DataFrame({"a": pd.array([1.5, None], dtype="Float64")}),
}
ORDINARY["attributes"].attrs = {"unit": "m", "places": [1, 2]}


@pytest.mark.parametrize("kind", ORDINARY)
def test_what_is_ordinary_is_kept_in_arrow_alone(tmp_path: Path, kind: str) -> None:
    """A pickle beside each output would double the disk, and warnings beside each would be read by nobody."""
    shelf, frame = Shelf(tmp_path), ORDINARY[kind]

    output = shelf.put(frame)

    assert output.exact is None
    assert same_frames(shelf.get(output), frame)
