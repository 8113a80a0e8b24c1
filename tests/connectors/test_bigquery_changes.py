"""Partitions replaced and rows merged in BigQuery while requests fail: each is applied once, whatever is lost."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.kit.fake_bigquery import FakeBigQuery
from tests.kit.warehouses import IN_RUN, LATER_RUN, Opener, opener

from flowstone.errors.base import FlowstoneError

BEFORE = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-02"]), "id": [1, 2], "n": [10, 20]})
NEW = pd.DataFrame({"day": pd.to_datetime(["2024-01-02", "2024-01-03"]), "id": [2, 3], "n": [21, 30]})
AFTER = [(1, 10), (2, 21), (3, 30)]
CHANGES: dict[str, dict[str, Any]] = {
    "partitions": {"if_exists": "replace_partition", "partition_by": "day"},
    "merge": {"if_exists": "merge", "keys": ["id", "day"], "partition_by": "day"},
}
PUBLISHING = {"partitions": "copy", "merge": "merge"}
REQUESTS = 14
"""As many as a change of two partitions sends."""


def rows_in(fake: FakeBigQuery) -> list[tuple[int, int]]:
    """Return what the table holds, in order."""
    frame = fake.read("shop.things").sort_values("id")
    return list(zip(frame["id"], frame["n"], strict=True))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("nth", range(REQUESTS))
def test_a_change_goes_through_once_whichever_answer_is_lost(
    fake_bigquery: FakeBigQuery, open_fake: Opener, nth: int, change: str
) -> None:
    """A lost answer is the rule in a long night of loads; a job sent again under another name would count twice."""
    open_fake(LATER_RUN).write(BEFORE, "things", partition_by="day")
    fake_bigquery.ledger.clear()
    fake_bigquery.trouble_after(nth)

    open_fake(IN_RUN).write(NEW, "things", **CHANGES[change])

    assert rows_in(fake_bigquery) == AFTER
    assert len(fake_bigquery.applied("load")) == 1
    published = [one.job_id for one in fake_bigquery.applied(PUBLISHING[change])]
    assert len(published) == len(set(published)) == (2 if change == "partitions" else 1)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("nth", range(REQUESTS))
def test_a_change_that_was_cut_off_is_completed_by_its_retry(
    fake_bigquery: FakeBigQuery, open_fake: Opener, nth: int, change: str
) -> None:
    """A block that died between two steps comes again with the same rows, and goes on where it was."""
    open_fake(LATER_RUN).write(BEFORE, "things", partition_by="day")
    fake_bigquery.ledger.clear()
    fake_bigquery.trouble_after(nth, status=400, reason="invalid")
    with suppress(FlowstoneError):
        open_fake(IN_RUN).write(NEW, "things", **CHANGES[change])
    fake_bigquery.troubles.clear()

    open_fake(IN_RUN).write(NEW, "things", **CHANGES[change])

    assert rows_in(fake_bigquery) == AFTER
    published = [one.job_id for one in fake_bigquery.applied(PUBLISHING[change])]
    assert len(published) == len(set(published))


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_sends_more_requests_than_are_spoilt_here(
    fake_bigquery: FakeBigQuery, open_fake: Opener, change: str
) -> None:
    """A request that is never spoilt proves nothing."""
    open_fake(LATER_RUN).write(BEFORE, "things", partition_by="day")
    fake_bigquery.requests.clear()

    open_fake(IN_RUN).write(NEW, "things", **CHANGES[change])

    assert len(fake_bigquery.requests) <= REQUESTS


def test_a_merge_looks_only_where_its_rows_can_be(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """A merge without a filter reads the whole table: 33 GB for 180 MB of changes, once a night."""
    open_fake(LATER_RUN).write(BEFORE, "things", partition_by="day")

    receipt = open_fake(IN_RUN).write(NEW, "things", **CHANGES["merge"])

    sql = fake_bigquery.jobs[receipt.job_ids[-1]]["configuration"]["query"]["query"]
    assert "t.`day` BETWEEN DATETIME '2024-01-02 00:00:00.000000' AND DATETIME '2024-01-03 00:00:00.000000'" in sql


def test_a_row_that_moved_to_another_partition_is_found_all_the_same(
    fake_bigquery: FakeBigQuery, open_fake: Opener
) -> None:
    """A filter by a column that is no key would miss the old row and add it once more."""
    open_fake(LATER_RUN).write(BEFORE, "things", partition_by="day")
    moved = pd.DataFrame({"day": pd.to_datetime(["2024-06-30"]), "id": [1], "n": [11]})

    open_fake(IN_RUN).write(moved, "things", if_exists="merge", keys=["id"], partition_by="day")

    assert rows_in(fake_bigquery) == [(1, 11), (2, 20)]


def test_a_moment_before_1970_is_in_its_own_partition(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """Half a second before midnight belongs to the day that ends: else its rows are lost, and the next day's too."""
    moments = pd.to_datetime(["1969-12-30 23:59:59.5", "1969-12-31 12:00:00"], format="ISO8601")
    open_fake(LATER_RUN).write(pd.DataFrame({"day": moments, "n": [1, 2]}), "things", partition_by="day")

    open_fake(IN_RUN).write(pd.DataFrame({"day": moments[:1], "n": [9]}), "things", **CHANGES["partitions"])

    assert sorted(fake_bigquery.read("shop.things")["n"]) == [2, 9]


def test_a_table_made_by_the_second_try_of_a_load_is_known_again(
    fake_bigquery: FakeBigQuery, open_fake: Opener
) -> None:
    """The first load failed, the next one made the table, and the block died: it must not stumble over its own."""
    fake_bigquery.failing_jobs["load"] = "invalid"
    with suppress(FlowstoneError):
        open_fake(IN_RUN).write(NEW, "things")
    open_fake(IN_RUN).write(NEW, "things")

    assert open_fake(IN_RUN).write(NEW, "things").action == "adopted"


def test_planning_makes_no_dataset(fake_bigquery: FakeBigQuery, tmp_path: Path) -> None:
    """Looking at what would happen leaves no trace, also where a write would begin by making the dataset."""
    with fake_bigquery.running() as running:
        options = {"dataset": "new", "project": running.project, "endpoint": running.endpoint, "create_dataset": True}
        plan = opener("bigquery", tmp_path, options)(IN_RUN).plan(NEW, "things")

    assert plan.action == "created"
    assert fake_bigquery.datasets == {}
