import pandas as pd

from flowstone import Lake, connection, loader


@loader
def read_from_lake(
    *,
    path: str = "rows",
    columns: tuple[str, ...] = (),
    lake: Lake = connection("lake"),
) -> pd.DataFrame:
    """Read from the lake

    Reads an object of the lake (a folder of the project, or a bucket of Google Cloud Storage), all that a pattern
    such as sales/2024-*.parquet matches, or a dataset by its folder. Nothing found is an error, never an empty table.
    """
    return lake.read(path, columns=list(columns) or None)
