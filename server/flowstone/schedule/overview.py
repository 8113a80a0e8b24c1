"""How a project's schedules stand, for the command line and the browser."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from flowstone.model.firing import Firing, Letter, Trigger
from flowstone.model.ids import PipelineId
from flowstone.model.schedule import Schedule, ticks_after
from flowstone.schedule.keeping import keep
from flowstone.schedule.plans import Plans

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

RECENT = 20


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """One pipeline's schedule. `next` is empty while it is paused or switched off. Units: epoch seconds."""

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


def overview(
    ledger: Ledger, plans: Plans, *, now: int, count: int, recent: int = RECENT, only: PipelineId | None = None
) -> tuple[ScheduleStatus, ...]:
    """Return every schedule of the files, or one pipeline's, by pipeline; to be called in the ledger's thread."""
    there = keep(ledger, plans, now=now)
    return tuple(
        _status(ledger, pipeline, plan.schedule, there.get(pipeline), now=now, count=count, recent=recent)
        for pipeline, plan in sorted(plans.by_pipeline.items())
        if plan.schedule is not None and only in (None, pipeline)
    )


def _status(
    ledger: Ledger,
    pipeline: PipelineId,
    schedule: Schedule,
    trigger: Trigger | None,
    *,
    now: int,
    count: int,
    recent: int,
) -> ScheduleStatus:
    is_quiet = trigger is None or trigger.is_paused or not schedule.enabled
    begin = now if trigger is None else max(now, trigger.cursor)
    return ScheduleStatus(
        pipeline,
        schedule,
        trigger,
        next=() if is_quiet else tuple(islice(ticks_after(schedule.timing, begin), count)),
        recent=ledger.triggers.recent(pipeline, recent),
        letters=ledger.letters.recent(pipeline, recent),
    )
