"""How a project's schedules stand, for the command line and the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from flowstone.model.firing import Firing, Letter, Trigger
from flowstone.model.ids import PipelineId
from flowstone.model.schedule import Schedule, ticks_after
from flowstone.schedule.plans import ByPipeline, Plan

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

RECENT = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger has of one pipeline's schedule."""

    trigger: Trigger | None = None
    recent: tuple[Firing, ...] = ()
    letters: tuple[Letter, ...] = ()


NOT_KEPT = Kept()


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """One pipeline's schedule. `next` is empty while it is paused, switched off or in a file that cannot be read.

    Units: epoch seconds.
    """

    pipeline: PipelineId
    schedule: Schedule
    trigger: Trigger | None
    next: tuple[int, ...]
    recent: tuple[Firing, ...] = ()
    letters: tuple[Letter, ...] = ()

    @property
    def is_paused(self) -> bool:
        """Whether a person has paused it."""
        return self.trigger is not None and self.trigger.is_paused


def kept(
    ledger: Ledger, plans: ByPipeline, *, recent: int = RECENT, only: PipelineId | None = None
) -> dict[PipelineId, Kept]:
    """Read what the ledger has of each schedule, and write nothing; to be called in the ledger's thread."""
    triggers = ledger.triggers.all()
    return {
        pipeline: Kept(
            triggers.get(pipeline),
            ledger.triggers.recent(pipeline, recent),
            ledger.letters.recent(pipeline, recent),
        )
        for pipeline in _listed(plans, only)
    }


def overview(
    plans: ByPipeline, found: Mapping[PipelineId, Kept], *, now: int, count: int, only: PipelineId | None = None
) -> tuple[ScheduleStatus, ...]:
    """Return every schedule of the files, or one pipeline's, by pipeline. It takes a while where there are many."""
    return tuple(
        _status(pipeline, plan, schedule, found.get(pipeline, NOT_KEPT), now=now, count=count)
        for pipeline, (plan, schedule) in sorted(_listed(plans, only).items())
    )


def _listed(plans: ByPipeline, only: PipelineId | None) -> dict[PipelineId, tuple[Plan, Schedule]]:
    return {
        pipeline: (plan, plan.schedule)
        for pipeline, plan in plans.items()
        if plan.schedule is not None and only in (None, pipeline)
    }


def _status(
    pipeline: PipelineId, plan: Plan, schedule: Schedule, found: Kept, *, now: int, count: int
) -> ScheduleStatus:
    trigger = found.trigger
    is_quiet = plan.is_broken or not schedule.enabled or (trigger is not None and trigger.is_paused)
    # A trigger that nobody has begun yet, or by another time, counts from when a server looks at it.
    begin = max(now, trigger.cursor) if trigger is not None and trigger.timing == schedule.timing else now
    return ScheduleStatus(
        pipeline,
        schedule,
        trigger,
        next=() if is_quiet else tuple(islice(ticks_after(schedule.timing, begin), count)),
        recent=found.recent,
        letters=found.letters,
    )
