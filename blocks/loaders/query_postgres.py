import pandas as pd

from flowstone import Warehouse, connection, loader


@loader
def query_postgres(
    *,
    sql: str = "SELECT 42 AS answer",
    database: Warehouse = connection("postgres"),
) -> pd.DataFrame:
    """Query PostgreSQL

    Runs a query and returns its rows. It needs a connection named postgres in connections.yaml:
    `postgres: {type: postgres, url: "${env:POSTGRES_URL}"}`.
    To give it a value, bind it by name instead of pasting it in: `database.query(sql, {"day": day})`.
    """
    return database.query(sql)
