"""What all runs of a process share of named resources: blocks take what they use, all of it at once, or wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager


class Resources:
    """What there is of each resource, and what of it is taken. What has no limit is not counted."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = dict(limits)
        self._taken: Counter[str] = Counter()
        self._waiting: list[asyncio.Future[None]] = []

    def limit(self, limits: Mapping[str, int]) -> None:
        """Take new limits; what is taken already stays so."""
        self._limits = dict(limits)
        self._let_on()

    @asynccontextmanager
    async def taken(self, uses: Mapping[str, int]) -> AsyncIterator[None]:
        """Wait until all of it is free, and hold it; while waiting nothing is held, so nobody waits in a circle."""
        while not self._is_free(uses):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn
        self._taken.update(uses)
        try:
            yield
        finally:
            self._taken.subtract(uses)
            self._let_on()

    def _is_free(self, uses: Mapping[str, int]) -> bool:
        """Say whether all is free; what needs more than there is gets it when nobody else has any."""
        return all(
            name not in self._limits or not self._taken[name] or self._taken[name] + amount <= self._limits[name]
            for name, amount in uses.items()
        )

    def _let_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)
