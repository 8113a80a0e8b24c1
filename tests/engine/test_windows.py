"""Windows of stored tables, whatever is in them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from flowstone.engine.worker.answers import to_stream
from flowstone.engine.worker.tables import write_table
from flowstone.engine.worker.windows import read_window
from flowstone.model.view import SortKey, View
from flowstone.model.window import Window
from flowstone.store.artifacts import ArtifactStore


def stored(root: Path, table: pa.Table) -> Path:
    return write_table(ArtifactStore(root), table.to_batches(), table.schema, name="output", warnings=()).path


def _extension(storage: pa.Array, kind: Any) -> pa.Table:
    return pa.table({"a": pa.ExtensionArray.from_storage(kind, storage)})


TABLES: dict[str, pa.Table] = {
    "no columns": pa.Table.from_pandas(pd.DataFrame(index=range(3))),
    "no rows": pa.table({"a": pa.array([], pa.int64())}),
    "nothing known": pa.table({"a": pa.nulls(3)}),
    "categories": pa.table({"a": pa.array(["y", "x"]).dictionary_encode()}),
    "polars categories": pl.DataFrame({"a": ["y", "x"]}, schema={"a": pl.Categorical}).to_arrow(),
    "polars lists": pl.DataFrame({"a": [["x"], ["y"], None]}).to_arrow(),
    "polars structs": pl.DataFrame({"a": [{"s": "x"}]}).to_arrow(),
    "uuids": _extension(pa.array([b"0" * 16], pa.binary(16)), pa.uuid()),
    "bytes as booleans": _extension(pa.array([1], pa.int8()), pa.bool8()),
    "JSON": _extension(pa.array(["{}"]), pa.json_()),
    "periods": pa.Table.from_pandas(pd.DataFrame({"a": pd.period_range("2020", periods=2, freq="M")})),
    "intervals": pa.Table.from_pandas(pd.DataFrame({"a": pd.interval_range(0, 2)})),
    "mappings": pa.table({"a": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64()))}),
    "decimals": pa.table({"a": [Decimal("1.5")]}),
    "durations": pa.table({"a": pa.array([5], pa.duration("us"))}),
    "half floats": pa.table({"a": np.array([2, 1], "float16")}),
    "run ends": pa.table({"a": pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array([1, 2]))}),
    "text views": pa.table({"a": pa.array(["x"], pa.string_view())}),
    "large bytes in lists": pa.table({"a": pa.array([[b"1"]], pa.list_(pa.large_binary()))}),
}
UNREADABLE = ("large_", "_view", "extension", "dictionary", "run_end", "decimal", "duration")


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_can_be_looked_at_and_sorted_whatever_its_types(tmp_path: Path, kind: str) -> None:
    """A preview that fails on a type hides the very column that needs a look."""
    table = TABLES[kind]
    path = stored(tmp_path, table)
    sort = tuple(SortKey(name) for name in table.column_names)

    shown = read_window(path, Window())
    sorted_too = read_window(path, Window(view=View(sort=sort)))

    assert [shown.column_names, sorted_too.column_names] == [table.column_names] * 2
    assert not [str(field.type) for field in shown.schema if any(word in str(field.type) for word in UNREADABLE)]
    assert shown.schema.metadata[b"flowstone-total-rows"] == str(table.num_rows).encode()
    assert pa.ipc.open_stream(to_stream(sorted_too)).read_all().num_columns == table.num_columns


def test_columns_of_one_name_are_all_shown(tmp_path: Path) -> None:
    """`SELECT a.*, b.*` gives two columns called id, and both are there to be seen."""
    path = stored(tmp_path, pa.table([[2, 1], [3, 4]], names=["id", "id"]))

    shown = read_window(path, Window(view=View(sort=(SortKey("id"),))))

    assert [column.to_pylist() for column in shown.columns] == [[1, 2], [4, 3]]


def test_categories_sort_by_what_they_say(tmp_path: Path) -> None:
    """Their numbers are an accident of the order in which they came."""
    path = stored(tmp_path, TABLES["categories"])

    assert read_window(path, Window(view=View(sort=(SortKey("a"),)))).to_pylist() == [{"a": "x"}, {"a": "y"}]


def test_long_cells_of_a_large_window_are_cut_bytes_too(tmp_path: Path) -> None:
    """A hundred pictures in a column are no preview."""
    path = stored(tmp_path, pa.table({"t": ["x" * 100_000] * 100, "b": [b"x" * 100_000] * 100}))

    shown = read_window(path, Window())

    assert shown.nbytes < 2 << 20
