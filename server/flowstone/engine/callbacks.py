"""Calling a block's callbacks: in a worker, after the block's end is in the ledger."""

from __future__ import annotations

import asyncio

from flowstone.engine.executor import Executor, Observer
from flowstone.engine.jobs import BlockJob
from flowstone.engine.log_capture import LogCapture
from flowstone.model.run import Failure

CALLBACK_WITHIN_S = 300.0
"""How long a block's callbacks may take together: the run waits for them."""


def _no_progress(_done: int, _total: int | None) -> None:
    """Drop a callback's progress: nobody shows it."""


async def called(executor: Executor, job: BlockJob, log: LogCapture) -> Failure | None:
    """Call a block's callbacks to their end, and return what went wrong in them; cancelled, end them first.

    Raises: TimeoutError, when they have been ended because they took too long; ExecutorUnavailable.
    """
    running = await executor.start(job, Observer(log.printed, _no_progress, log.dropped))
    outcome = asyncio.ensure_future(running.outcome())
    try:
        async with asyncio.timeout(CALLBACK_WITHIN_S):
            return (await asyncio.shield(outcome)).failure
    finally:
        if not outcome.done():
            await running.stop()
            await outcome
