"""How late something was for what it did itself, and not for what the machine ran in its place."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

LOOK_EVERY_S = 0.005


def kept_waiting_s(process: str = "thread-self") -> float:
    """Return how long a process's first thread, or this one, was ready to run while the machine ran others.

    Source: proc_schedstat in the kernel's documentation of the scheduler: the second number, in nanoseconds.
    """
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9


async def look(stalls: list[float]) -> None:
    """Note again and again, until cancelled, how late the loop is. Units: seconds."""
    while True:
        stalls.append(await late_s())


async def late_s(after_s: float = LOOK_EVERY_S) -> float:
    """Sleep, and return how late the loop came back for what it was doing. Units: seconds."""
    began, waited_s = time.monotonic(), kept_waiting_s()
    await asyncio.sleep(after_s)
    return time.monotonic() - began - after_s - (kept_waiting_s() - waited_s)


def at_99_percent(stalls: list[float]) -> float:
    """Return what 99 of 100 are below."""
    return sorted(stalls)[int(len(stalls) * 0.99)]
