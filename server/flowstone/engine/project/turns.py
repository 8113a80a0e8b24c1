"""A run is begun or taken up by one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flowstone.model.ids import RunId


class Turns:
    """Lets those who ask for the same run go one after the other."""

    def __init__(self) -> None:
        self._taken: dict[RunId, asyncio.Lock] = {}

    @asynccontextmanager
    async def of(self, run: RunId) -> AsyncIterator[None]:
        """Wait until nobody else begins or takes up the run, and keep others waiting meanwhile."""
        async with self._taken.setdefault(run, asyncio.Lock()):
            try:
                yield
            finally:
                self._taken.pop(run, None)
