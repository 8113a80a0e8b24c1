"""Schedules: listed, shown, paused and resumed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from flowstone.errors.store import NotFound
from flowstone.model.ids import PipelineId
from flowstone.store.trust import is_trusted
from flowstone.web import wire_types as wire
from flowstone.web.call import Call, Reply
from flowstone.web.views.schedules import schedule_view

if TYPE_CHECKING:
    from flowstone.web.schedules import Schedules

SHOWN_NEXT = 5


async def list_schedules(call: Call[None]) -> Reply[list[wire.ScheduleView]]:
    """List a project's schedules by pipeline, or the one of a pipeline if it has one."""
    opened = await call.project()
    if opened.schedules is None:
        return Reply([])
    pipeline = call.text("pipeline")
    only = None if pipeline is None else PipelineId(pipeline)
    found = await opened.schedules.schedules(count=call.number("next"), only=only)
    trusted = await asyncio.to_thread(is_trusted, opened.root)
    return Reply([schedule_view(status, is_trusted=trusted) for status in found])


async def pause_schedule(call: Call[None]) -> Reply[wire.ScheduleView]:
    """Let nothing of a pipeline start by itself. Raises: NotFound."""
    schedules = await _schedules(call)
    await schedules.pause(PipelineId(call.path["pipeline"]))
    return await _one(call, schedules)


async def resume_schedule(call: Call[None]) -> Reply[wire.ScheduleView]:
    """Let a pipeline's schedule go on from now. Raises: NotFound."""
    schedules = await _schedules(call)
    await schedules.resume(PipelineId(call.path["pipeline"]))
    return await _one(call, schedules)


async def _schedules(call: Call[None]) -> Schedules:
    opened = await call.project()
    if opened.schedules is None:
        raise NotFound("schedule of the pipeline", call.path["pipeline"], hint="This server starts nothing by itself.")
    return opened.schedules


async def _one(call: Call[None], schedules: Schedules) -> Reply[wire.ScheduleView]:
    pipeline = PipelineId(call.path["pipeline"])
    found = await schedules.schedules(count=SHOWN_NEXT, only=pipeline)
    if not found:
        hint = f"Write `schedule: {{every: 1h}}` into pipelines/{pipeline}.yaml."
        raise NotFound("schedule of the pipeline", pipeline, hint=hint)
    trusted = await asyncio.to_thread(is_trusted, (await call.project()).root)
    return Reply(schedule_view(found[0], is_trusted=trusted))
