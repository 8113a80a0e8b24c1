"""A lake, a warehouse and a database, opened as the engine opens them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowstone import Lake, Warehouse
from flowstone.model.connections import ConnectionSettings, WriteContext

CONTEXT = WriteContext(project="library", pipeline="test", block="block", run="run1")


def opened(settings: ConnectionSettings) -> object:
    """Open a connection by its type."""
    from flowstone.connectors.registry import open_connection

    return open_connection(settings, CONTEXT)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A folder as a lake."""
    settings = ConnectionSettings("lake", "local", {"path": "lake"}, root=str(tmp_path))
    found = opened(settings)
    assert isinstance(found, Lake)
    return found


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A DuckDB file as a warehouse."""
    settings = ConnectionSettings("warehouse", "duckdb", {"path": "warehouse.duckdb"}, root=str(tmp_path))
    found = opened(settings)
    assert isinstance(found, Warehouse)
    return found


@pytest.fixture
def postgres(postgres_url: str) -> Warehouse:
    """A PostgreSQL server's database as a warehouse."""
    found = opened(ConnectionSettings("postgres", "postgres", {"url": postgres_url}))
    assert isinstance(found, Warehouse)
    return found
