"""A server collects by itself what its projects no longer keep, when it has nothing better to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from flowstone.errors.base import FlowstoneError

FIRST_AFTER_S = 120.0
EVERY_S = 3_600.0
BUSY_AGAIN_AFTER_S = 60.0

log = logging.getLogger("flowstone.engine")


async def keep_house(
    collect: Callable[[], Awaitable[object]],
    is_idle: Callable[[], bool],
    *,
    first_after_s: float = FIRST_AFTER_S,
    every_s: float = EVERY_S,
    busy_again_after_s: float = BUSY_AGAIN_AFTER_S,
) -> None:
    """Collect a while after the start, and then ever so often, each time as soon as nothing runs; until cancelled."""
    pause_s = first_after_s
    while True:
        await asyncio.sleep(pause_s)
        if not is_idle():
            pause_s = busy_again_after_s
            continue
        pause_s = every_s
        try:
            await collect()
        except (FlowstoneError, OSError) as wrong:  # a disk that is full of other things, a ledger that is damaged
            log.warning("nothing was collected: %s", wrong)
