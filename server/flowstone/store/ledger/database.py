"""Open the ledger's database, of the right form and with the right promises."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

from flowstone.errors.store import LedgerUnusable
from flowstone.store.ledger.tables import HEAD, metadata

MIGRATIONS = Path(__file__).parent / "migrations"

BEGIN_ANEW = (
    "`flowstone doctor` says whether it is damaged; then `flowstone doctor --new-ledger` sets it aside and begins a "
    "new one. That costs run history only, never code."
)
BUSY_TIMEOUT_MS = 20_000
"""How long a write waits for another process's: a command runs beside a server on the same ledger."""


VERSION_TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
"""As Alembic makes it, for what is made at once is migrated later. A test compares."""

ONLY_READS = "flowstone_only_reads"

_ONE_AT_A_TIME = Lock()
"""Alembic keeps what it migrates in its module: two at once would make one ledger twice and the other not at all."""


def open_database(path: Path) -> Engine:
    """Open the SQLite ledger, made or brought up to date as needed; use it from one thread at a time.

    Raises: LedgerUnusable, when the file is no ledger, is damaged, or was written by a newer Flowstone.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _set_promises)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            _bring_up_to_date(connection)
    except DatabaseError as wrong:
        engine.dispose()
        raise LedgerUnusable(
            f"The ledger {path.name} cannot be used: {wrong.orig}",
            hint=BEGIN_ANEW,
        ) from wrong
    return engine


def _set_promises(connection: sqlite3.Connection, _record: object) -> None:
    """Source: promise 2, an acknowledged run state survives a kill and a power loss."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once unless only reading: one that reads first and writes later could not be retried."""
    only_reads = connection.get_execution_options().get(ONLY_READS, False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _bring_up_to_date(connection: Connection) -> None:
    found = _version(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise LedgerUnusable(
            f"The ledger has version {found}; this Flowstone knows {HEAD}",
            hint="Install the Flowstone that wrote it, or newer.",
        )
    if found is None:
        _make(connection)
    else:
        migrate(connection)


def _make(connection: Connection) -> None:
    """Make a new ledger in its newest form at once; Alembic, which takes 20 MB and 0.1 s, is for older ones."""
    metadata.create_all(connection)
    connection.execute(text(VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def migrate(connection: Connection) -> None:
    """Bring an older ledger, or an empty file, to the newest form, one migration after the other."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    try:
        row: Any = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    except OperationalError:
        return None
    return None if row is None else str(row[0])
