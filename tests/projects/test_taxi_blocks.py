"""The blocks of the project taxi, called by hand, against a plain pandas script."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.kit.block_files import checks, function
from tests.kit.same_frames import assert_same
from tests.projects import plain_taxi
from tests.projects.conftest import Trips


def cleaned(project: Path, url: str, month: date, **params: float) -> pd.DataFrame:
    loaded = function(project / "loaders/load_trips.py")(month=month, url=url)
    made: pd.DataFrame = function(project / "transformers/clean_trips.py")(loaded, month=month, **params)
    return made


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
@pytest.mark.parametrize("min_distance", [0.1, 5.0])
def test_clean_trips_are_those_of_a_plain_script(
    taxi: Path, trips: Trips, tmp_path: Path, suffix: str, min_distance: float
) -> None:
    """The sample is also the proof that nothing changes on the way, whatever the file's form."""
    file = tmp_path / f"trips.{suffix}"
    file.write_bytes(trips.content(2024, 2, suffix))

    found = cleaned(taxi, getattr(trips, suffix), date(2024, 2, 9), min_distance=min_distance)

    expected = plain_taxi.clean_trips(str(file), "2024-02", min_distance=min_distance)
    assert_frame_equal(found, expected)
    assert len(found) > 100


def test_daily_trips_are_those_of_a_plain_script(taxi: Path, trips: Trips) -> None:
    """SQL and pandas must agree."""
    frame = cleaned(taxi, trips.parquet, date(2024, 1, 1))
    sql = (taxi / "transformers/daily.sql").read_text(encoding="utf-8")

    with duckdb.connect() as database:
        database.register("clean_trips", frame)
        found = database.execute(sql).df()

    assert_same(found, plain_taxi.daily(frame), by=["day"])


def test_every_kind_of_wrong_row_is_dropped(taxi: Path, trips: Trips) -> None:
    """The generator spoils six times one per cent of the rows, each in its own way."""
    loaded = function(taxi / "loaders/load_trips.py")(url=trips.parquet)
    kept = function(taxi / "transformers/clean_trips.py")(loaded)

    assert (loaded.fare < 0).any()
    assert (loaded.distance == 0).any()
    assert (loaded.dropoff_at < loaded.pickup_at).any()
    assert loaded.passengers.isna().any()
    assert loaded.duplicated().any()
    for check in checks(taxi / "transformers/clean_trips.py").values():
        check(kept)
        with pytest.raises(AssertionError):
            check(loaded if "left" not in check.__name__ else kept.head(0))


def test_a_month_that_is_not_there_is_named(taxi: Path, trips: Trips) -> None:
    """The commission publishes two months late."""
    with pytest.raises(FileNotFoundError, match=r"2024-03\.parquet is not there \(404\): is the month published yet"):
        function(taxi / "loaders/load_trips.py")(month=date(2024, 3, 1), url=trips.parquet.replace("yellow", "green"))
