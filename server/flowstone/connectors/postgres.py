"""A warehouse in a PostgreSQL database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import urlsplit

import pandas as pd

from flowstone.connectors.content import Content, watched
from flowstone.connectors.merging import latest_of_each
from flowstone.connectors.options import Options
from flowstone.connectors.postgres_errors import translated
from flowstone.connectors.postgres_types import arrow_table
from flowstone.connectors.postgres_write import TableWrite, stage, table_columns
from flowstone.connectors.scratch import scratch_folder
from flowstone.connectors.sql_params import with_params
from flowstone.connectors.table_options import TableOrder, table_order
from flowstone.connectors.table_order import quoted, select_text, table_parts, target_missing
from flowstone.connectors.warehouse_types import warehouse_stream
from flowstone.model.connections import ConnectionSettings, Estimate, Frame, TableOptions, WriteContext, WritePlan
from flowstone.model.output import Receipt

if TYPE_CHECKING:
    from psycopg import Connection

CONNECT_TIMEOUT_S = 15


def connect(settings: ConnectionSettings, context: WriteContext) -> PostgresWarehouse:
    """Open a schema of a database as a warehouse. Raises: SettingsInvalid."""
    options = Options(settings, known=frozenset({"url", "schema", "password"}))
    url = options.required("url")
    if url.partition("://")[0] not in {"postgresql", "postgres"}:
        raise options.invalid("needs a url that begins with postgresql://")
    if not _can_be_told_apart(url):
        raise options.invalid(
            "has a url whose user, password, host and port cannot be told apart",
            hint="Write /, @, : and # in a password as %2F, %40, %3A and %23.",
        )
    schema = table_parts(options.text("schema") or "public", most=1)[0]
    return PostgresWarehouse(url, schema, context, password=options.text("password"))


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

    def __init__(self, url: str, schema: str, context: WriteContext, *, password: str | None = None) -> None:
        self._url = url
        self._password = password
        self._schema = schema
        self._context = context

    def write(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> Receipt:
        """Write a frame as a table, or into one, in one transaction; readers are never kept waiting for rows.

        Partitions and clusters are BigQuery's: the options are checked, and the table's layout is left alone.
        Merging needs PostgreSQL 15 or newer.
        Raises: TargetExists; InputEmpty; SchemaMismatch; OptionInvalid; KeysInvalid; ValueNotStorable; the
            ConnectorError that fits.
        """
        started = time.monotonic()
        parts = self._parts(table)
        with self._open(f"writing {table}") as db:
            rows, content, order = _staged(db, frame, options)
            action = TableWrite(db, parts, content, self._context, order).apply()
        return Receipt(
            target=self._name_of(parts),
            rows=rows,
            seconds=time.monotonic() - started,
            action=action,
            facts={"digest": content.digest},
        )

    def plan(self, frame: Frame, table: str, **options: Unpack[TableOptions]) -> WritePlan:
        """Say what `write` would do with the same arguments, and do none of it. Raises: what `write` would."""
        parts = self._parts(table)
        with self._open(f"planning to write {table}") as db:
            _, content, order = _staged(db, frame, options)
            planned = TableWrite(db, parts, content, self._context, order).plan(name=self._name_of(parts))
            db.rollback()
        return planned

    def _name_of(self, parts: tuple[str, str]) -> str:
        return f"{self._place}/{'.'.join(parts)}"

    def read(self, table: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read a whole table, or some of its columns. Raises: TargetMissing; OptionInvalid, for a missing column."""
        parts = self._parts(table)
        with self._open(f"reading {table}") as db:
            there = table_columns(db, parts)
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

    def _parts(self, table: str) -> tuple[str, str]:
        parts = table_parts(table)
        return (parts[0], parts[1]) if len(parts) == 2 else (self._schema, parts[0])

    @property
    def _place(self) -> str:
        """The database's name for people: never the password."""
        found = urlsplit(self._url)
        return f"postgresql://{found.hostname or 'localhost'}{f':{found.port}' if found.port else ''}{found.path}"

    def address(self, *, timeout_s: int = CONNECT_TIMEOUT_S) -> dict[str, Any]:
        """Return what psycopg connects with; a password of its own is never pasted into the url."""
        password = {} if self._password is None else {"password": self._password}
        return {"conninfo": self._url, "connect_timeout": timeout_s, **password}

    @contextmanager
    def _open(self, doing: str) -> Iterator[Connection[Any]]:
        """Open a connection and one transaction. Raises: the ConnectorError that fits PostgreSQL's."""
        import psycopg

        try:
            with psycopg.connect(**self.address()) as db:
                db.execute("SET TIME ZONE 'UTC'")
                db.execute("SELECT set_config('search_path', %s, false)", [quoted([self._schema])])
                yield db
        except psycopg.Error as failed:
            raise translated(failed, doing, self._place) from failed


def _staged(db: Connection[Any], frame: Frame, options: TableOptions) -> tuple[int, Content, TableOrder]:
    """Bring a frame's rows beside the table; return how many they are, what they hold, and the checked options.

    Raises: OptionInvalid; KeysInvalid; ValueNotStorable; SchemaMismatch; DiskFull.
    """
    stream, content = watched(warehouse_stream(frame))
    order = table_order(stream.schema, options)
    with scratch_folder("postgres") as folder:
        if order.if_exists == "merge":
            stream = latest_of_each(stream, order, folder)
        return stage(db, stream), content, order


def _text(sql: str, params: Mapping[str, Any] | None) -> str:
    """Spell params as psycopg does, for which a per cent sign has to be doubled."""
    return with_params(sql.replace("%", "%%"), params, spelled=lambda name: f"%({name})s") if params else sql


def _frame(db: Connection[Any], sql: str, params: Mapping[str, Any] | None) -> pd.DataFrame:
    cursor = db.execute(sql, dict(params) if params else None)
    rows = cursor.fetchall() if cursor.description else []
    frame: pd.DataFrame = arrow_table(cursor.description or [], rows).to_pandas()
    return frame
