"""One write to a PostgreSQL table: rows brought beside it first, then put in place, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowstone.connectors.content import Content
from flowstone.connectors.frames import FrameStream
from flowstone.connectors.identity import noted_as, overwritten_notes, write_id
from flowstone.connectors.postgres_types import column_type, row_converters
from flowstone.connectors.sql_tables import STAGE, SqlTable
from flowstone.connectors.table_options import TableOrder
from flowstone.connectors.table_order import ACTIONS, decided, quoted
from flowstone.model.connections import WriteContext, WritePlan

if TYPE_CHECKING:
    from psycopg import Connection

WRITES = "_flowstone_writes"
MAKE_WRITES = """
CREATE TABLE IF NOT EXISTS {table} (
    id text PRIMARY KEY, target text, run text, block text, rows bigint, written timestamptz DEFAULT now()
)"""


def stage(db: Connection[Any], stream: FrameStream) -> int:
    """Bring the rows beside the table first, and count them: what they are is known only when all have passed."""
    columns = ", ".join(f"{quoted([field.name])} {column_type(field.type, field.name)}" for field in stream.schema)
    db.execute(f"CREATE TEMP TABLE {STAGE} ({columns}) ON COMMIT DROP")
    converters = row_converters(stream.schema)
    rows = 0
    with db.cursor().copy(f"COPY {STAGE} FROM STDIN") as copy:
        for batch in stream.batches:
            values = [convert(column.to_pylist()) for convert, column in zip(converters, batch.columns, strict=True)]
            for row in zip(*values, strict=True):
                copy.write_row(row)
            rows += batch.num_rows
    return rows


class TableWrite:
    """Puts staged rows in place and notes the write, within the transaction it is given."""

    def __init__(
        self, db: Connection[Any], parts: tuple[str, str], content: Content, context: WriteContext, order: TableOrder
    ) -> None:
        self._db = db
        self._parts = parts
        self._name = ".".join(parts)
        self._writes = quoted((parts[0], WRITES))
        self._content = content
        self._context = context
        self._order = order

    def apply(self) -> str:
        """Do it and say what was done; what is noted already is adopted. Raises: as `PostgresWarehouse.write`."""
        # One writer to a schema at a time decides what is there; the rows have been sent by now.
        self._db.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"flowstone:{self._parts[0]}"])
        self._make_schema()
        self._execute(MAKE_WRITES.format(table=self._writes))
        there = table_columns(self._db, self._parts)
        action = self._decided(there)
        if action != "adopted":
            self._place_rows(there or {}, action)
            if action in (ACTIONS["replace_partition"], ACTIONS["merge"]):
                self._forget_overwritten()
            self._note(self._id())
        return action

    def plan(self, *, name: str) -> WritePlan:
        """Say what `apply` would do. Raises: what it would."""
        there = table_columns(self._db, self._parts)
        return self._table().plan(self._decided(there), there or {}, name=name)

    def _decided(self, there: dict[str, str] | None) -> str:
        has_writes = table_columns(self._db, (self._parts[0], WRITES)) is not None
        return decided(
            self._order.if_exists,
            exists=there is not None,
            is_noted=has_writes and self._is_noted(self._id()),
            rows=self._content.rows,
            target=self._name,
        )

    def _id(self) -> str:
        action, digest = self._order.if_exists, self._content.digest
        id_ = write_id(self._context, target=self._name, action=action, digest=digest)
        return noted_as(id_, action=action)

    def _table(self) -> SqlTable:
        staged = table_columns(self._db, (STAGE,)) or {}
        return SqlTable(self._execute, self._parts, staged, self._order, exact_types=False, ignores_case=False)

    def _execute(self, sql: str) -> Any:
        """Run a statement as it is written: without parameters a per cent sign is one."""
        return self._db.execute(sql)

    def _make_schema(self) -> None:
        # "IF NOT EXISTS" wants the right to make schemas, also where there is nothing to make.
        schema = quoted(self._parts[:1])
        if self._db.execute("SELECT to_regnamespace(%s) IS NULL", [schema]).fetchone() == (True,):
            self._db.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")

    def _place_rows(self, there: dict[str, str], action: str) -> None:
        table = self._table()
        if action in ("created", "replaced"):
            self._forget()
        if action == "created":
            table.create()
        elif action == "replaced" and there == table.staged:
            # The rows alone are exchanged: grants and views stay, and readers need not wait.
            self._execute(f"DELETE FROM {table.target}")
            table.insert()
        elif action == "replaced":
            self._execute(f"DROP TABLE {table.target}")
            table.create()
        elif action != "skipped":
            table.change(action, there)

    def _is_noted(self, id_: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {self._writes} WHERE id = %s", [id_]).fetchone() is not None

    def _forget(self) -> None:
        """Forget the writes whose rows are no longer there, and those older than any run is resumed."""
        self._db.execute(
            f"DELETE FROM {self._writes} WHERE target = %s OR written < now() - interval '90 days'",
            [self._name],
        )

    def _forget_overwritten(self) -> None:
        """Forget the writes of which a part may no longer stand, so that each is done again when it comes again."""
        notes = f"target = %s AND ({overwritten_notes('id')})"
        self._db.execute(f"DELETE FROM {self._writes} WHERE {notes}", [self._name])

    def _note(self, id_: str) -> None:
        context = self._context
        facts = [id_, self._name, context.run, context.block, self._content.rows]
        self._db.execute(
            f"INSERT INTO {self._writes} (id, target, run, block, rows) VALUES (%s, %s, %s, %s, %s)",
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
