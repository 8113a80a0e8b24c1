"""BigQuery when things go wrong: replies get lost, jobs fail, others write; rows count once all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.kit.fake_bigquery import FakeBigQuery
from tests.kit.frames import same_rows
from tests.kit.warehouses import IN_RUN, LATER_RUN, Opener

from flowstone.connectors.registry import open_connection
from flowstone.errors.connectors import (
    JobFailed,
    LocationMismatch,
    OptionInvalid,
    PermissionMissing,
    ServiceUnavailable,
    TargetMissing,
)
from flowstone.model.connections import ConnectionSettings

SMALL = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-02"]), "whole": [1, 2]})
OTHER = pd.DataFrame({"day": pd.to_datetime(["2024-01-03"]), "whole": [3]})
UPLOAD = "POST /upload/"


def opened(fake: FakeBigQuery, root: Path, **options: object) -> tuple[Any, Any]:
    """Open a warehouse on a fake that is not running yet, with options of its own."""
    emulator = fake.running()
    running = emulator.__enter__()
    settings = {"project": running.project, "endpoint": running.endpoint, "dataset": "shop", **options}
    return emulator, open_connection(ConnectionSettings("here", "bigquery", settings, str(root)), IN_RUN)


@pytest.mark.parametrize(
    "trouble", [{}, {"status": 503, "reason": "backendError"}, {"status": 429, "reason": "rateLimitExceeded"}]
)
@pytest.mark.parametrize("if_exists", ["append", "replace"])
def test_a_lost_or_busy_answer_never_doubles_rows(
    fake_bigquery: FakeBigQuery, open_fake: Opener, if_exists: str, trouble: dict[str, Any]
) -> None:
    """A load whose answer got lost has been applied: sent again under another name, it would count twice."""
    open_fake(LATER_RUN).write(OTHER, "things")
    fake_bigquery.trouble(UPLOAD, **trouble)

    open_fake(IN_RUN).write(SMALL, "things", if_exists=if_exists)

    expected = SMALL if if_exists == "replace" else pd.concat([OTHER, SMALL], ignore_index=True)
    same_rows(open_fake(IN_RUN).read("things"), expected)
    assert len(fake_bigquery.applied("load")) == 2


def test_a_lost_answer_to_the_copy_job_is_looked_up(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """The last step of a replace is adopted like the others."""
    open_fake(LATER_RUN).write(OTHER, "things")
    fake_bigquery.trouble("POST /bigquery/v2/projects/[^/]+/jobs$")

    open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")

    assert len(fake_bigquery.applied("copy")) == 1
    assert set(fake_bigquery.tables) == {"shop.things"}


def test_a_failed_replace_leaves_the_table_as_it_was(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """Readers see old rows or new ones, never a gap; the next attempt goes through under a new name."""
    open_fake(LATER_RUN).write(OTHER, "things")
    fake_bigquery.failing_jobs["copy"] = "invalid"

    with pytest.raises(JobFailed, match="made up"):
        open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")

    same_rows(open_fake(IN_RUN).read("things"), OTHER)
    open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")
    same_rows(open_fake(IN_RUN).read("things"), SMALL)


def test_a_pending_job_is_waited_for(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """A receipt is given when the rows are there, not when the job has been sent."""
    fake_bigquery.pending_polls = 1

    receipt = open_fake(IN_RUN).write(SMALL, "things")

    assert (receipt.rows, receipt.action) == (2, "created")


def test_jobs_are_labelled_and_named_before_they_start(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """The bill of a month is asked by pipeline and block."""
    receipt = open_fake(IN_RUN).write(SMALL, "things", partition_by="day", cluster_by=["whole"])

    load = fake_bigquery.jobs[receipt.job_ids[0]]["configuration"]
    assert load["labels"] == {
        "flowstone_pipeline": "daily",
        "flowstone_block": "to_warehouse",
        "flowstone_run": "run-1",
    }
    assert load["load"]["timePartitioning"] == {"type": "DAY", "field": "day"}
    assert load["load"]["clustering"] == {"fields": ["whole"]}
    assert load["load"]["autodetect"] is False


def test_a_layout_that_the_table_has_not_is_refused(open_fake: Opener) -> None:
    """A partitioning hint that is dropped in silence shows on the bill."""
    open_fake(IN_RUN).write(SMALL, "things")

    with pytest.raises(OptionInvalid, match="partitioned by nothing"):
        open_fake(LATER_RUN).write(SMALL, "things", if_exists="append", partition_by="day")


def test_a_missing_permission_is_named(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """The person has to know what to ask the project's owner for."""
    words = "Access Denied: User does not have bigquery.tables.updateData permission."
    fake_bigquery.trouble(UPLOAD, status=403, reason="accessDenied", message=words)

    with pytest.raises(PermissionMissing, match=r"bigquery\.tables\.updateData") as caught:
        open_fake(IN_RUN).write(SMALL, "things")

    assert caught.value.details["permission"] == "bigquery.tables.updateData"


