"""What the ledger keeps, as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from flowstone.model.freshness import Part
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.project import DEFAULT_PROFILE
from flowstone.model.run import BlockResult


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a run, as text; the engine knows what it means. Units: at in epoch seconds."""

    seq: int
    at: float
    kind: str
    body: str


PUT_EVENT = "INSERT INTO run_events (run_id, seq, at, kind, body) VALUES (?, ?, ?, ?, ?)"


def event_row(run: RunId, event: Event) -> tuple[str, int, float, str, str]:
    """Return the values that `PUT_EVENT` binds."""
    return run, event.seq, event.at, event.kind, event.body


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result and what it was made from."""

    pipeline: PipelineId
    block: BlockId
    fingerprint: Fingerprint
    run: RunId
    made_at: float
    parts: tuple[Part, ...]
    result: BlockResult
    profile: str = DEFAULT_PROFILE
    id: int | None = field(default=None, compare=False)
    """The ledger's own number of it; None until it is there."""
