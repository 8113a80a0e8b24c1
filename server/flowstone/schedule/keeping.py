"""The ledger's triggers kept in step with the project's files, and moved by people. To be called in its thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowstone.errors.store import NotFound
from flowstone.model.firing import Trigger
from flowstone.model.ids import PipelineId
from flowstone.model.schedule import CatchUp, Due, Schedule, SkipReason, due, skipped_between
from flowstone.schedule.plans import NOTHING, ByPipeline, Plans, schedules_of

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger


def keep(ledger: Ledger, plans: ByPipeline, *, now: int) -> dict[PipelineId, Trigger]:
    """Make, change and take away triggers as the files say, and return those that are kept.

    A schedule that is new, or says another time, counts from now; what was due by the old time is written down
    first. While a file cannot be read, its trigger stays as it is. One that is paused or failing is never taken away:
    it is remembered until its schedule is back.
    """
    there = ledger.triggers.all()
    wanted = schedules_of(plans)
    changed = False
    for pipeline, schedule in wanted.items():
        trigger = there.get(pipeline)
        if trigger is None or trigger.is_away:
            ledger.triggers.adopt(pipeline, schedule.timing, cursor=now)
            changed = True
        elif trigger.timing != schedule.timing:
            ledger.triggers.change(
                pipeline, schedule.timing, lambda found, waiting: _by_the_old_time(found, waiting, now=now), cursor=now
            )
            changed = True
    for pipeline in there.keys() - wanted.keys():
        if not there[pipeline].is_away and not plans.get(pipeline, NOTHING).is_broken:
            ledger.triggers.forget(pipeline)
            changed = True
    return here(ledger.triggers.all() if changed else there)


def here(triggers: Mapping[PipelineId, Trigger]) -> dict[PipelineId, Trigger]:
    """Return the triggers whose schedules are in the files."""
    return {pipeline: trigger for pipeline, trigger in triggers.items() if not trigger.is_away}


def _by_the_old_time(trigger: Trigger, waiting: int, *, now: int) -> Due | None:
    """Run the tick that was just due when the file changed; what is older was missed and is past."""
    found = due(Schedule(trigger.timing, CatchUp.SKIP), cursor=trigger.cursor, now=now, waiting=waiting)
    if found is None or not trigger.is_paused:
        return found
    return skipped_between(trigger.timing, cursor=trigger.cursor, now=now, reason=SkipReason.PAUSED)


def settle(ledger: Ledger, pipeline: PipelineId, schedule: Schedule, *, now: int) -> Due | None:
    """Write down what becomes of the ticks that are due, and return it; None when there is nothing to do."""
    return ledger.triggers.settle(
        pipeline, lambda trigger, waiting: due(schedule, cursor=trigger.cursor, now=now, waiting=waiting)
    )


def pause(ledger: Ledger, plans: Plans, pipeline: PipelineId, *, now: int) -> bool:
    """Stop a schedule; say whether that was news. Raises: NotFound, when the pipeline has none."""
    _known(ledger, plans, pipeline, now=now)
    return ledger.triggers.pause(pipeline)


def resume(ledger: Ledger, plans: Plans, pipeline: PipelineId, *, now: int) -> bool:
    """Let a schedule go on from now; say whether that was news. Raises: NotFound, when the pipeline has none."""
    _known(ledger, plans, pipeline, now=now)
    return ledger.triggers.resume(pipeline, lambda trigger, _: _during_the_pause(trigger, now=now), now=now)


def _during_the_pause(trigger: Trigger, *, now: int) -> Due | None:
    return skipped_between(trigger.timing, cursor=trigger.cursor, now=now, reason=SkipReason.PAUSED)


def _known(ledger: Ledger, plans: Plans, pipeline: PipelineId, *, now: int) -> None:
    if pipeline not in keep(ledger, plans.by_pipeline, now=now):
        raise NotFound("schedule of the pipeline", pipeline, hint=_hint(plans, pipeline))


def _hint(plans: Plans, pipeline: PipelineId) -> str:
    plan = plans.by_pipeline.get(pipeline, NOTHING)
    if plan.is_broken:
        return "Its file cannot be read as it is: `flowstone validate` says why."
    if plan.schedule is not None:
        return "It is switched off in the file: `enabled: false`."
    return f"Write `schedule: {{every: 1h}}` into pipelines/{pipeline}.yaml."
