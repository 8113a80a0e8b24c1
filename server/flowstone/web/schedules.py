"""What the server asks of a project's schedules: the schedule room's `Scheduler` has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from flowstone.model.ids import PipelineId
from flowstone.web.workbench import Workbench

if TYPE_CHECKING:
    from flowstone.schedule.overview import ScheduleStatus


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
    """Start the runs of a project's schedules when their time comes."""
    # It takes a moment to import: beside the loop, which answers meanwhile.
    room = await asyncio.to_thread(import_module, "flowstone.schedule.scheduler")
    kept: Schedules = await room.Scheduler.open(root, workbench)
    return kept
