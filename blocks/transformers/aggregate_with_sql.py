import duckdb
import pyarrow as pa

from flowstone import transformer


@transformer
def aggregate_with_sql(rows: pa.Table, *, sql: str = "SELECT count(*) AS row_count FROM rows") -> pa.Table:
    """Aggregate with SQL

    Runs a query of DuckDB over the block above, which is the table `rows`:
    `SELECT country, sum(price) AS revenue FROM rows GROUP BY country ORDER BY country`.
    For a query of more than a line, write a .sql block: it names each block above it as a table.
    """
    with duckdb.connect() as database:
        database.register("rows", rows)
        return database.sql(sql).to_arrow_table()
