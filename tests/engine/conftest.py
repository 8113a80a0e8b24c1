"""Fixtures of the engine's tests: real workbenches with real workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from flowstone.engine.workbench import Workbench

Opener = Callable[[Path], Awaitable[Workbench]]


@pytest.fixture
async def opened() -> AsyncIterator[Opener]:
    """Open workbenches that are closed after the test."""
    async with AsyncExitStack() as stack:

        async def open_project(root: Path) -> Workbench:
            bench = await Workbench.open(root)
            stack.push_async_callback(bench.close)
            return bench

        yield open_project
