from typing import Literal

import pandas as pd

from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def write_to_postgres(
    rows: pd.DataFrame,
    *,
    table: str = "rows_from_flowstone",
    if_exists: Literal["fail", "append", "replace", "replace_partition", "merge"] = "replace",
    keys: list[str] | None = None,
    partition_by: str | None = None,
    evolution: Literal["freeze", "add", "relax"] = "freeze",
    database: Warehouse = connection("postgres"),
) -> Receipt:
    """Write to PostgreSQL

    Writes the rows as a table. It needs a connection named postgres in connections.yaml:
    `postgres: {type: postgres, url: "${env:POSTGRES_URL}"}`.
    `replace` changes the table in one step, `append` adds to it, `fail` never touches what is there.
    `merge` replaces the rows with the same `keys` and adds the others; `replace_partition` replaces the days (of the
    column `partition_by`) that are in the rows. With `evolution` the table may get new columns.
    """
    return database.write(
        rows, table, if_exists=if_exists, keys=keys or (), partition_by=partition_by, evolution=evolution
    )
