from typing import Literal

import pandas as pd

from flowstone import check, transformer

KEPT = [
    "day",
    "scheduled",
    "carrier",
    "airline",
    "flight",
    "tailnum",
    "origin",
    "dest",
    "distance",
    "dep_delay",
    "arr_delay",
    "temp",
    "wind_speed",
    "precip",
    "visib",
]


@transformer
def departures(
    flights: pd.DataFrame,
    weather: pd.DataFrame,
    airlines: pd.DataFrame,
    *,
    origin: Literal["all", "EWR", "JFK", "LGA"] = "all",
) -> pd.DataFrame:
    """Flights that left, with airline and weather

    A cancelled flight has no departure time; it is dropped. Each other one gets its airline's name and the
    weather of the hour it was to leave in. Hours without a weather report leave those columns empty.

    Parameters before the `*` are the upstream blocks, by name. Those after it are the block's params:
    `origin` takes its value from the pipeline's param of that name.
    """
    left = flights.dropna(subset="dep_time")
    if origin != "all":
        left = left[left.origin == origin]
    scheduled = pd.to_datetime(left[["year", "month", "day", "hour", "minute"]])
    joined = (
        left.assign(scheduled=scheduled, day=scheduled.dt.date)
        .merge(airlines.rename(columns={"name": "airline"}), on="carrier", how="left", validate="many_to_one")
        .merge(
            weather[["origin", "time_hour", "temp", "wind_speed", "precip", "visib"]],
            on=["origin", "time_hour"],
            how="left",
            validate="many_to_one",
        )
    )
    return joined[KEPT].sort_values(["scheduled", "carrier", "flight"], ignore_index=True)


@check
def every_airline_has_a_name(output: pd.DataFrame) -> None:
    nameless = output.loc[output.airline.isna(), "carrier"].unique()
    assert len(nameless) == 0, f"no airline is known for {', '.join(nameless)}"


@check
def no_flight_left_hours_early(output: pd.DataFrame) -> None:
    """A delay below minus two hours is a date gone wrong, not a punctual pilot."""
    early = output[output.dep_delay < -120]
    assert early.empty, f"{len(early)} flights left more than two hours early"


@check
def most_flights_have_weather(output: pd.DataFrame) -> None:
    without = output.temp.isna().mean()
    assert without < 0.05, f"{without:.1%} of the flights have no weather: do the hours match?"
