"""What a run left in a lake or a warehouse, read back without Flowstone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from tests.kit.emulators import BigQueryEmulator, GcsEmulator


def folder_dataset(folder: Path) -> pd.DataFrame:
    """Read a dataset of `column=value/` folders, as anybody's pandas would."""
    frame: pd.DataFrame = pd.read_parquet(folder)
    return frame


def duckdb_table(file: Path, table: str) -> pd.DataFrame:
    """Read a table of a DuckDB file."""
    with duckdb.connect(str(file), read_only=True) as database:
        frame: pd.DataFrame = database.table(table).df()
    return frame


def bucket_dataset(gcs: GcsEmulator, bucket: str, prefix: str) -> pd.DataFrame:
    """Read a dataset of `column=value/` folders with Google's client, object by object."""
    blobs = [blob for blob in gcs.client().list_blobs(bucket, prefix=prefix) if blob.name.endswith(".parquet")]
    return pd.concat([_part(blob) for blob in blobs], ignore_index=True)


def _part(blob: Any) -> pd.DataFrame:
    values = dict(folder.split("=", 1) for folder in blob.name.split("/") if "=" in folder)
    part = pd.read_parquet(io.BytesIO(blob.download_as_bytes()))
    return part.assign(**{name: value for name, value in values.items() if name not in part.columns})


def bigquery_table(emulator: BigQueryEmulator, dataset: str, table: str) -> pd.DataFrame:
    """Read a table with Google's client, row by row."""
    rows = emulator.client().query_and_wait(f"SELECT * FROM `{emulator.project}.{dataset}.{table}`")
    return pd.DataFrame([dict(row) for row in rows])
