"""A warehouse in a PostgreSQL database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd

from flowstone.connectors.content import Content, watched
from flowstone.connectors.frames import FrameStream
from flowstone.connectors.identity import write_id
from flowstone.connectors.options import Options
from flowstone.connectors.postgres_types import arrow_table, column_type, row_converters
from flowstone.connectors.sql_params import with_params
from flowstone.connectors.table_order import (
    check_order,
    decided,
    quoted,
    schema_mismatch,
    select_text,
    table_parts,
    target_missing,
)
from flowstone.connectors.warehouse_types import warehouse_stream
from flowstone.errors.connectors import (
    ConnectorError,
    CredentialsMissing,
    JobFailed,
    PermissionMissing,
    SchemaMismatch,
    ServiceUnavailable,
    TargetMissing,
    ValueNotStorable,
)
from flowstone.model.connections import ConnectionSettings, Estimate, Frame, IfExists, WriteContext
from flowstone.model.output import Receipt

if TYPE_CHECKING:
    from psycopg import Connection

STAGE = "_flowstone_stage"
WRITES = "_flowstone_writes"
CONNECT_TIMEOUT_S = 15
MAKE_WRITES = """
CREATE TABLE IF NOT EXISTS {table} (
    id text PRIMARY KEY, target text, run text, block text, rows bigint, written timestamptz DEFAULT now()
)"""


def connect(settings: ConnectionSettings, context: WriteContext) -> PostgresWarehouse:
    """Open a schema of a database as a warehouse. Raises: SettingsInvalid."""
    options = Options(settings, known=frozenset({"url", "schema"}))
    url = options.required("url")
    if urlsplit(url).scheme not in {"postgresql", "postgres"}:
        raise options.invalid("needs a url that begins with postgresql://")
    if not _can_be_told_apart(url):
        raise options.invalid(
            "has a url whose user, password, host and port cannot be told apart",
            hint="Write /, @, : and # in a password as %2F, %40, %3A and %23.",
        )
    return PostgresWarehouse(url, table_parts(options.text("schema") or "public", most=1)[0], context)


def _can_be_told_apart(url: str) -> bool:
    """Say whether no part of a password can be taken for a host, port or path, and so be shown to people."""
    try:
        found = urlsplit(url)
        _ = found.port
    except ValueError:
        return False
    return "@" not in found.path + found.query + found.fragment and found.netloc.count("@") <= 1


class PostgresWarehouse:
    """The Warehouse of model/connections.py, over a connection that is open only while it is used."""

    def __init__(self, url: str, schema: str, context: WriteContext) -> None:
        self._url = url
        self._schema = schema
        self._context = context

    def write(
        self,
        frame: Frame,
        table: str,
        *,
        if_exists: IfExists = "fail",
        partition_by: str | None = None,
        cluster_by: Sequence[str] = (),
    ) -> Receipt:
        """Write a frame as a table, or add it to one, in one transaction; readers are never kept waiting for rows.

        Partitions and clusters are BigQuery's: the columns are checked, and otherwise left alone.
        Raises: TargetExists; InputEmpty; SchemaMismatch; OptionInvalid; ValueNotStorable; the ConnectorError that fits.
        """
        started = time.monotonic()
        stream, content = watched(warehouse_stream(frame))
        check_order(stream.schema, if_exists, partition_by, cluster_by)
        parts = self._parts(table)
        with self._open(f"writing {table}") as db:
            _stage(db, stream)
            action = _TableWrite(db, parts, content, self._context, list(stream.schema.names)).apply(if_exists)
        return Receipt(
            target=f"{self._place}/{'.'.join(parts)}",
            rows=content.rows,
            seconds=time.monotonic() - started,
            action=action,
            facts={"digest": content.digest},
        )

    def read(self, table: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a whole table, or some of its columns. Raises: TargetMissing; OptionInvalid, for a missing column."""
        parts = self._parts(table)
        with self._open(f"reading {table}") as db:
            there = _columns(db, parts)
            if there is None:
                raise target_missing(".".join(parts), self._place)
            return _frame(db, select_text(parts, columns, there=there), None)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run a query; `$name` stands for a param. Raises: JobFailed, with PostgreSQL's words."""
        with self._open("running the query") as db:
            return _frame(db, _text(sql, params), params)

    def estimate(self, sql: str, params: Mapping[str, Any] | None = None) -> Estimate:
        """Ask the planner how much a query would give, without running it. Raises: JobFailed."""
        with self._open("estimating the query") as db:
            found = db.execute(f"EXPLAIN (FORMAT JSON) {_text(sql, params)}", dict(params) if params else None)
            plan = found.fetchall()[0][0][0]["Plan"]
        return Estimate(size_bytes=plan["Plan Rows"] * plan["Plan Width"], rows=plan["Plan Rows"])

    def _parts(self, table: str) -> tuple[str, ...]:
        parts = table_parts(table)
        return parts if len(parts) == 2 else (self._schema, *parts)

    @property
    def _place(self) -> str:
        """The database's name for people: never the password."""
        found = urlsplit(self._url)
        return f"postgresql://{found.hostname or 'localhost'}{f':{found.port}' if found.port else ''}{found.path}"

    @contextmanager
    def _open(self, doing: str) -> Iterator[Connection[Any]]:
        """Open a connection and one transaction. Raises: the ConnectorError that fits PostgreSQL's."""
        import psycopg

        try:
            with psycopg.connect(self._url, connect_timeout=CONNECT_TIMEOUT_S) as db:
                db.execute("SET TIME ZONE 'UTC'")
                db.execute("SELECT set_config('search_path', %s, false)", [quoted([self._schema])])
                yield db
        except psycopg.Error as failed:
            raise _translated(failed, doing, self._place) from failed


