import pandas as pd

from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def to_warehouse(
    daily_delays: pd.DataFrame,
    *,
    table: str = "daily_delays",
    warehouse: Warehouse = connection("warehouse"),
) -> Receipt:
    """Daily delays to the warehouse

    The warehouse is a DuckDB file of the project, or BigQuery with `--profile gcp`. The table is replaced in one
    step: whoever reads it sees the old one or the new one.
    """
    return warehouse.write(daily_delays, table, if_exists="replace")
