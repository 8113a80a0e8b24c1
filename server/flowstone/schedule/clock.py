"""The time of day, handed in, so that a test can make a night pass in a moment."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """What a scheduler knows of time."""

    def now(self) -> float:
        """Return the time of day. Units: seconds since the epoch."""
        ...

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        """Wait for that long, or until the event is set."""
        ...


class SystemClock:
    """The machine's clock, which may be set while one sleeps."""

    def now(self) -> float:
        """Return the time of day. Units: seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        """Wait for that long, or until the event is set."""
        try:
            async with asyncio.timeout(seconds):
                await woken.wait()
        except TimeoutError:
            return
