from typing import Literal

import pandas as pd

from flowstone import Lake, Receipt, connection, exporter


@exporter
def write_parquet_dataset(
    rows: pd.DataFrame,
    *,
    path: str = "dataset",
    partition_by: tuple[str, ...] = (),
    if_exists: Literal["fail", "append", "replace", "replace_partition"] = "replace",
    lake: Lake = connection("lake"),
) -> Receipt:
    """Write a Parquet dataset

    Writes the rows to the lake as Parquet files in `column=value/` folders, one for each value of the columns of
    `partition_by`; with none, as one file. Readers see the whole dataset or what was there before.
    """
    return lake.write(rows, path, partition_by=list(partition_by) or None, if_exists=if_exists)
