"""The library's exporters, called on a real lake and real databases."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.kit.block_files import BLOCKS, function

from flowstone import Lake, Receipt, Warehouse
from flowstone.errors.connectors import TargetExists

FRAME = pd.DataFrame({"a": [1, 2, 3], "word": ["x", "y", None], "day": ["mon", "tue", "tue"]})

write_parquet_dataset = function(BLOCKS / "exporters/write_parquet_dataset.py")
write_to_lake = function(BLOCKS / "exporters/write_to_lake.py")
write_to_warehouse = function(BLOCKS / "exporters/write_to_warehouse.py")
write_to_postgres = function(BLOCKS / "exporters/write_to_postgres.py")


def test_a_dataset_gets_a_folder_for_each_value(lake: Lake) -> None:
    """Readers that want one day should not have to read the others."""
    receipt = write_parquet_dataset(FRAME, path="days", partition_by=("day",), lake=lake)

    assert isinstance(receipt, Receipt)
    assert receipt.rows == 3
    folders = {part for file in lake.list("days") for part in file.path.split("/") if "=" in part}
    assert folders == {"day=mon", "day=tue"}
    found = lake.read("days").astype({"day": "str"})[["a", "word", "day"]].sort_values("a", ignore_index=True)
    assert_frame_equal(found, FRAME)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson", "arrow"])
def test_an_object_is_written_in_each_format(lake: Lake, suffix: str) -> None:
    """What reads the lake is not always a friend of Parquet."""
    path = f"rows.{suffix}"

    receipt = write_to_lake(FRAME, path=path, lake=lake)

    assert receipt.rows == 3
    assert_frame_equal(lake.read(path), FRAME, check_dtype=False)


@pytest.mark.parametrize("export", [write_to_lake, write_parquet_dataset])
def test_writing_to_the_lake_twice_leaves_it_as_once(lake: Lake, export) -> None:
    """A pipeline that is run again must not double its data."""
    for _ in range(2):
        export(FRAME, path="rows.parquet", lake=lake)

    assert_frame_equal(lake.read("rows.parquet"), FRAME)


def test_what_is_there_is_left_alone_on_request(lake: Lake) -> None:
    """Not every target may be replaced."""
    write_to_lake(FRAME, path="rows.parquet", lake=lake)

    with pytest.raises(TargetExists):
        write_to_lake(FRAME.head(1), path="rows.parquet", if_exists="fail", lake=lake)

    assert_frame_equal(lake.read("rows.parquet"), FRAME)


def test_writing_to_the_warehouse_twice_leaves_it_as_once(warehouse: Warehouse) -> None:
    """A pipeline that is run again must not double its data."""
    receipts = [write_to_warehouse(FRAME, table="rows", warehouse=warehouse) for _ in range(2)]

    assert [receipt.rows for receipt in receipts] == [3, 3]
    assert_frame_equal(warehouse.read("rows").sort_values("a", ignore_index=True), FRAME)


def test_writing_to_postgres_twice_leaves_it_as_once(postgres: Warehouse) -> None:
    """A pipeline that is run again must not double its data."""
    for _ in range(2):
        write_to_postgres(FRAME, table="rows_of_the_library", database=postgres)

    found = postgres.read("rows_of_the_library").sort_values("a", ignore_index=True)
    assert_frame_equal(found, FRAME, check_dtype=False)
