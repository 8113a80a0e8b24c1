"""A warehouse in a DuckDB file of this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd
import pyarrow as pa

from flowstone.connectors.content import Content, watched
from flowstone.connectors.identity import noted_as, overwritten_notes, write_id
from flowstone.connectors.lake_formats import write_arrow
from flowstone.connectors.merging import latest_of_each
from flowstone.connectors.options import Options
from flowstone.connectors.scratch import scratch_folder
from flowstone.connectors.sql_params import with_params
from flowstone.connectors.sql_tables import STAGE, SqlTable
from flowstone.connectors.table_options import TableOrder, table_order
from flowstone.connectors.table_order import ACTIONS, decided, quoted, select_text, table_parts, target_missing
from flowstone.connectors.warehouse_types import warehouse_stream
from flowstone.errors.connectors import (
    ConnectorError,
    JobFailed,
    ServiceUnavailable,
    TargetMissing,
    ValueNotStorable,
)
from flowstone.model.connections import ConnectionSettings, Estimate, Frame, TableOptions, WriteContext, WritePlan
from flowstone.model.output import Receipt

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PATIENCE_S = 30.0
"""How long to wait while another process has the file: DuckDB lets one write at a time."""
PAUSE_S = 0.05
WRITES = "_flowstone_writes"
WRITES_TABLE = f"""
CREATE TABLE IF NOT EXISTS {WRITES} (
    id VARCHAR PRIMARY KEY, target VARCHAR, run VARCHAR, block VARCHAR, rows BIGINT, written TIMESTAMPTZ
)"""
REMEMBERED = "INTERVAL 90 DAY"


def connect(settings: ConnectionSettings, context: WriteContext) -> DuckDbWarehouse:
    """Open the file `path` as a warehouse; it is made at the first write. Raises: SettingsInvalid."""
    options = Options(settings, known=frozenset({"path"}))
    return DuckDbWarehouse(options.path("path"), context)


class DuckDbWarehouse:
    """The Warehouse of model/connections.py, over a file that is open only while it is used."""

    def __init__(self, file: Path, context: WriteContext, *, patience_s: float = PATIENCE_S) -> None:
        self._file = file
        self._context = context
        self._patience_s = patience_s

    def write(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> Receipt:
        """Write a frame as a table, or into one, in one transaction.

        A DuckDB table has no partitions and clusters: the options are checked, and the layout left to the cloud.
        Raises: TargetExists; InputEmpty; SchemaMismatch; OptionInvalid; KeysInvalid; ValueNotStorable;
            ServiceUnavailable; DiskFull.
        """
        started = time.monotonic()
        parts = table_parts(table)
        with _staged_rows(frame, options) as staged, self._open() as db, _errors(f"writing {table}"):
            db.register(STAGE, staged.rows)
            action = _apply(db, staged, parts, self._context)
            return Receipt(
                target=self._name_of(table),
                rows=staged.rows.num_rows,
                seconds=time.monotonic() - started,
                action=action,
                facts={"digest": staged.content.digest},
            )

    def plan(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> WritePlan:
        """Say what `write` would do with the same arguments, and do none of it. Raises: what `write` would."""
        parts = table_parts(table)
        with _staged_rows(frame, options) as staged, self._looked_at() as db, _errors(f"planning to write {table}"):
            db.register(STAGE, staged.rows)
            there = _columns(db, parts)
            action = _decided(db, staged, parts, self._context, there)
            return _sql_table(db, staged, parts).plan(action, there or {}, name=self._name_of(table))

    def _name_of(self, table: str) -> str:
        return f"{self._file.as_uri()}#{table}"

    def read(self, table: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a whole table, or some of its columns. Raises: TargetMissing; OptionInvalid, for a missing column."""
        parts = table_parts(table)
        with self._open(for_reading=True) as db, _errors(f"reading {table}"):
            there = _columns(db, parts)
            if there is None:
                raise target_missing(table, self._file.name)
            return _frame(db, select_text(parts, columns, there=there), None)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run a query; `$name` stands for a param. Raises: JobFailed, with DuckDB's words."""
        text = with_params(sql, params, spelled=lambda name: f"${name}")
        with self._open() as db, _errors("running the query"):
            return _frame(db, text, params)

    def estimate(self, sql: str, params: Mapping[str, Any] | None = None) -> Estimate:
        """Check that a query could run; a file on this machine costs nothing to read. Raises: JobFailed."""
        text = with_params(sql, params, spelled=lambda name: f"${name}")
        with self._open(for_reading=True) as db, _errors("estimating the query"):
            db.execute(f"EXPLAIN {text}", dict(params or {}))
        return Estimate(size_bytes=None)

    @contextmanager
    def _looked_at(self) -> Iterator[DuckDBPyConnection]:
        """Open the file for reading; one that is not there yet is as one without tables."""
        import duckdb

        if self._file.exists():
            with self._open(for_reading=True) as db:
                yield db
        else:
            with duckdb.connect() as db:
                yield db

    @contextmanager
    def _open(self, *, for_reading: bool = False) -> Iterator[DuckDBPyConnection]:
        """Open the file, waiting for others to let go of it. Raises: ServiceUnavailable; TargetMissing."""
        if for_reading and not self._file.exists():
            raise TargetMissing(
                f"The warehouse file {self._file.name} does not exist yet",
                hint="It is made when the first table is written: run the block that does.",
                details={"target": str(self._file)},
            )
        self._file.parent.mkdir(parents=True, exist_ok=True)
        db = self._connected(read_only=for_reading)
        try:
            db.execute("SET TimeZone = 'UTC'")
            yield db
        finally:
            db.close()

    def _connected(self, *, read_only: bool) -> DuckDBPyConnection:
        import duckdb

        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                return duckdb.connect(str(self._file), read_only=read_only)
            except (duckdb.IOException, duckdb.ConnectionException) as refused:
                is_busy = "lock" in str(refused).lower() or "different configuration" in str(refused)
                if not is_busy or time.monotonic() > deadline:
                    raise _unavailable(self._file, refused, is_busy=is_busy) from refused
            time.sleep(PAUSE_S)


