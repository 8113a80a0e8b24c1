"""The library's loaders, called on real files, a server, a lake and databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from tests.kit.block_files import BLOCKS, function
from tests.kit.json_api import JsonApi, json_api

from flowstone import Lake, Run, Warehouse

ROWS = [{"id": number, "owner": {"name": f"n{number}"}} for number in range(5)]
FLAT = pd.DataFrame({"id": range(5), "owner.name": [f"n{number}" for number in range(5)]})

read_csv = function(BLOCKS / "loaders/read_csv.py")
read_parquet = function(BLOCKS / "loaders/read_parquet.py")
call_json_api = function(BLOCKS / "loaders/call_json_api.py")
read_from_lake = function(BLOCKS / "loaders/read_from_lake.py")
query_warehouse = function(BLOCKS / "loaders/query_warehouse.py")
query_postgres = function(BLOCKS / "loaders/query_postgres.py")
sample_rows = function(BLOCKS / "loaders/sample_rows.py")


@pytest.fixture
def api() -> Iterator[JsonApi]:
    with json_api(ROWS) as running:
        yield running


def test_sample_rows_are_the_same_each_time() -> None:
    """A sample that changes by itself would make everything below it stale."""
    rows = sample_rows(rows=10)

    assert_frame_equal(rows, sample_rows(rows=100).head(10))
    assert len(rows) == 10
    assert rows.note.isna().any()


def test_csv_files_that_match_are_read_in_order(tmp_path: Path) -> None:
    """Monthly files are the commonest of inputs."""
    (tmp_path / "2024-02.csv").write_text("code;day;sum\n007;2024-02-01;2\n", encoding="utf-8")
    (tmp_path / "2024-01.csv").write_text("\ufeffcode;day;sum\n001;2024-01-01;1\n", encoding="utf-8")

    rows = read_csv(path=f"{tmp_path}/*.csv", separator=";", dates=("day",), text=("code",))

    expected = pd.DataFrame(
        {"code": ["001", "007"], "day": pd.to_datetime(["2024-01-01", "2024-02-01"]), "sum": [1, 2]}
    )
    assert_frame_equal(rows, expected, check_dtype=False)
    assert pd.api.types.is_datetime64_any_dtype(rows.day)


@pytest.mark.parametrize("loader", [read_csv, read_parquet])
def test_no_file_is_an_error_and_no_empty_table(loader, tmp_path: Path) -> None:
    """An empty table would go all the way into the warehouse and replace what is there."""
    with pytest.raises(FileNotFoundError, match="No file matches"):
        loader(path=f"{tmp_path}/*.gone")


def test_parquet_files_are_read_with_the_columns_named(tmp_path: Path) -> None:
    """Not reading a column is what Parquet is for."""
    for number in (1, 2):
        frame = pd.DataFrame({"a": [number], "b": [f"{number}"], "c": [0.5]})
        frame.to_parquet(tmp_path / f"{number}.parquet")

    table = read_parquet(path=f"{tmp_path}/*.parquet", columns=("a", "b"))

    assert table.equals(pa.table({"a": [1, 2], "b": pa.array(["1", "2"], table.schema.field("b").type)}))


def test_a_parquet_dataset_is_read_with_its_partition_columns(tmp_path: Path) -> None:
    """A dataset's folder names are data."""
    frame = pd.DataFrame({"day": ["mon", "tue"], "a": [1, 2]})
    frame.to_parquet(tmp_path / "days", partition_cols=["day"])

    table = read_parquet(path=f"{tmp_path}/days")

    assert sorted(table.to_pandas().astype({"day": str})[["day", "a"]].values.tolist()) == [["mon", 1], ["tue", 2]]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/page", {"rows_at": "result.items", "paging": "page"}),
        ("/offset", {"rows_at": "result.items", "paging": "offset", "page_param": "at"}),
        ("/cursor", {"rows_at": "items", "paging": "cursor", "page_param": "at", "cursor_at": "meta.next"}),
        ("/address", {"rows_at": "items", "paging": "cursor"}),
        ("/link", {"paging": "link"}),
    ],
    ids=lambda value: value.strip("/") if isinstance(value, str) else "",
)
def test_an_api_is_read_to_its_last_page_however_it_pages(api: JsonApi, path: str, options: dict[str, str]) -> None:
    """A page that is missed is data that is missing, and nobody is told."""
    rows = call_json_api(url=api.url + path, max_pages=10, run=Run(), **options)

    assert_frame_equal(rows, FLAT, check_dtype=False)


