from typing import Literal

import pandas as pd

from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def write_to_warehouse(
    rows: pd.DataFrame,
    *,
    table: str = "rows_from_flowstone",
    if_exists: Literal["fail", "append", "replace", "replace_partition", "merge"] = "replace",
    keys: list[str] | None = None,
    partition_by: str | None = None,
    evolution: Literal["freeze", "add", "relax"] = "freeze",
    warehouse: Warehouse = connection("warehouse"),
) -> Receipt:
    """Write to the warehouse

    Writes the rows as a table of the warehouse: a DuckDB file of the project, or BigQuery with another profile.
    `replace` changes the table in one step, `append` adds to it, `fail` never touches what is there.
    `merge` replaces the rows with the same `keys` and adds the others; `replace_partition` replaces the days (of the
    column `partition_by`) that are in the rows. With `evolution` the table may get new columns.
    """
    return warehouse.write(
        rows, table, if_exists=if_exists, keys=keys or (), partition_by=partition_by, evolution=evolution
    )
