import tempfile
from datetime import date
from pathlib import Path

import httpx
import pandas as pd

from flowstone import check, loader

COLUMNS = {
    "tpep_pickup_datetime": "pickup_at",
    "tpep_dropoff_datetime": "dropoff_at",
    "passenger_count": "passengers",
    "trip_distance": "distance",
    "PULocationID": "pickup_zone",
    "DOLocationID": "dropoff_zone",
    "payment_type": "payment_type",
    "fare_amount": "fare",
    "tip_amount": "tip",
    "tolls_amount": "tolls",
    "total_amount": "total",
}
TYPES = {
    "pickup_at": "datetime64[us]",
    "dropoff_at": "datetime64[us]",
    "passengers": "float64",
    "pickup_zone": "int32",
    "dropoff_zone": "int32",
    "payment_type": "int64",
}
"""The files' types differ from month to month; a table that grows by the month needs the same ones each time."""


@loader
def load_trips(
    *,
    month: date = date(2024, 1, 1),
    url: str = "https://d37ci6vzurychx.cloudfront.net/trip-data/yellow_tripdata_{month}.parquet",
) -> pd.DataFrame:
    """One month of yellow taxi trips

    Downloads the month's file, Parquet or CSV, from the Taxi and Limousine Commission or from wherever `url` says,
    and gives its columns plain names. Distances are in miles, amounts in US dollars.
    """
    address = url.replace("{month}", f"{month:%Y-%m}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(httpx.URL(address).path).name
        download(address, file)
        return read(file).rename(columns=COLUMNS).astype(TYPES)


def download(address: str, target: Path) -> None:
    """Save what an address gives, piece by piece: a month of trips need not fit into memory twice."""
    with httpx.stream("GET", address, follow_redirects=True, timeout=60) as reply:
        if reply.status_code in (403, 404):
            raise FileNotFoundError(f"{address} is not there ({reply.status_code}): is the month published yet?")
        reply.raise_for_status()
        with target.open("wb") as file:
            for piece in reply.iter_bytes():
                file.write(piece)


def read(file: Path) -> pd.DataFrame:
    """Read the columns that matter."""
    if file.name.endswith((".csv", ".csv.gz")):
        times = ["tpep_pickup_datetime", "tpep_dropoff_datetime"]
        return pd.read_csv(file, usecols=list(COLUMNS), parse_dates=times)[list(COLUMNS)]
    return pd.read_parquet(file, columns=list(COLUMNS))


@check
def there_are_trips(output: pd.DataFrame) -> None:
    assert len(output) > 0, "the month's file has no trips"
