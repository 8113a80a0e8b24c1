"""Make yellow-taxi trips that look like the real ones, and serve them on this machine.

    python projects/taxi/scripts/serve_trips.py [--port 8765] [--rows 20000]

prints the address to give as the pipeline's `url`. The trips of a month are the same each time. Some rows are wrong, as
in the real files: sent twice, of another month, without distance or passengers, refunded, or ending before they begin.
"""

from __future__ import annotations

import argparse
import io
import re
import zlib
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

ROWS = 20_000
WRONG_SHARE = 0.01
PATH = re.compile(r"/trip-data/yellow_tripdata_(\d{4})-(\d{2})\.(parquet|csv)")
BUSY_HOURS = np.array([3, 2, 1, 1, 1, 1, 2, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 7, 8, 7, 6, 6, 5, 4], dtype=float)


def trips(year: int, month: int, rows: int = ROWS) -> pd.DataFrame:
    """Make a month's trips, in the form of the Taxi and Limousine Commission's files since 2024."""
    random = np.random.default_rng([year, month, rows])
    frame = _wrong(_right(random, pd.Timestamp(year, month, 1), rows), random)
    return frame.sort_values(["tpep_pickup_datetime", "tpep_dropoff_datetime"], kind="stable", ignore_index=True)


def _right(random: np.random.Generator, start: pd.Timestamp, rows: int) -> pd.DataFrame:
    day = random.integers(0, start.days_in_month, rows)
    hour = random.choice(24, rows, p=BUSY_HOURS / BUSY_HOURS.sum())
    second = random.integers(0, 3600, rows)
    pickup = start + pd.to_timedelta((day * 24 + hour) * 3600 + second, unit="s")
    distance = np.round(random.lognormal(0.7, 0.8, rows).clip(0.2, 35), 2)
    speed = random.uniform(7, 22, rows)
    lasts = np.round(distance / speed * 3600 + random.uniform(30, 240, rows))
    fare = np.round(3 + 0.7 * lasts / 60 + 1.4 * distance, 1)
    pays_by_card = random.random(rows) < 0.8
    tip = np.where(pays_by_card, np.round(fare * random.choice([0.0, 0.15, 0.2, 0.25], rows), 2), 0.0)
    tolls = np.where(distance > 12, 6.94, 0.0)
    extra = np.where((hour >= 16) & (hour < 20), 2.5, np.where((hour >= 20) | (hour < 6), 1.0, 0.0))
    passengers = random.choice([1, 2, 3, 4, 5, 6], rows, p=[0.74, 0.15, 0.04, 0.03, 0.02, 0.02]).astype(float)
    passengers[random.random(rows) < 0.03] = np.nan
    pickup_at = pickup.as_unit("us")
    return pd.DataFrame(
        {
            "VendorID": random.choice([1, 2], rows, p=[0.25, 0.75]).astype("int32"),
            "tpep_pickup_datetime": pickup_at,
            "tpep_dropoff_datetime": (pickup + pd.to_timedelta(lasts, unit="s")).as_unit("us"),
            "passenger_count": passengers,
            "trip_distance": distance,
            "RatecodeID": np.where(tolls > 0, 2.0, 1.0),
            "store_and_fwd_flag": np.where(random.random(rows) < 0.01, "Y", "N"),
            "PULocationID": random.integers(1, 264, rows).astype("int32"),
            "DOLocationID": random.integers(1, 264, rows).astype("int32"),
            "payment_type": np.where(pays_by_card, 1, 2).astype("int64"),
            "fare_amount": fare,
            "extra": extra,
            "mta_tax": 0.5,
            "tip_amount": tip,
            "tolls_amount": tolls,
            "improvement_surcharge": 1.0,
            "total_amount": np.round(fare + extra + 0.5 + tip + tolls + 1.0 + 2.5, 2),
            "congestion_surcharge": 2.5,
            "Airport_fee": 0.0,
        }
    )


def _wrong(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Spoil a share of the rows in each of the ways in which real files are wrong."""
    many = max(1, round(len(frame) * WRONG_SHARE))
    chosen = random.permutation(len(frame))
    refunded, standing, backward, elsewhere, empty, doubled = (chosen[i * many : (i + 1) * many] for i in range(6))
    pickup, dropoff = "tpep_pickup_datetime", "tpep_dropoff_datetime"
    frame.loc[refunded, ["fare_amount", "total_amount"]] *= -1
    frame.loc[standing, "trip_distance"] = 0.0
    frame.loc[backward, dropoff] = frame.loc[backward, pickup] - pd.Timedelta(minutes=3)
    frame.loc[elsewhere, [pickup, dropoff]] -= pd.Timedelta(days=62)
    frame.loc[empty, "passenger_count"] = 0.0
    return pd.concat([frame, frame.loc[doubled]], ignore_index=True)


def content(year: int, month: int, suffix: str, rows: int = ROWS) -> bytes:
    """Return a month's file: "parquet" or "csv"."""
    table = pa.Table.from_pandas(trips(year, month, rows), preserve_index=False)
    target = io.BytesIO()
    if suffix == "csv":
        pyarrow.csv.write_csv(table, target)
    else:
        pyarrow.parquet.write_table(table, target, compression="zstd")
    return target.getvalue()


class TripsHandler(BaseHTTPRequestHandler):
    """Answers a month's address with its file, and every other one with 404, as the public server does with 403."""

    rows = ROWS

    def do_GET(self) -> None:
        """Answer a GET."""
        found = PATH.fullmatch(self.path)
        if found is None or not 1 <= int(found[2]) <= 12:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = content(int(found[1]), int(found[2]), found[3], self.rows)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{zlib.crc32(body):08x}"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay silent: the one line that matters is the address."""


def server(*, port: int = 0, rows: int = ROWS) -> ThreadingHTTPServer:
    """Bind a server to this machine only; port 0 takes a free one. The caller runs and closes it."""
    handler = type("Handler", (TripsHandler,), {"rows": rows})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def template(server: ThreadingHTTPServer, suffix: str = "parquet") -> str:
    """Return what to give the pipeline as `url`."""
    return f"http://127.0.0.1:{server.server_port}/trip-data/yellow_tripdata_{{month}}.{suffix}"


def main() -> None:
    """Serve until interrupted."""
    options = argparse.ArgumentParser(description="Serve made-up yellow-taxi trips on this machine.")
    options.add_argument("--port", type=int, default=8765)
    options.add_argument("--rows", type=int, default=ROWS, help="trips in each month")
    chosen = options.parse_args()
    with server(port=chosen.port, rows=chosen.rows) as running:
        print(template(running), flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
