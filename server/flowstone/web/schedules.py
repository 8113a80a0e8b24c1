"""What the server asks of a project's schedules: the schedule room's `Scheduler` has it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from flowstone.model.ids import PipelineId
from flowstone.store.trust import is_trusted
from flowstone.web.waiting_schedules import WaitingSchedules
from flowstone.web.workbench import Workbench

if TYPE_CHECKING:
    from flowstone.schedule.overview import ScheduleStatus

log = logging.getLogger("flowstone.web")


class Schedules(Protocol):
    """One open project's schedules."""

    async def close(self) -> None:
        """Start nothing more."""
        ...

    def listen(self, listener: Callable[[PipelineId], None]) -> None:
        """Tell the listener whose schedule changed or fired."""
        ...

    async def files_changed(self, paths: Collection[str]) -> None:
        """Look again at what the files say."""
        ...

    async def schedules(self, *, count: int, only: PipelineId | None = None) -> tuple[ScheduleStatus, ...]:
        """Return how the schedules stand, each with its next ticks."""
        ...

    async def pause(self, pipeline: PipelineId) -> None:
        """Let nothing of a pipeline start by itself. Raises: NotFound."""
        ...

    async def resume(self, pipeline: PipelineId) -> None:
        """Let a pipeline's schedule go on. Raises: NotFound."""
        ...


OpenSchedules: TypeAlias = Callable[[Path, Workbench], Awaitable[Schedules]]
"""Begins to keep an open project's schedules."""


async def keep_schedules(root: Path, workbench: Workbench) -> Schedules:
    """Start the runs of a project's schedules when their time comes; of one that nobody has run here, show them."""
    # It takes a moment to import: beside the loop, which answers meanwhile.
    room = await asyncio.to_thread(import_module, "flowstone.schedule.scheduler")

    async def begin() -> Schedules:
        kept: Schedules = await room.Scheduler.open(root, workbench)
        return kept

    if await asyncio.to_thread(is_trusted, root):
        return await begin()
    log.warning("%s: schedules start once you have run this project here", root)
    clock = room.SystemClock()
    kept: Any = workbench  # the engine's, which has a ledger
    shown = room.Scheduler(root, workbench, clock=clock, post=room.Post(root, kept.ledger, clock=clock))
    await asyncio.to_thread(shown.plans.read)
    return WaitingSchedules(root, workbench, shown, begin)
