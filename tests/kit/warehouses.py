"""Warehouses and lakes of every kind, opened as a project's connections are, for tests that hold for all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from flowstone.connectors.registry import open_connection
from flowstone.model.connections import ConnectionSettings, WriteContext

IN_RUN = WriteContext(project="shop", pipeline="daily", block="to_warehouse", run="run-1")
LATER_RUN = WriteContext(project="shop", pipeline="daily", block="to_warehouse", run="run-2")
BY_HAND = WriteContext()

Opener: TypeAlias = Callable[[WriteContext], Any]


def opener(type_: str, root: Path, options: dict[str, Any]) -> Opener:
    """Return a function that opens one connection on behalf of a context."""
    settings = ConnectionSettings(name="here", type=type_, options=options, root=str(root))
    return lambda context: open_connection(settings, context)


def live_project() -> str:
    """Return the real project to test against, or skip."""
    project = os.environ.get("FLOWSTONE_TEST_GCP_PROJECT")
    if not project:
        pytest.fail("set FLOWSTONE_TEST_GCP_PROJECT to the project to test against")
    return project


def fresh_name(prefix: str) -> str:
    """Return a name that nobody has used."""
    return f"{prefix}_{uuid.uuid4().hex[:12]}"
