"""Who looks at a pipeline is told when it is worth asking again how its blocks stand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from flowstone.engine.notices import Notice, StatusChanged
from flowstone.model.ids import PipelineId

GATHERED_FOR_S = 0.05
"""How long changes are gathered before those who look are told."""
MOMENT_S = 0.01
"""An output whose time is up is surely so a moment later."""
MAX_TIMER_S = 86_400.0


class StatusNews:
    """Tells of pipelines that somebody has looked at: when files or results change, and when a `ttl` passes."""

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        self._tell = tell
        self._looked_at: set[PipelineId] = set()
        self._changed: set[PipelineId] = set()
        self._telling: asyncio.Task[None] | None = None
        self._timers: dict[PipelineId, asyncio.TimerHandle] = {}

    def look_at(self, pipeline: PipelineId) -> None:
        """Take note that somebody looks at a pipeline."""
        self._looked_at.add(pipeline)

    def changed(self, pipeline: PipelineId) -> None:
        """Tell soon of a pipeline, if anybody looks at it."""
        if pipeline not in self._looked_at:
            return
        self._changed.add(pipeline)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all())

    def all_changed(self) -> None:
        """Tell soon of all pipelines that anybody looks at."""
        for pipeline in self._looked_at:
            self.changed(pipeline)

    def changes_in(self, pipeline: PipelineId, seconds: float) -> None:
        """Tell of a pipeline after a time, or earlier if that was asked for before."""
        loop = asyncio.get_running_loop()
        at = loop.time() + min(max(seconds, 0.0) + MOMENT_S, MAX_TIMER_S)
        before = self._timers.get(pipeline)
        if before is not None and not before.cancelled() and loop.time() < before.when() <= at:
            return
        if before is not None:
            before.cancel()
        self._timers[pipeline] = loop.call_at(at, self.changed, pipeline)

    async def close(self) -> None:
        """Tell nothing more."""
        for timer in self._timers.values():
            timer.cancel()
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])

    async def _tell_all(self) -> None:
        while self._changed:
            await asyncio.sleep(GATHERED_FOR_S)
            pipelines, self._changed = self._changed, set()
            for pipeline in pipelines:
                self._tell(StatusChanged(pipeline))
