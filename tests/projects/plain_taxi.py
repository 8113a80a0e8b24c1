"""What the project taxi does, as a plain pandas script: no Flowstone, no SQL, nothing shared with the blocks.

python tests/projects/plain_taxi.py yellow_tripdata_2024-01.parquet 2024-01
"""

from __future__ import annotations

import sys

import pandas as pd


def clean_trips(file: str, month: str, *, min_distance: float = 0.1, max_hours: float = 6.0) -> pd.DataFrame:
    raw = pd.read_csv(file) if file.endswith(".csv") else pd.read_parquet(file)
    trips = pd.DataFrame(
        {
            "pickup_at": pd.to_datetime(raw.tpep_pickup_datetime).astype("datetime64[us]"),
            "dropoff_at": pd.to_datetime(raw.tpep_dropoff_datetime).astype("datetime64[us]"),
            "passengers": raw.passenger_count,
            "distance": raw.trip_distance,
            "pickup_zone": raw.PULocationID.astype("int32"),
            "dropoff_zone": raw.DOLocationID.astype("int32"),
            "payment_type": raw.payment_type.astype("int64"),
            "fare": raw.fare_amount,
            "tip": raw.tip_amount,
            "tolls": raw.tolls_amount,
            "total": raw.total_amount,
        }
    ).drop_duplicates()
    lasts = trips.dropoff_at.astype("int64") - trips.pickup_at.astype("int64")
    trips["minutes"] = lasts / 60e6
    trips["day"] = trips.pickup_at.dt.date
    trips = trips[trips.pickup_at.dt.strftime("%Y-%m") == month]
    trips = trips[trips.passengers.fillna(0) > 0]
    trips = trips[trips.distance >= min_distance]
    trips = trips[(trips.minutes > 0) & (trips.minutes <= max_hours * 60)]
    trips = trips[(trips.fare >= 0) & (trips.total >= 0)]
    trips["passengers"] = trips.passengers.astype("int64")
    ordered: pd.DataFrame = trips.sort_values(["pickup_at", "dropoff_at", "total"], ignore_index=True)
    return ordered


def daily(trips: pd.DataFrame) -> pd.DataFrame:
    groups = trips.groupby("day", as_index=False)
    days = groups.agg(
        trips=("fare", "size"),
        passengers=("passengers", "sum"),
        mean_distance=("distance", "mean"),
        mean_minutes=("minutes", "mean"),
        revenue=("total", "sum"),
        tip=("tip", "sum"),
        fare=("fare", "sum"),
    )
    days["tip_share"] = (days.tip / days.fare).round(4)
    rounded = days.round({"mean_distance": 3, "mean_minutes": 3, "revenue": 2})
    return rounded.drop(columns=["tip", "fare"]).sort_values("day", ignore_index=True)


if __name__ == "__main__":
    print(daily(clean_trips(sys.argv[1], sys.argv[2])))
