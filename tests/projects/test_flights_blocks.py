"""The blocks of the project flights, called by hand, against a plain pandas script."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.kit.block_files import checks, function, module
from tests.kit.same_frames import assert_same
from tests.projects import plain_flights


def departures(project: Path, **params: str) -> pd.DataFrame:
    upstream = {name: function(project / f"loaders/{name}.py")() for name in ("flights", "weather", "airlines")}
    made: pd.DataFrame = function(project / "transformers/departures.py")(**upstream, **params)
    return made


@pytest.fixture(autouse=True)
def in_the_project(flights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block runs in its project's folder."""
    monkeypatch.chdir(flights)


@pytest.mark.parametrize("origin", ["all", "JFK"])
def test_departures_are_those_of_a_plain_script(flights: Path, origin: str) -> None:
    """The sample is also the proof that nothing changes on the way."""
    found = departures(flights, origin=origin)

    assert_frame_equal(found, plain_flights.departures(flights / "data", origin=origin), check_exact=True)


@pytest.mark.parametrize("min_delay", [15, 60])
def test_daily_delays_are_those_of_a_plain_script(flights: Path, min_delay: int) -> None:
    """SQL and pandas must agree to the last digit."""
    frame = plain_flights.departures(flights / "data")
    sql = (flights / "transformers/daily_delays.sql").read_text(encoding="utf-8")

    with duckdb.connect() as database:
        database.register("departures", frame)
        found = database.execute(sql, {"min_delay": min_delay}).df()

    assert_same(found, plain_flights.daily_delays(frame, min_delay=min_delay), by=["day", "carrier"])
    assert found[["day", "carrier"]].equals(found[["day", "carrier"]].sort_values(["day", "carrier"]))


def test_every_flight_of_january_is_there(flights: Path) -> None:
    """The figures are known: 27,004 scheduled, 521 of them cancelled."""
    frame = pd.read_parquet("data/flights.parquet")

    assert (len(frame), int(frame.dep_time.isna().sum())) == (27_004, 521)
    assert len(departures(flights)) == 27_004 - 521


def test_the_data_are_what_their_script_makes(flights: Path) -> None:
    """Data whose making nobody can repeat are a rumour."""
    made = module(flights / "scripts/make_flights_data.py").tables()

    found = {path.stem: pd.read_parquet(path) for path in sorted((flights / "data").glob("*.parquet"))}
    assert found.keys() == made.keys()
    for name, table in made.items():
        assert_frame_equal(found[name], table.to_pandas(), check_exact=True)
    assert_frame_equal(pd.read_csv("data/airlines.csv", dtype="str"), found["airlines"])


SPOILED = {
    "loaders/flights.py": [
        ("all_are_in_january_2013", {"month": 2}, "1 flights lie outside January 2013"),
        ("origins_are_known", {"origin": "BOS"}, "unknown origins: BOS"),
    ],
    "transformers/departures.py": [
        ("every_airline_has_a_name", {"airline": None}, "no airline is known for"),
        ("no_flight_left_hours_early", {"dep_delay": -500.0}, "1 flights left more than two hours early"),
    ],
}


@pytest.mark.parametrize(
    ("file", "check", "spoil", "words"),
    [(file, *case) for file, cases in SPOILED.items() for case in cases],
    ids=lambda value: value if isinstance(value, str) and value.islower() and " " not in value else "",
)
def test_a_check_passes_good_data_and_names_what_is_wrong(
    flights: Path, file: str, check: str, spoil: dict[str, str | float | None], words: str
) -> None:
    """A check that cannot fail checks nothing."""
    output = departures(flights) if "departures" in file else function(flights / file)()
    asked = checks(flights / file)[check]
    asked(output)

    for column, value in spoil.items():
        output.loc[0, column] = value

    with pytest.raises(AssertionError, match=words):
        asked(output)


def test_the_other_checks_fail_too(flights: Path) -> None:
    """Doubled keys and lost weather are what joins die of."""
    weather, airlines = (function(flights / f"loaders/{name}.py")() for name in ("weather", "airlines"))
    joined = departures(flights)

    with pytest.raises(AssertionError, match="1 hours are there more than once"):
        checks(flights / "loaders/weather.py")["each_hour_is_there_once"](pd.concat([weather, weather.head(1)]))
    with pytest.raises(AssertionError, match="twice"):
        checks(flights / "loaders/airlines.py")["codes_are_unique"](pd.concat([airlines, airlines.head(1)]))
    with pytest.raises(AssertionError, match="have no weather"):
        checks(flights / "transformers/departures.py")["most_flights_have_weather"](joined.assign(temp=None))
