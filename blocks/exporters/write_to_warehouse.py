from typing import Literal

import pandas as pd

from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def write_to_warehouse(
    rows: pd.DataFrame,
    *,
    table: str = "rows_from_flowstone",
    if_exists: Literal["fail", "append", "replace"] = "replace",
    warehouse: Warehouse = connection("warehouse"),
) -> Receipt:
    """Write to the warehouse

    Writes the rows as a table of the warehouse: a DuckDB file of the project, or BigQuery with another profile.
    `replace` changes the table in one step, `append` adds to it, `fail` never touches what is there.
    """
    return warehouse.write(rows, table, if_exists=if_exists)