def _unavailable(file: Path, refused: Exception, *, is_busy: bool) -> ConnectorError:
    if is_busy:
        return ServiceUnavailable(
            f"Another program has the warehouse file {file.name} open",
            hint="Close it there: DuckDB lets one program write at a time.",
            details={"target": str(file)},
        )
    return ConnectorError(f"The warehouse file {file.name} cannot be opened: {refused}", details={"target": str(file)})


@contextmanager
def _errors(doing: str) -> Iterator[None]:
    import duckdb

    try:
        yield
    except (duckdb.NotImplementedException, duckdb.ConversionException) as refused:
        raise ValueNotStorable(f"DuckDB refused {doing}: {refused}") from refused
    except duckdb.Error as failed:
        raise JobFailed(f"DuckDB failed while {doing}: {failed}", hint="Mend what it names.") from failed


@dataclass(frozen=True, slots=True)
class _Staged:
    """Rows that have all passed, in a file of this machine that is mapped into memory."""

    rows: pa.Table
    content: Content
    order: TableOrder


@contextmanager
def _staged_rows(frame: Frame, options: TableOptions) -> Iterator[_Staged]:
    """Bring the rows together first: what they are is known only then, and nobody should wait for the file meanwhile.

    Raises: OptionInvalid; KeysInvalid; ValueNotStorable; SchemaMismatch; DiskFull.
    """
    stream, content = watched(warehouse_stream(frame))
    order = table_order(stream.schema, options)
    with scratch_folder("duckdb") as folder:
        if order.if_exists == "merge":
            stream = latest_of_each(stream, order, folder)
        file = folder / "rows.arrow"
        write_arrow(stream, file, compression=None)
        with pa.memory_map(str(file)) as source:
            yield _Staged(pa.ipc.open_file(source).read_all(), content, order)