def test_a_dataset_is_made_only_when_that_is_asked_for(fake_bigquery: FakeBigQuery, tmp_path: Path) -> None:
    """A misspelled dataset must not become a new one."""
    emulator, warehouse = opened(fake_bigquery, tmp_path)
    with pytest.raises(TargetMissing, match="shop"):
        warehouse.write(SMALL, "things")
    emulator.__exit__(None, None, None)

    emulator, warehouse = opened(fake_bigquery, tmp_path, create_dataset="true", location="EU")
    warehouse.write(SMALL, "things")
    emulator.__exit__(None, None, None)

    assert list(fake_bigquery.datasets) == ["shop"]


def test_locations_are_compared_before_any_job(fake_bigquery: FakeBigQuery, tmp_path: Path) -> None:
    """A job in the wrong place says that the dataset is not there, which sends people the wrong way."""
    emulator, warehouse = opened(fake_bigquery, tmp_path, create_dataset=True)
    warehouse.write(SMALL, "things")
    emulator.__exit__(None, None, None)
    jobs = len(fake_bigquery.jobs)

    emulator, warehouse = opened(fake_bigquery, tmp_path, location="US")
    with pytest.raises(LocationMismatch, match="EU"):
        warehouse.write(SMALL, "others")
    emulator.__exit__(None, None, None)

    assert len(fake_bigquery.jobs) == jobs


def test_an_estimate_is_a_dry_run_and_a_limit_is_kept(fake_bigquery: FakeBigQuery, tmp_path: Path) -> None:
    """What a query costs is known before it does, and too much is refused with the figure."""
    emulator, warehouse = opened(fake_bigquery, tmp_path, create_dataset=True, maximum_bytes_billed=1000)

    estimate = warehouse.estimate("select 1")
    with pytest.raises(JobFailed, match="1000"):
        warehouse.query("select 1")
    emulator.__exit__(None, None, None)

    assert estimate.size_bytes == fake_bigquery.query_bytes


def test_an_equal_replace_after_another_is_done_again(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """Adopting the first copy would leave the second's rows in the table."""
    ticks = iter(range(0, 10**9, 60_000))
    fake_bigquery.clock_ms = lambda: next(ticks)
    warehouse = open_fake(IN_RUN)
    warehouse.write(SMALL, "things", if_exists="replace")
    warehouse.write(OTHER, "things", if_exists="replace")

    warehouse.write(SMALL, "things", if_exists="replace")

    same_rows(warehouse.read("things"), SMALL)


def test_a_stage_that_expired_is_loaded_again(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """A run resumed days later would copy an empty stage over the table, for its load had been done."""
    open_fake(LATER_RUN).write(OTHER, "things")
    fake_bigquery.trouble("POST /bigquery/v2/projects/[^/]+/jobs$", status=400, reason="invalid")
    with pytest.raises(JobFailed, match="made up"):
        open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")
    stage = next(name for name in fake_bigquery.tables if "stage" in name)
    fake_bigquery.delete_table(stage)

    open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")

    same_rows(open_fake(IN_RUN).read("things"), SMALL)


def test_a_stage_that_is_there_is_not_loaded_twice(fake_bigquery: FakeBigQuery, open_fake: Opener) -> None:
    """Loads are limited per table and day: a retry takes up what is there."""
    open_fake(LATER_RUN).write(OTHER, "things")
    fake_bigquery.trouble("POST /bigquery/v2/projects/[^/]+/jobs$", status=400, reason="invalid")
    with pytest.raises(JobFailed, match="made up"):
        open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")

    open_fake(IN_RUN).write(SMALL, "things", if_exists="replace")

    assert [one.rows for one in fake_bigquery.applied("load")] == [1, 2]


@pytest.mark.parametrize("if_exists", ["fail", "append", "replace"])
def test_a_table_deleted_since_is_written_again(fake_bigquery: FakeBigQuery, open_fake: Opener, if_exists: str) -> None:
    """A receipt for a table that is not there helps nobody."""
    open_fake(IN_RUN).write(SMALL, "things", if_exists=if_exists)
    fake_bigquery.delete_table("shop.things")

    receipt = open_fake(IN_RUN).write(SMALL, "things", if_exists=if_exists)

    same_rows(open_fake(IN_RUN).read("things"), SMALL)
    assert receipt.action == "created"


def test_a_service_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    """Nothing listens there: the person should look at the endpoint, not at the block."""
    settings = {"project": "p-1", "endpoint": "http://127.0.0.1:9", "dataset": "shop"}
    warehouse: Any = open_connection(ConnectionSettings("here", "bigquery", settings, str(tmp_path)), IN_RUN)
    warehouse._patience_s = 0.1

    with pytest.raises(ServiceUnavailable):
        warehouse.write(SMALL, "things")
