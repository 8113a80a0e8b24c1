from typing import Literal

import pandas as pd

from flowstone import Lake, Receipt, connection, exporter


@exporter
def write_to_lake(
    rows: pd.DataFrame,
    *,
    path: str = "rows.parquet",
    format: Literal["parquet", "csv", "ndjson", "arrow"] = "parquet",
    if_exists: Literal["fail", "replace"] = "replace",
    lake: Lake = connection("lake"),
) -> Receipt:
    """Write to the lake

    Writes the rows as one object of the lake: a folder of the project, or a bucket of Google Cloud Storage with
    another profile. `replace` makes the block repeatable; `fail` never touches what is there.
    """
    return lake.write(rows, path, format=format, if_exists=if_exists)
