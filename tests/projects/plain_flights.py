"""What the project flights does, as a plain pandas script: no Flowstone, no SQL, nothing shared with the blocks.

python tests/projects/plain_flights.py projects/flights/data
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd


def departures(data: Path, *, origin: str = "all") -> pd.DataFrame:
    flights = pd.read_parquet(data / "flights.parquet")
    weather = pd.read_parquet(data / "weather.parquet").set_index(["origin", "time_hour"])
    names = pd.read_parquet(data / "airlines.parquet").set_index("carrier").name

    flights = flights[flights.dep_time.notna()]
    if origin != "all":
        flights = flights[flights.origin == origin]
    hours = pd.MultiIndex.from_frame(flights[["origin", "time_hour"]])
    then = weather.reindex(hours)
    clock = flights.sched_dep_time.astype("int64")
    day = pd.to_datetime(
        flights.year.astype(str) + "-" + flights.month.astype(str) + "-" + flights.day.astype(str), format="%Y-%m-%d"
    )
    frame = pd.DataFrame(
        {
            "day": day.dt.date,
            "scheduled": (day + pd.to_timedelta(clock // 100 * 60 + clock % 100, unit="min")).astype("datetime64[us]"),
            "carrier": flights.carrier,
            "airline": flights.carrier.map(names).astype("str"),
            "flight": flights.flight,
            "tailnum": flights.tailnum,
            "origin": flights.origin,
            "dest": flights.dest,
            "distance": flights.distance,
            "dep_delay": flights.dep_delay,
            "arr_delay": flights.arr_delay,
            "temp": then.temp.to_numpy(),
            "wind_speed": then.wind_speed.to_numpy(),
            "precip": then.precip.to_numpy(),
            "visib": then.visib.to_numpy(),
        }
    )
    return frame.sort_values(["scheduled", "carrier", "flight"], ignore_index=True)


def daily_delays(departures: pd.DataFrame, *, min_delay: int = 15) -> pd.DataFrame:
    groups = departures.assign(is_late=departures.dep_delay >= min_delay).groupby(
        ["day", "carrier", "airline"], as_index=False
    )
    daily = groups.agg(
        departures=("dep_delay", "size"),
        delayed=("is_late", "sum"),
        delayed_share=("is_late", "mean"),
        mean_delay=("dep_delay", "mean"),
        median_delay=("dep_delay", "median"),
        worst_delay=("dep_delay", "max"),
    )
    return daily.sort_values(["day", "carrier"], ignore_index=True)


if __name__ == "__main__":
    print(daily_delays(departures(Path(sys.argv[1]))))
