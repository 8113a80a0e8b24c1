"""What a server does beside its work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine

from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.executor import Executor
from flowstone.engine.housekeeping import keep_house
from flowstone.engine.others_runs import OthersRuns
from flowstone.engine.project.hold import ProjectHold
from flowstone.errors.base import FlowstoneError

Chore = Coroutine[None, None, None]


class Chores:
    """Tasks that nobody waits for."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *chores: Chore) -> None:
        """Do them from now on, beside each other."""
        self._tasks.extend(asyncio.create_task(chore) for chore in chores)

    async def close(self) -> None:
        """Do nothing more, the newest chore first."""
        for task in reversed(self._tasks):
            task.cancel()
            await asyncio.wait([task])


def server_chores(
    *,
    executor: Executor,
    others: OthersRuns,
    active: ActiveRuns,
    take_up: Callable[[], Awaitable[None]],
    hold: ProjectHold,
    collect: Callable[[], Awaitable[object]],
) -> tuple[Chore, ...]:
    """Return what a server does: make a worker warm, follow what others do, hold the project, collect."""
    return (
        _warm_up(executor),
        others.follow(),
        active.keep_recovering(then=take_up),
        hold.keep(),
        keep_house(collect, lambda: not active.any_active),
    )


async def _warm_up(executor: Executor) -> None:
    with contextlib.suppress(FlowstoneError):  # the first run will say so
        await executor.warm_up()
