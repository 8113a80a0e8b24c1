"""The schedules of a project that nobody has run here yet: they are shown, and start nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.engine.notices import Notice, RunChanged
from flowstone.model.ids import PipelineId
from flowstone.store.trust import is_trusted

if TYPE_CHECKING:
    from flowstone.schedule.overview import ScheduleStatus
    from flowstone.web.schedules import Schedules
    from flowstone.web.workbench import Workbench


class WaitingSchedules:
    """Stands for schedules until somebody runs the project, and hands on to those that are kept from then on."""

    def __init__(
        self, root: Path, workbench: Workbench, shown: Schedules, begin: Callable[[], Awaitable[Schedules]]
    ) -> None:
        """Show what `shown` says; `begin` keeps the schedules once the project is trusted."""
        self._root = root
        self._now = shown
        self._begin = begin
        self._listeners: list[Callable[[PipelineId], None]] = []
        self._beginning: asyncio.Task[None] | None = None
        self._unlisten = workbench.listen(self._hear)

    async def close(self) -> None:
        """Start nothing more."""
        self._unlisten()
        if self._beginning is not None:
            await asyncio.gather(self._beginning, return_exceptions=True)
        await self._now.close()

    def listen(self, listener: Callable[[PipelineId], None]) -> None:
        """Be told whose schedule changed or fired."""
        self._listeners.append(listener)
        self._now.listen(listener)

    async def files_changed(self, paths: Collection[str]) -> None:
        """Look again at what the files say."""
        await self._now.files_changed(paths)

    async def schedules(self, *, count: int, only: PipelineId | None = None) -> tuple[ScheduleStatus, ...]:
        """Return how the schedules stand, each with its next ticks."""
        return await self._now.schedules(count=count, only=only)

    async def pause(self, pipeline: PipelineId) -> None:
        """Let nothing of a pipeline start by itself. Raises: NotFound."""
        await self._now.pause(pipeline)

    async def resume(self, pipeline: PipelineId) -> None:
        """Let a pipeline's schedule go on. Raises: NotFound."""
        await self._now.resume(pipeline)

    def _hear(self, notice: Notice) -> None:
        if isinstance(notice, RunChanged) and self._beginning is None and is_trusted(self._root):
            self._beginning = asyncio.get_running_loop().create_task(self._keep(notice.run.pipeline))

    async def _keep(self, pipeline: PipelineId) -> None:
        shown, self._now = self._now, await self._begin()
        await shown.close()
        for listener in self._listeners:
            self._now.listen(listener)
            listener(pipeline)
