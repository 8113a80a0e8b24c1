import pandas as pd

from flowstone import Warehouse, connection, loader


@loader
def query_warehouse(
    *,
    sql: str = "SELECT 42 AS answer",
    warehouse: Warehouse = connection("warehouse"),
) -> pd.DataFrame:
    """Query the warehouse

    Runs a query in the warehouse (a DuckDB file, or BigQuery with another profile) and returns its rows.
    To give it a value, bind it by name instead of pasting it in: `warehouse.query(sql, {"day": day})`.
    """
    return warehouse.query(sql)
