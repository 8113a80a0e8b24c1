"""Queries with params, in the warehouses that run SQL here."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from tests.kit.warehouses import IN_RUN, Opener, fresh_name, opener

from flowstone.connectors.sql_params import with_params
from flowstone.errors.connectors import JobFailed, OptionInvalid


@pytest.fixture(params=["duckdb", "postgres", "local_bigquery"])
def open_queried(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens a warehouse that has a table of three rows."""
    options = {"duckdb": {"path": "w.duckdb"}}.get(request.param)
    if request.param == "postgres":
        options = {"url": request.getfixturevalue("postgres_url"), "schema": fresh_name("s")}
    if request.param == "local_bigquery":
        running = request.getfixturevalue("local_bigquery")
        options = {"dataset": running.make_dataset(), "project": running.project, "endpoint": running.endpoint}
    open_it = opener(request.param.removeprefix("local_"), tmp_path, options or {})
    open_it(IN_RUN).write(pd.DataFrame({"whole": [1, 2, 3], "text": ["$a", "b'", "c%"]}), "things")
    return open_it


def test_the_same_query_with_params_runs_everywhere(open_queried: Opener) -> None:
    """One block runs at home and in the cloud: its params may not be spelled twice."""
    sql = "select text from things where whole >= $least and text <> $text and text <> '$least' order by whole"

    found = open_queried(IN_RUN).query(sql, {"least": 2, "text": "b'"})

    assert found["text"].tolist() == ["c%"]


def test_a_sum_of_whole_numbers_is_one(open_queried: Opener) -> None:
    """DuckDB sums in 128 bits, which pandas would hold as objects: a plot or a join of them fails."""
    found = open_queried(IN_RUN).query("select cast(sum(whole) as bigint) as plain, count(*) as n from things")

    assert {name: str(type_) for name, type_ in found.dtypes.items()} == {"plain": "int64", "n": "int64"}


def test_duckdb_narrows_its_sums_where_they_fit(tmp_path: Path) -> None:
    """The same, without anybody's cast; a sum too large for it stays exact."""
    warehouse = opener("duckdb", tmp_path, {"path": "w.duckdb"})(IN_RUN)
    warehouse.write(pd.DataFrame({"whole": [2**62, 2**62, 2**62]}), "things")

    found = warehouse.query("select sum(whole) as large, sum(1) as small from things")

    assert (found["large"][0], found["small"].dtype) == (Decimal(3 * 2**62), "int64")


def test_a_mistake_in_a_query_comes_with_the_service_words(open_queried: Opener) -> None:
    """The words that name the mistake are the service's."""
    with pytest.raises(JobFailed, match=r"(?i)selct"):
        open_queried(IN_RUN).query("selct 1")


def test_an_estimate_runs_nothing_and_knows_a_mistake(open_queried: Opener) -> None:
    """What a query costs is to be known before it does."""
    warehouse = open_queried(IN_RUN)

    warehouse.estimate("select text from things where whole > $least", {"least": 1})


def test_params_are_found_only_where_they_are_meant() -> None:
    """A dollar sign within a text, a name or a comment is not a param."""
    sql = """select '$a', "$a", $$ $a $$, $a -- $a\n/* $a */ from t where x = $a and y = $other"""

    text = with_params(sql, {"a": 1}, spelled=lambda name: f"@{name}")

    assert text == """select '$a', "$a", $$ $a $$, @a -- $a\n/* $a */ from t where x = @a and y = $other"""


def test_a_param_that_the_query_does_not_use_is_an_error() -> None:
    """It is a misspelling, and the query would run without its filter."""
    with pytest.raises(OptionInvalid, match="'month'"):
        with_params("select 1", {"month": 1}, spelled=str)
