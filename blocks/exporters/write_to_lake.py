from typing import Literal

import pandas as pd

from flowstone import Lake, Receipt, connection, exporter


@exporter
def write_to_lake(
    rows: pd.DataFrame,
    *,
    path: str = "rows.parquet",
    if_exists: Literal["fail", "replace"] = "replace",
    lake: Lake = connection("lake"),
) -> Receipt:
    """Write to the lake

    Writes the rows as one file of the lake: in a folder of the project, or in a bucket of Google Cloud Storage with
    another profile. The path's end says the form: .parquet, .csv, .ndjson or .arrow.
    `replace` makes the block repeatable; `fail` never touches what is there.
    """
    return lake.write(rows, path, if_exists=if_exists)
