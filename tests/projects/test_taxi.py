"""The project taxi, run as a whole by the command line, against a plain pandas script."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.kit.commands import run
from tests.kit.emulators import BigQueryEmulator, GcsEmulator
from tests.kit.same_frames import assert_same
from tests.projects import plain_taxi
from tests.projects.conftest import Trips
from tests.projects.reading import bigquery_table, bucket_dataset, duckdb_table, folder_dataset

TRIP = ["pickup_at", "dropoff_at", "total", "pickup_zone", "dropoff_zone"]


def expected(trips: Trips, folder: Path, month: str, suffix: str = "parquet") -> pd.DataFrame:
    file = folder / f"plain-{month}.{suffix}"
    file.write_bytes(trips.content(int(month[:4]), int(month[5:]), suffix))
    return plain_taxi.clean_trips(str(file), month)


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_lake_and_warehouse_hold_what_a_plain_script_makes(
    taxi: Path, trips: Trips, tmp_path: Path, suffix: str
) -> None:
    """The whole way, from a server to a table, changes nothing."""
    run(taxi, "taxi", "--param", "month=2024-02-01", "--param", f"url={getattr(trips, suffix)}")

    wanted = expected(trips, tmp_path, "2024-02", suffix)
    assert_same(folder_dataset(taxi / "lake/trips/2024-02"), wanted, by=TRIP, days=["day"])
    assert_same(duckdb_table(taxi / "warehouse.duckdb", "trips_2024_02"), wanted, by=TRIP, days=["day"])
    daily = duckdb_table(taxi / "warehouse.duckdb", "daily_trips_2024_02")
    assert_same(daily, plain_taxi.daily(wanted), by=["day"], days=["day"])


def test_months_lie_side_by_side_and_are_replaced_one_by_one(taxi: Path, trips: Trips, tmp_path: Path) -> None:
    """A month that is loaded again must leave the others alone."""
    for month in ("2024-01-01", "2024-02-01", "2024-01-15"):
        run(taxi, "taxi", "--param", f"month={month}", "--param", f"url={trips.parquet}")

    for month in ("2024-01", "2024-02"):
        wanted = expected(trips, tmp_path, month)
        assert_same(folder_dataset(taxi / f"lake/trips/{month}"), wanted, by=TRIP, days=["day"])
        table = f"trips_{month.replace('-', '_')}"
        assert_same(duckdb_table(taxi / "warehouse.duckdb", table), wanted, by=TRIP, days=["day"])


def test_the_same_blocks_write_to_google_cloud(
    taxi: Path, trips: Trips, tmp_path: Path, gcs: GcsEmulator, local_bigquery: BigQueryEmulator
) -> None:
    """A profile is all that differs between a desk and the cloud."""
    bucket, dataset = gcs.make_bucket(), local_bigquery.make_dataset()
    environment = {
        "GOOGLE_CLOUD_PROJECT": local_bigquery.project,
        "FLOWSTONE_GCS_BUCKET": bucket,
        "FLOWSTONE_GCS_ENDPOINT": gcs.endpoint,
        "FLOWSTONE_BIGQUERY_DATASET": dataset,
        "FLOWSTONE_BIGQUERY_ENDPOINT": local_bigquery.endpoint,
    }

    run(taxi, "taxi", "--param", f"url={trips.parquet}", "--profile", "gcp", environment=environment)

    wanted = expected(trips, tmp_path, "2024-01")
    assert_same(bucket_dataset(gcs, bucket, "taxi/trips/2024-01/"), wanted, by=TRIP, days=["day"])
    assert_same(bigquery_table(local_bigquery, dataset, "trips_2024_01"), wanted, by=TRIP, days=["day"])
    daily = bigquery_table(local_bigquery, dataset, "daily_trips_2024_01")
    assert_same(daily, plain_taxi.daily(wanted), by=["day"], days=["day"])