def _translated(failed: Any, doing: str, place: str) -> ConnectorError:
    import psycopg.errors as pg
    from psycopg import DataError, OperationalError

    words, details = str(failed).strip(), {"target": place}
    is_connecting = isinstance(failed, OperationalError) and failed.sqlstate is None
    if isinstance(failed, (pg.InvalidPassword, pg.InvalidAuthorizationSpecification)) or (
        is_connecting and "password" in words
    ):
        return CredentialsMissing(f"{place} does not let us in: {words}", hint="Check user and password in the url.")
    if isinstance(failed, pg.InsufficientPrivilege):
        return PermissionMissing(
            f"The user lacks a permission for {doing} at {place}: {words}",
            hint="Ask the owner to GRANT it.",
            details=details,
        )
    if isinstance(failed, (pg.UndefinedTable, pg.InvalidSchemaName, pg.InvalidCatalogName)):
        return TargetMissing(f"Something is not there while {doing} at {place}: {words}", details=details)
    if isinstance(failed, (pg.DatatypeMismatch, pg.NumericValueOutOfRange, pg.NotNullViolation)):
        return SchemaMismatch(f"The frame does not fit while {doing} at {place}: {words}", details=details)
    if isinstance(failed, DataError) and failed.sqlstate is None:
        return ValueNotStorable(f"PostgreSQL takes no such value while {doing} at {place}: {words}", details=details)
    if is_connecting or (failed.sqlstate or "")[:2] in {"08", "53", "57"}:
        return ServiceUnavailable(
            f"{place} was lost while {doing}: {words}", hint="Check that it runs and can be reached.", details=details
        )
    return JobFailed(
        f"PostgreSQL failed while {doing} at {place}: {words}", hint="Mend what it names.", details=details
    )


def _stage(db: Connection[Any], stream: FrameStream) -> None:
    """Bring the rows beside the table first: what they are is known only when all have passed."""
    columns = ", ".join(f"{quoted([field.name])} {column_type(field.type, field.name)}" for field in stream.schema)
    db.execute(f"CREATE TEMP TABLE {STAGE} ({columns}) ON COMMIT DROP")
    converters = row_converters(stream.schema)
    with db.cursor().copy(f"COPY {STAGE} FROM STDIN") as copy:
        for batch in stream.batches:
            values = [convert(column.to_pylist()) for convert, column in zip(converters, batch.columns, strict=True)]
            for row in zip(*values, strict=True):
                copy.write_row(row)


