"""Schedules, their ticks and alerts, as they travel."""

from __future__ import annotations

from flowstone.model.firing import Firing, Letter
from flowstone.model.schedule import Cron
from flowstone.schedule.overview import ScheduleStatus
from flowstone.schedule.words import words_of
from flowstone.web import wire_types as wire


def schedule_view(status: ScheduleStatus, *, is_trusted: bool) -> wire.ScheduleView:
    """Return a pipeline's schedule."""
    schedule = status.schedule
    cron = schedule.timing if isinstance(schedule.timing, Cron) else None
    return wire.ScheduleView(
        pipeline=status.pipeline,
        words=words_of(schedule.timing),
        cron=None if cron is None else cron.expression,
        timezone=None if cron is None else cron.timezone,
        catch_up=schedule.catch_up,
        overlap=schedule.overlap,
        params=dict(schedule.params),
        profile=schedule.profile,
        is_enabled=schedule.enabled,
        is_paused=status.is_paused,
        is_failing=status.trigger is not None and status.trigger.is_failing,
        is_trusted=is_trusted,
        next=list(status.next) if is_trusted else [],
        recent=[_firing_view(firing) for firing in status.recent],
        alerts=[_alert_view(letter) for letter in status.letters],
    )


def _firing_view(firing: Firing) -> wire.FiringView:
    return wire.FiringView(
        at=firing.logical_at,
        first_at=firing.first_at,
        ticks=firing.ticks,
        state=firing.state,
        reason=firing.reason,
        run=firing.run,
    )


def _alert_view(letter: Letter) -> wire.AlertView:
    return wire.AlertView(
        run=letter.run,
        kind=letter.kind,
        state=letter.state,
        attempts=letter.attempts,
        why=letter.why,
        title=letter.title,
    )
