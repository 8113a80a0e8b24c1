from typing import Literal

import pandas as pd

from flowstone import Receipt, Warehouse, connection, exporter


@exporter
def write_to_postgres(
    rows: pd.DataFrame,
    *,
    table: str = "rows_from_flowstone",
    if_exists: Literal["fail", "append", "replace"] = "replace",
    database: Warehouse = connection("postgres"),
) -> Receipt:
    """Write to PostgreSQL

    Writes the rows as a table. It needs a connection named postgres in connections.yaml:
    `postgres: {type: postgres, url: "${env:POSTGRES_URL}"}`.
    `replace` changes the table in one step, `append` adds to it, `fail` never touches what is there.
    """
    return database.write(rows, table, if_exists=if_exists)
