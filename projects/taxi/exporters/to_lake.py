from datetime import date

import pandas as pd

from flowstone import Lake, Receipt, connection, exporter


@exporter
def to_lake(
    trips: pd.DataFrame,
    *,
    month: date = date(2024, 1, 1),
    path: str = "trips/{month}",
    lake: Lake = connection("lake"),
) -> Receipt:
    """Trips to the lake, a folder for each day

    Each month is a dataset of its own, trips/2024-01 and so on, and is replaced as a whole: running a month again
    leaves it as one run would, and the other months as they are.
    """
    return lake.write(trips, path.replace("{month}", f"{month:%Y-%m}"), partition_by="day", if_exists="replace")