class _TableWrite:
    """Puts staged rows in place and notes the write, within the transaction it is given."""

    def __init__(
        self, db: Connection[Any], parts: tuple[str, ...], content: Content, context: WriteContext, columns: list[str]
    ) -> None:
        self._db = db
        self._parts = parts
        self._target = quoted(parts)
        self._name = ".".join(parts)
        self._writes = quoted((parts[0], WRITES))
        self._content = content
        self._context = context
        self._columns = columns

    def apply(self, if_exists: IfExists) -> str:
        """Do it and say what was done; what is noted already is adopted. Raises: as `PostgresWarehouse.write`."""
        id_ = write_id(self._context, target=self._name, action=if_exists, digest=self._content.digest)
        # One writer to a schema at a time decides what is there; the rows have been sent by now.
        self._db.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"flowstone:{self._parts[0]}"])
        self._make_schema()
        self._db.execute(MAKE_WRITES.format(table=self._writes))
        there = _columns(self._db, self._parts)
        action = decided(
            if_exists,
            exists=there is not None,
            is_noted=self._is_noted(id_),
            rows=self._content.rows,
            target=self._name,
        )
        if action != "adopted":
            self._place_rows(there or {}, action)
            self._note(id_)
        return action

    def _make_schema(self) -> None:
        # "IF NOT EXISTS" wants the right to make schemas, also where there is nothing to make.
        schema = quoted(self._parts[:1])
        if self._db.execute("SELECT to_regnamespace(%s) IS NULL", [schema]).fetchone() == (True,):
            self._db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")

    def _place_rows(self, there: dict[str, str], action: str) -> None:
        if action == "appended":
            self._check_fits(there)
            self._insert()
            return
        self._forget()
        if action == "created":
            self._db.execute(f"CREATE TABLE {self._target} AS SELECT * FROM {STAGE}")  # noqa: S608 - names are quoted
        else:
            self._replace(there)

    def _replace(self, there: dict[str, str]) -> None:
        """Exchange the rows, so that grants and views stay and readers need not wait; the table, if columns differ."""
        if there == _columns(self._db, (STAGE,)):
            self._db.execute(f"DELETE FROM {self._target}")  # noqa: S608 - names are quoted
            self._insert()
        else:
            self._db.execute(f"DROP TABLE {self._target}")
            self._db.execute(f"CREATE TABLE {self._target} AS SELECT * FROM {STAGE}")  # noqa: S608

    def _insert(self) -> None:
        names = ", ".join(quoted([name]) for name in self._columns)
        self._db.execute(f"INSERT INTO {self._target} ({names}) SELECT {names} FROM {STAGE}")  # noqa: S608

    def _check_fits(self, there: dict[str, str]) -> None:
        unknown = [name for name in self._columns if name not in there]
        if unknown:
            raise schema_mismatch(self._name, [f"{name}: missing there" for name in unknown])

    def _is_noted(self, id_: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {self._writes} WHERE id = %s", [id_]).fetchone() is not None  # noqa: S608

    def _forget(self) -> None:
        """Forget the writes whose rows are no longer there, and those older than any run is resumed."""
        self._db.execute(
            f"DELETE FROM {self._writes} WHERE target = %s OR written < now() - interval '90 days'",  # noqa: S608
            [self._name],
        )

    def _note(self, id_: str) -> None:
        context = self._context
        facts = [id_, self._name, context.run, context.block, self._content.rows]
        self._db.execute(
            f"INSERT INTO {self._writes} (id, target, run, block, rows) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
            facts,
        )


def _columns(db: Connection[Any], parts: tuple[str, ...]) -> dict[str, str] | None:
    """Return a table's columns and their types; None when there is no such table."""
    found = db.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [quoted(parts)],
    ).fetchall()
    return dict(found) or None


def _text(sql: str, params: Mapping[str, Any] | None) -> str:
    """Spell params as psycopg does, for which a per cent sign has to be doubled."""
    return with_params(sql.replace("%", "%%"), params, spelled=lambda name: f"%({name})s") if params else sql


def _frame(db: Connection[Any], sql: str, params: Mapping[str, Any] | None) -> pd.DataFrame:
    cursor = db.execute(sql, dict(params) if params else None)
    rows = cursor.fetchall() if cursor.description else []
    frame: pd.DataFrame = arrow_table(cursor.description or [], rows).to_pandas()
    return frame
