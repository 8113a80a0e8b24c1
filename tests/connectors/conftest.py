"""Lakes and warehouses of every kind, for tests that must hold for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kit.fake_bigquery import FakeBigQuery
from tests.kit.warehouses import Opener, fresh_name, live_project, opener


@pytest.fixture
def fake_bigquery() -> FakeBigQuery:
    """A BigQuery at the level of HTTP, whose state a test can look into and spoil."""
    return FakeBigQuery()


@pytest.fixture
def open_fake(fake_bigquery: FakeBigQuery, tmp_path: Path) -> Iterator[Opener]:
    """Opens a warehouse on the fake, in a dataset that is there."""
    with fake_bigquery.running() as running:
        dataset = running.make_dataset("shop")
        yield opener(
            "bigquery", tmp_path, {"dataset": dataset, "project": running.project, "endpoint": running.endpoint}
        )


LIVE = pytest.param("live", marks=pytest.mark.live)


@pytest.fixture(params=["duckdb", "postgres", "fake_bigquery", "local_bigquery", LIVE])
def open_warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens one kind of warehouse after the other, each with a place of its own."""
    yield from _warehouse(request.param, request, tmp_path)


@pytest.fixture(params=["duckdb", "postgres", "fake_bigquery", LIVE])
def open_changeable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """As above, without local-bigquery: it copies no single partition, and loads no file that lacks a column."""
    yield from _warehouse(request.param, request, tmp_path)


def _warehouse(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    if kind == "duckdb":
        yield opener("duckdb", tmp_path, {"path": "warehouse.duckdb"})
    elif kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        yield opener("postgres", tmp_path, {"url": url, "schema": fresh_name("s")})
    elif kind == "fake_bigquery":
        yield request.getfixturevalue("open_fake")
    elif kind == "local_bigquery":
        running = request.getfixturevalue("local_bigquery")
        options = {"dataset": running.make_dataset(), "project": running.project, "endpoint": running.endpoint}
        yield opener("bigquery", tmp_path, options)
    else:
        yield from _live_warehouse(tmp_path)


def _live_warehouse(root: Path) -> Iterator[Opener]:
    from google.cloud import bigquery

    project, dataset = live_project(), fresh_name("flowstone_test")
    yield opener("bigquery", root, {"dataset": dataset, "project": project, "create_dataset": True})
    bigquery.Client(project=project).delete_dataset(dataset, delete_contents=True, not_found_ok=True)


@pytest.fixture(params=["local", "gcs", pytest.param("live", marks=pytest.mark.live)])
def open_lake(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens one kind of lake after the other, each empty."""
    if request.param == "local":
        yield opener("local", tmp_path, {"path": "lake"})
    elif request.param == "gcs":
        running = request.getfixturevalue("gcs")
        yield opener("gcs", tmp_path, {"bucket": running.make_bucket(), "endpoint": running.endpoint, "prefix": "lake"})
    else:
        yield from _live_lake(tmp_path)


def _live_lake(root: Path) -> Iterator[Opener]:
    from google.cloud import storage

    bucket = storage.Client(project=live_project()).create_bucket(fresh_name("flowstone-test").replace("_", "-"))
    yield opener("gcs", root, {"bucket": bucket.name, "project": live_project()})
    bucket.delete(force=True)