def test_an_api_is_asked_for_no_more_than_max_pages(api: JsonApi) -> None:
    """Trying a block out should not fetch a whole service."""
    rows = call_json_api(url=f"{api.url}/link", max_pages=2, run=Run())

    assert_frame_equal(rows, FLAT.head(4), check_dtype=False)
    assert api.asked == ["/link", "/link?at=2"]


def test_an_answer_that_is_no_list_is_one_row(api: JsonApi) -> None:
    """Many APIs answer with one thing."""
    rows = call_json_api(url=f"{api.url}/one", paging="none", run=Run())

    assert_frame_equal(rows, FLAT.head(1), check_dtype=False)


def test_a_busy_api_is_asked_again(api: JsonApi) -> None:
    """Rate limits are part of every API's day."""
    api.busy = 2

    rows = call_json_api(url=f"{api.url}/one", paging="none", run=Run())

    assert len(rows) == 1
    assert len(api.asked) == 3


def test_an_api_is_given_the_token_of_a_variable(api: JsonApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in a block's params would be in the project's files."""
    api.token = "opensesame"
    monkeypatch.setenv("TEST_API_TOKEN", "opensesame")

    rows = call_json_api(url=f"{api.url}/one", paging="none", token_variable="TEST_API_TOKEN", run=Run())

    assert len(rows) == 1


def test_a_token_is_not_sent_to_another_host(api: JsonApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer says where the next page is; it must not say who gets the key."""
    api.token = "opensesame"
    monkeypatch.setenv("TEST_API_TOKEN", "opensesame")

    with pytest.raises(ValueError, match="localhost: the token is not sent"):
        call_json_api(url=f"{api.url}/astray", token_variable="TEST_API_TOKEN", run=Run())

    assert api.asked == ["/astray"]


def test_an_api_that_refuses_makes_the_block_fail(api: JsonApi) -> None:
    """An error page is not data."""
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        call_json_api(url=f"{api.url}/gone", run=Run())


def test_the_lake_is_read_by_object_and_by_dataset(lake: Lake) -> None:
    """What one pipeline exports is what the next one loads."""
    frame = pd.DataFrame({"a": [1, 2], "day": ["mon", "tue"]})
    lake.write(frame, "one.parquet")
    lake.write(frame, "days", partition_by="day")

    one, days = read_from_lake(path="one.parquet", columns=("a",), lake=lake), read_from_lake(path="days", lake=lake)

    assert_frame_equal(one, frame[["a"]])
    assert_frame_equal(days.astype({"day": "str"})[["a", "day"]].sort_values("a", ignore_index=True), frame)


def test_the_warehouse_is_queried(warehouse: Warehouse) -> None:
    """The answer comes as a table."""
    warehouse.write(pd.DataFrame({"a": [1, 2, 3]}), "numbers")

    rows = query_warehouse(sql="SELECT sum(a)::BIGINT AS total FROM numbers", warehouse=warehouse)

    assert_frame_equal(rows, pd.DataFrame({"total": [6]}))


def test_the_warehouse_answers_the_default_query(warehouse: Warehouse) -> None:
    """A block should run as soon as it is added."""
    assert query_warehouse(warehouse=warehouse).answer.tolist() == [42]


def test_postgres_is_queried(postgres: Warehouse) -> None:
    """Most data that is loaded anywhere lies in a PostgreSQL."""
    rows = query_postgres(sql="SELECT n AS a FROM generate_series(1, 3) AS n ORDER BY n", database=postgres)

    assert_frame_equal(rows, pd.DataFrame({"a": [1, 2, 3]}), check_dtype=False)
