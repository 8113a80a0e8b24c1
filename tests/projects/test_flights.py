"""The project flights, run as a whole by the command line, against a plain pandas script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.kit.commands import flowstone, receipts, run, states
from tests.kit.emulators import BigQueryEmulator, GcsEmulator
from tests.kit.same_frames import assert_same
from tests.projects import plain_flights
from tests.projects.reading import bigquery_table, bucket_dataset, duckdb_table, folder_dataset

FLIGHT = ["scheduled", "carrier", "flight", "origin"]
DAY = ["day", "carrier"]


@pytest.mark.parametrize(("min_delay", "origin"), [(15, "all"), (60, "LGA")])
def test_lake_and_warehouse_hold_what_a_plain_script_makes(flights: Path, min_delay: int, origin: str) -> None:
    """The whole way, from files to a table, changes nothing."""
    document = run(flights, "delays", "--param", f"min_delay={min_delay}", "--param", f"origin={origin}")

    departures = plain_flights.departures(flights / "data", origin=origin)
    daily = plain_flights.daily_delays(departures, min_delay=min_delay)
    assert set(states(document).values()) == {"done"}
    assert_same(folder_dataset(flights / "lake/departures"), departures, by=FLIGHT, days=["day"])
    assert_same(duckdb_table(flights / "warehouse.duckdb", "daily_delays"), daily, by=DAY, days=["day"])
    assert {block: [one["rows"] for one in found] for block, found in receipts(document).items()} == {
        "to_lake": [len(departures)],
        "to_warehouse": [len(daily)],
    }


def test_a_second_run_reuses_what_is_fresh_and_doubles_nothing(flights: Path) -> None:
    """A schedule will run it every day."""
    run(flights, "delays")

    document = run(flights, "delays")

    departures = plain_flights.departures(flights / "data")
    assert states(document) == {
        "flights": "done",
        "weather": "done",
        "airlines": "done",
        "departures": "reused",
        "daily_delays": "reused",
        "to_lake": "done",
        "to_warehouse": "done",
    }
    assert_same(folder_dataset(flights / "lake/departures"), departures, by=FLIGHT, days=["day"])
    assert len(duckdb_table(flights / "warehouse.duckdb", "daily_delays")) == 459


def test_status_says_why_a_block_is_stale(flights: Path) -> None:
    """Stale without a reason is a riddle."""
    run(flights, "delays")
    code = flights / "transformers/departures.py"
    code.write_text(code.read_text(encoding="utf-8").replace("sort_values([", "query('distance > 1000').sort_values(["))

    said = flowstone("status", "delays", "--project", str(flights), "--json")

    found = {block["id"]: block for block in json.loads(said.stdout)["blocks"]}
    assert found["flights"]["freshness"] == "fresh"
    assert found["departures"]["freshness"] == "stale"
    assert [reason["kind"] for reason in found["departures"]["reasons"]] == ["source"]
    assert found["daily_delays"]["freshness"] == "stale"


def test_a_check_that_fails_stops_what_is_below(flights: Path) -> None:
    """Wrong data must not reach the warehouse."""
    loader = flights / "loaders/airlines.py"
    loader.write_text(loader.read_text(encoding="utf-8").replace('.parquet")', '.parquet").query("carrier != \'UA\'")'))

    done = flowstone("run", "delays", "--project", str(flights), "--json")

    document = json.loads(done.stdout)
    blocks = {block["id"]: block for block in document["blocks"]}
    assert (done.returncode, document["state"]) == (1, "failed")
    assert blocks["departures"]["error"]["code"] == "check_failed"
    assert "no airline is known for UA" in blocks["departures"]["error"]["message"]
    assert [blocks[name]["state"] for name in ("daily_delays", "to_lake", "to_warehouse")] == ["skipped"] * 3
    assert not (flights / "lake").exists()


def test_the_same_blocks_write_to_google_cloud(
    flights: Path, gcs: GcsEmulator, local_bigquery: BigQueryEmulator
) -> None:
    """A profile is all that differs between a desk and the cloud; run twice, it still holds everything once."""
    bucket, dataset = gcs.make_bucket(), local_bigquery.make_dataset()
    environment = {
        "GOOGLE_CLOUD_PROJECT": local_bigquery.project,
        "FLOWSTONE_GCS_BUCKET": bucket,
        "FLOWSTONE_GCS_ENDPOINT": gcs.endpoint,
        "FLOWSTONE_BIGQUERY_DATASET": dataset,
        "FLOWSTONE_BIGQUERY_ENDPOINT": local_bigquery.endpoint,
    }

    for _ in range(2):
        run(flights, "delays", "--profile", "gcp", environment=environment)

    departures = plain_flights.departures(flights / "data")
    assert_same(bucket_dataset(gcs, bucket, "flights/departures/"), departures, by=FLIGHT, days=["day"])
    daily = bigquery_table(local_bigquery, dataset, "daily_delays")
    assert_same(daily, plain_flights.daily_delays(departures), by=DAY, days=["day"])
    assert not (flights / "lake").exists()
