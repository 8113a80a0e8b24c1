"""Copies of the sample projects, and trips served on this machine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.kit.block_files import PROJECTS, module

ROWS = 4_000


def copied(name: str, target: Path) -> Path:
    """Copy a project without what runs have left in it."""
    ignored = shutil.ignore_patterns(".flowstone", "lake", "*.duckdb", "*.wal", "__pycache__")
    return shutil.copytree(PROJECTS / name, target / name, ignore=ignored)


@pytest.fixture
def flights(tmp_path: Path) -> Path:
    """A copy of the project flights."""
    return copied("flights", tmp_path)


@pytest.fixture
def taxi(tmp_path: Path) -> Path:
    """A copy of the project taxi."""
    return copied("taxi", tmp_path)


@dataclass(frozen=True, slots=True)
class Trips:
    """Served trips: the pipeline's `url` for each format, and the content of a month's file."""

    parquet: str
    csv: str

    def content(self, year: int, month: int, suffix: str) -> bytes:
        """Return what the server gives for a month."""
        made: bytes = module(PROJECTS / "taxi/scripts/serve_trips.py").content(year, month, suffix, ROWS)
        return made


@pytest.fixture(scope="session")
def trips() -> Iterator[Trips]:
    """The taxi project's own server of made-up trips."""
    script = module(PROJECTS / "taxi/scripts/serve_trips.py")
    with script.server(rows=ROWS) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Trips(script.template(server), script.template(server, "csv"))
        finally:
            server.shutdown()
            thread.join()
