"""A schedule's time in the words of people."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim

from flowstone.model.schedule import Every, SkipReason, Timing
from flowstone.store.durations import write_duration

SKIPPED_BECAUSE = {
    SkipReason.MISSED: "nobody was there to start it",
    SkipReason.OVERLAP: "the run before was still going",
    SkipReason.QUEUE_FULL: "too many runs were waiting",
    SkipReason.PAUSED: "the schedule was paused",
    SkipReason.REPLACED: "the schedule was changed",
}


def words_of(timing: Timing) -> str:
    """Say when a schedule's runs start: `At 06:00 every day, Europe/Berlin`."""
    if isinstance(timing, Every):
        return f"Every {write_duration(timing.seconds)}"
    return f"{CronSim(timing.expression, datetime.now(UTC)).explain()}, {timing.timezone}"
