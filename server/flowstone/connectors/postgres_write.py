"""One write to a PostgreSQL table: rows brought beside it first, then put in place, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowstone.connectors.content import Content
from flowstone.connectors.frames import FrameStream
from flowstone.connectors.identity import write_id
from flowstone.connectors.postgres_types import column_type, row_converters
from flowstone.connectors.table_order import decided, quoted, schema_mismatch
from flowstone.model.connections import IfExists, WriteContext

if TYPE_CHECKING:
    from psycopg import Connection

STAGE = "_flowstone_stage"
WRITES = "_flowstone_writes"
MAKE_WRITES = """
CREATE TABLE IF NOT EXISTS {table} (
    id text PRIMARY KEY, target text, run text, block text, rows bigint, written timestamptz DEFAULT now()
)"""


def stage(db: Connection[Any], stream: FrameStream) -> None:
    """Bring the rows beside the table first: what they are is known only when all have passed."""
    columns = ", ".join(f"{quoted([field.name])} {column_type(field.type, field.name)}" for field in stream.schema)
    db.execute(f"CREATE TEMP TABLE {STAGE} ({columns}) ON COMMIT DROP")
    converters = row_converters(stream.schema)
    with db.cursor().copy(f"COPY {STAGE} FROM STDIN") as copy:
        for batch in stream.batches:
            values = [convert(column.to_pylist()) for convert, column in zip(converters, batch.columns, strict=True)]
            for row in zip(*values, strict=True):
                copy.write_row(row)


class TableWrite:
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
        there = table_columns(self._db, self._parts)
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
        if there == table_columns(self._db, (STAGE,)):
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


def table_columns(db: Connection[Any], parts: tuple[str, ...]) -> dict[str, str] | None:
    """Return a table's columns and their types; None when there is no such table."""
    found = db.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [quoted(parts)],
    ).fetchall()
    return dict(found) or None