def _apply(db: DuckDBPyConnection, staged: _Staged, parts: tuple[str, ...], context: WriteContext) -> str:
    """Put the staged rows in place and note the write, in one transaction; what is noted already is adopted."""
    name = ".".join(parts)
    with _transaction(db):
        db.execute(WRITES_TABLE)
        there = _columns(db, parts)
        action = _decided(db, staged, parts, context, there)
        table = _sql_table(db, staged, parts)
        if action in ("created", "replaced"):
            db.execute(f"DELETE FROM {WRITES} WHERE target = ?", [name])
            _make_schema(db, parts)
            db.execute(f"DROP TABLE IF EXISTS {table.target}")
            table.create()
        elif action not in ("adopted", "skipped"):
            table.change(action, there or {})
        if action in (ACTIONS["replace_partition"], ACTIONS["merge"]):
            db.execute(f"DELETE FROM {WRITES} WHERE target = ? AND ({overwritten_notes('id')})", [name])
        if action != "adopted":
            _note(db, _id(staged, parts, context), name, staged.content, context)
    return action


def _decided(
    db: DuckDBPyConnection,
    staged: _Staged,
    parts: tuple[str, ...],
    context: WriteContext,
    there: dict[str, str] | None,
) -> str:
    """Return what is to be done. Raises: TargetExists; InputEmpty."""
    id_ = _id(staged, parts, context)
    has_writes = _columns(db, (WRITES,)) is not None
    found = db.execute(f"SELECT 1 FROM {WRITES} WHERE id = ?", [id_]).fetchone() if has_writes else None
    return decided(
        staged.order.if_exists,
        exists=there is not None,
        is_noted=found is not None,
        rows=staged.content.rows,
        target=".".join(parts),
    )


def _id(staged: _Staged, parts: tuple[str, ...], context: WriteContext) -> str:
    action = staged.order.if_exists
    id_ = write_id(context, target=".".join(parts), action=action, digest=staged.content.digest)
    return noted_as(id_, action=action)


def _sql_table(db: DuckDBPyConnection, staged: _Staged, parts: tuple[str, ...]) -> SqlTable:
    return SqlTable(
        db.execute, _full_name(parts), _staged_columns(db), staged.order, exact_types=True, ignores_case=True
    )


def _make_schema(db: DuckDBPyConnection, parts: tuple[str, ...]) -> None:
    if len(parts) == 2:
        db.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(parts[:1])}")


def _note(db: DuckDBPyConnection, id_: str, name: str, content: Content, context: WriteContext) -> None:
    db.execute(f"DELETE FROM {WRITES} WHERE written < now() - {REMEMBERED}")
    facts = [id_, name, context.run, context.block, content.rows]
    db.execute(f"INSERT OR REPLACE INTO {WRITES} VALUES (?, ?, ?, ?, ?, now())", facts)


@contextmanager
def _transaction(db: DuckDBPyConnection) -> Iterator[None]:
    db.begin()
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


def _columns(db: DuckDBPyConnection, parts: tuple[str, ...]) -> dict[str, str] | None:
    """Return a table's columns and their types; None when there is no such table. Looked up, for a miss would abort."""
    schema, name = _full_name(parts)
    found = db.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE lower(schema_name) = lower(?) "
        "AND lower(table_name) = lower(?) AND database_name = current_database() ORDER BY column_index",
        [schema, name],
    ).fetchall()
    return dict(found) or None


def _full_name(parts: tuple[str, ...]) -> tuple[str, str]:
    return (parts[0], parts[1]) if len(parts) == 2 else ("main", parts[0])


def _staged_columns(db: DuckDBPyConnection) -> dict[str, str]:
    described = db.execute(f"DESCRIBE SELECT * FROM {STAGE}").fetchall()
    return {str(row[0]): str(row[1]) for row in described}


def _frame(db: DuckDBPyConnection, sql: str, params: Mapping[str, Any] | None) -> pd.DataFrame:
    relation: Any = db.sql(sql, params=dict(params)) if params else db.sql(sql)
    if relation is None:
        return pd.DataFrame()
    table = relation.to_arrow_table()
    for position, type_ in enumerate(relation.types):
        if str(type_) == "HUGEINT":
            table = table.set_column(position, table.field(position).name, _narrowed(table.column(position)))
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _narrowed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return whole numbers as 64 bits where they fit: DuckDB's sums have 128, which pandas takes for objects."""
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column
