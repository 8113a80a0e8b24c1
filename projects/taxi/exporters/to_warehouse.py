from datetime import date

import pandas as pd

from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def to_warehouse(
    rows: pd.DataFrame,
    *,
    table: str = "trips",
    month: date = date(2024, 1, 1),
    warehouse: Warehouse = connection("warehouse"),
) -> Receipt:
    """A month's rows to a table of the warehouse

    Each month has a table of its own, trips_2024_01 and so on, and is replaced as a whole. Two blocks of the pipeline
    use this one file, each with its own `table`.
    """
    return warehouse.write(rows, f"{table}_{month:%Y_%m}", if_exists="replace")
