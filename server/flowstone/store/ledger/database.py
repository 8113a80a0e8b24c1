"""The ledger's database: a SQLite file of the right form and with the right promises.

What it is told and asked is SQL as it stands in the modules here: see decision 0024.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

from flowstone.disk.failpoints import reach
from flowstone.errors.store import DiskFull, LedgerUnusable, NotFound
from flowstone.store.ledger.tables import HEAD, TABLES

BEGIN_ANEW = (
    "`flowstone doctor` says whether it is damaged; then `flowstone doctor --new-ledger` sets it aside and begins a "
    "new one. That costs run history only, never code."
)
BUSY_TIMEOUT_S = 20.0
"""How long a write waits for another process's: a command runs beside a server on the same ledger."""

PROMISES = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
"""Source: promise 2, an acknowledged run state survives a kill and a power loss."""

Transaction: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Database:
    """The SQLite ledger, made or brought up to date as needed. Use it from one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises: LedgerUnusable, when it is no ledger, is damaged, or was written by a newer Flowstone."""
        self._connection = sqlite3.connect(
            path, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False, cached_statements=256
        )
        self._connection.row_factory = sqlite3.Row
        try:
            for promise in PROMISES:
                self._connection.execute(promise)
            self._bring_up_to_date(path)
        except sqlite3.DatabaseError as wrong:
            self.close()
            raise LedgerUnusable(f"The ledger {path.name} cannot be used: {wrong}", hint=BEGIN_ANEW) from wrong
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Write, all or nothing. Raises: NotFound, for a run that is not there; DiskFull; LedgerUnusable.

        The write lock is taken at once: one that reads first and writes later could not be retried.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Read what was true at one moment. Raises: LedgerUnusable."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with _whole(self._connection, begin):
                yield self._connection
                reach("ledger.writing")
            reach("ledger.committed")
        except sqlite3.IntegrityError as wrong:
            if "FOREIGN KEY" in str(wrong):
                hint = "The ledger was begun anew meanwhile."
                raise NotFound("such run in the ledger", "any more", hint=hint) from wrong
            raise _unusable(wrong) from wrong
        except sqlite3.DatabaseError as wrong:
            if "disk is full" in str(wrong):
                raise DiskFull("the ledger") from wrong
            raise _unusable(wrong) from wrong

    def _bring_up_to_date(self, path: Path) -> None:
        found = _version(self._connection)
        if found is None:
            with _whole(self._connection, "BEGIN IMMEDIATE") as connection:
                found = _version(connection)  # another process may have been faster
                if found is None:
                    found = _make(connection)
        if found > HEAD:
            raise LedgerUnusable(
                f"The ledger has version {found}; this Flowstone knows {HEAD}",
                hint="Install the Flowstone that wrote it, or newer.",
            )
        if found < HEAD:
            from flowstone.store.ledger.migrating import migrate

            migrate(path)


def insert_statement(table: str, row: Mapping[str, object]) -> str:
    """Return the statement that inserts rows with the columns of one; their names are ours, and the values bound."""
    columns = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f':{name}' for name in row)})"  # noqa: S608


def marks(count: int) -> str:
    """Return the marks of a list of values: `?, ?, ?`."""
    return ", ".join("?" * count)


@contextmanager
def _whole(connection: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
    connection.execute(begin)
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself takes back what finds no room
            connection.execute("ROLLBACK")
        raise


def _make(connection: sqlite3.Connection) -> str:
    """Make a new ledger in its newest form at once; Alembic, which takes 30 MB and 0.2 s, is for older ones."""
    for statement in TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    return HEAD


def _version(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else str(row[0])


def _unusable(wrong: sqlite3.DatabaseError) -> LedgerUnusable:
    return LedgerUnusable(f"The ledger cannot be used: {wrong}", hint=BEGIN_ANEW)
