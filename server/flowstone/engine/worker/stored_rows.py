"""A stored table as DuckDB is asked about it: read batch by batch from its memory map, with names of our own.

In SQL the table is `rows`. Its columns are `c0`, `c1` and so on by their place, for people's names may be empty, there
twice, or differ in case alone; `row` is a row's number, from 0. `sql_name` gives a column's name for its key::

    rows = open_rows(path)
    clause = where(filter, rows)                       # view_sql.py
    with rows.asked(clause.columns | {rows.place("distance")}) as connection:
        connection.execute(f"SELECT avg({rows.sql_name('distance')}) FROM rows WHERE {clause.sql}", clause.values)

Only the columns that are asked for are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from flowstone.engine.worker.queried_types import queried, queried_type
from flowstone.engine.worker.stored_columns import columns_of
from flowstone.errors.engine import QueryRefused
from flowstone.model.columns import Family, ShownColumn, family_of, shown_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "rows"
ROW = "row"
BATCH_ROWS = 131_072
"""How many rows DuckDB's threads take at a time; slices of a larger batch, not copies."""
MEMORY_SHARE = 4
"""DuckDB takes at most one part in so many of the machine's memory; what is more goes to disk."""
MAX_MEMORY_BYTES = 4 << 30
MAX_SPILL = "64GB"


@dataclass(frozen=True)
class Rows:
    """A stored table that can be asked about."""

    table: pa.Table

    @cached_property
    def columns(self) -> tuple[ShownColumn, ...]:
        """The columns as people see them."""
        return shown_columns(columns_of(self.table.schema))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {column.key: place for place, column in enumerate(self.columns)}

    @property
    def count(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    def place(self, key: str) -> int:
        """Return which column has a key. Raises: QueryRefused, when none has."""
        if key not in self._places:
            raise QueryRefused(f"There is no column {key!r}", details={"column": key})
        return self._places[key]

    def sql_name(self, key: str) -> str:
        """Return a column's name in SQL. Raises: QueryRefused, when there is no such column."""
        return f"c{self.place(key)}"

    def queried_type(self, place: int) -> pa.DataType:
        """Return the type that a column has in SQL."""
        return queried_type(self.table.schema.field(place).type)

    def family(self, place: int) -> Family:
        """Return what kind of values a column has in SQL."""
        return family_of(str(self.queried_type(place)))

    def reader(
        self, places: Collection[int], pieces: Collection[tuple[int, int]] | None = None
    ) -> pa.RecordBatchReader:
        """Return some columns and the row numbers, batch by batch; all rows, or pieces of an offset and a length."""
        chosen = sorted(places)
        number = row_type(self.count)
        fields = [(f"c{place}", self.queried_type(place)) for place in chosen]
        schema = pa.schema([*fields, (ROW, number)])
        return pa.RecordBatchReader.from_batches(schema, self._batches(chosen, schema, pieces))

    def _batches(
        self, places: list[int], schema: pa.Schema, pieces: Collection[tuple[int, int]] | None
    ) -> Iterator[pa.RecordBatch]:
        chosen = self.table.select(places)
        numbers = schema.field(ROW).type.to_pandas_dtype()
        for start, length in [(0, self.count)] if pieces is None else pieces:
            at = start
            for batch in chosen.slice(start, length).to_batches(max_chunksize=BATCH_ROWS):
                columns = [queried(pa.chunked_array([column])).combine_chunks() for column in batch.columns]
                row = pa.array(np.arange(at, at + batch.num_rows, dtype=numbers))
                yield pa.RecordBatch.from_arrays([*map(_whole, columns), row], schema=schema)
                at += batch.num_rows

    @contextmanager
    def asked(
        self,
        places: Collection[int],
        *,
        pieces: Collection[tuple[int, int]] | None = None,
        scratch: Path | None = None,
    ) -> Iterator[DuckDBPyConnection]:
        """Give a connection that has some of the columns as the table `rows`, to be read once.

        `scratch` is a folder for what does not fit in memory; without one, nothing may.
        """
        connection = connected(scratch)
        try:
            connection.register(TABLE, self.reader(places, pieces))
            yield connection
        finally:
            connection.close()


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def row_type(count: int) -> pa.DataType:
    """Return the type of row numbers: 4 bytes are enough for all but the largest tables."""
    return pa.uint32() if count < 1 << 32 else pa.uint64()


def connected(scratch: Path | None = None) -> DuckDBPyConnection:
    """Return a database in memory that reaches no file, network or variable, and stays so."""
    import duckdb

    spill = {} if scratch is None else {"temp_directory": str(scratch), "max_temp_directory_size": MAX_SPILL}
    connection = duckdb.connect(config={"memory_limit": f"{_memory_bytes() >> 20}MB", **spill})
    for setting in (
        "python_enable_replacements=false",
        "autoload_known_extensions=false",
        "autoinstall_known_extensions=false",
        "enable_external_access=false",
        "TimeZone='UTC'",
        "lock_configuration=true",
    ):
        connection.execute(f"SET {setting}")
    return connection


@lru_cache(maxsize=1)
def _memory_bytes() -> int:
    import psutil

    return min(MAX_MEMORY_BYTES, int(psutil.virtual_memory().total) // MEMORY_SHARE)
