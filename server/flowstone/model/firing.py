"""What the ledger knows of schedules: where each stands, and what became of its ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from flowstone.model.alerts import AlertKind
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.schedule import Timing

SCHEDULED = "schedule"
"""The trigger of runs that a schedule started."""
AWAY = -1
"""The cursor of a trigger whose schedule is no longer in the files, while something of it is still to be known."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Where a pipeline's schedule stands: `cursor` is the newest tick that has been dealt with, in epoch seconds."""

    pipeline: PipelineId
    timing: Timing
    cursor: int
    is_paused: bool = False
    is_failing: bool = False
    """Whether its last run failed, so that the next that does not is a recovery."""

    @property
    def is_away(self) -> bool:
        """Whether its schedule is not in the files; when it is back, it counts from then."""
        return self.cursor == AWAY


class FiringState(StrEnum):
    """What became of a tick."""

    PENDING = "pending"
    """Its run is to be started."""
    STARTED = "started"
    ENDED = "ended"
    REFUSED = "refused"
    """Its run could not start; `reason` says why."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Firing:
    """A tick, or several that were skipped together: those from `first_at` to `logical_at`. Units: epoch seconds."""

    pipeline: PipelineId
    logical_at: int
    first_at: int
    ticks: int
    state: FiringState
    reason: str = ""
    """A SkipReason, or what a refusal said."""
    run: RunId | None = None


def run_of(pipeline: PipelineId, logical_at: int) -> RunId:
    """Return the id of the run that a tick makes: always the same, so that it starts once whoever tries."""
    digest = sha256(f"{SCHEDULED}:{pipeline}:{logical_at}".encode()).hexdigest()[:10]
    return RunId(f"{datetime.fromtimestamp(logical_at, UTC):%Y%m%d-%H%M%S}-s{digest}")


class LetterState(StrEnum):
    """How an alert is doing on its way."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Letter:
    """An alert to one receiver: `target` is the digest of its url as the file has it; the url itself is never kept."""

    run: RunId
    pipeline: PipelineId
    kind: AlertKind
    target: str
    title: str
    body: str
    state: LetterState = LetterState.WAITING
    attempts: int = 0
    why: str = ""
    """What kept the last attempt from arriving, without secrets."""
    id: int | None = None
