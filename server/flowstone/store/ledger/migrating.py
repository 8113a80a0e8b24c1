"""An older ledger is brought to the newest form, one migration after the other."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S = 20.0

_ONE_AT_A_TIME = Lock()
"""Alembic keeps what it migrates in its module: two at once would make one ledger twice and the other not at all."""


def migrate(path: Path) -> None:
    """Bring a ledger, or an empty file, to the newest form, in one transaction; one that is there already stays.

    Raises: sqlite3.DatabaseError.
    """
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _leave_transactions_alone)
    event.listen(engine, "begin", _take_write_lock)
    try:
        with engine.begin() as connection, _ONE_AT_A_TIME:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def _leave_transactions_alone(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None


def _take_write_lock(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
