from datetime import date

import pandas as pd

from flowstone import check, transformer


@transformer
def clean_trips(
    trips: pd.DataFrame,
    *,
    month: date = date(2024, 1, 1),
    min_distance: float = 0.1,
    max_hours: float = 6.0,
) -> pd.DataFrame:
    """Keep trips that can have happened

    Drops rows that were sent twice, trips of another month, without passengers, shorter than `min_distance` miles,
    longer than `max_hours`, or that cost less than nothing. Adds the pickup's day and the trip's length in minutes.
    """
    trips = trips.drop_duplicates()
    minutes = (trips.dropoff_at - trips.pickup_at).dt.total_seconds() / 60
    is_real = (
        (trips.pickup_at.dt.to_period("M") == pd.Period(month, "M"))
        & (trips.passengers > 0)
        & (trips.distance >= min_distance)
        & (minutes > 0)
        & (minutes <= max_hours * 60)
        & (trips.fare >= 0)
        & (trips.total >= 0)
    )
    kept = trips.assign(minutes=minutes, day=trips.pickup_at.dt.date)[is_real]
    return kept.astype({"passengers": "int64"}).sort_values(["pickup_at", "dropoff_at", "total"], ignore_index=True)


@check
def fares_are_not_negative(output: pd.DataFrame) -> None:
    assert (output.fare >= 0).all(), "negative fares"


@check
def trips_end_after_they_begin(output: pd.DataFrame) -> None:
    assert (output.dropoff_at > output.pickup_at).all(), "a trip ends before it begins"


@check
def something_is_left(output: pd.DataFrame) -> None:
    assert len(output) > 0, "every trip was dropped: does `month` fit the file?"
