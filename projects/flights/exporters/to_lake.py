import pandas as pd

from flowstone import Lake, Receipt, connection, exporter


@exporter
def to_lake(
    departures: pd.DataFrame,
    *,
    path: str = "departures",
    lake: Lake = connection("lake"),
) -> Receipt:
    """Departures to the lake, a folder for each day

    The lake is a folder of the project, or a bucket with `--profile gcp`. The whole dataset is replaced at once,
    so a second run leaves what one run leaves.
    """
    return lake.write(departures, path, partition_by="day", if_exists="replace")
