"""What a run's driver needs of others, and what it goes on with when the run is taken up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from flowstone.engine.executor import Executor
from flowstone.engine.jobs import BlockJob
from flowstone.engine.machine import Run
from flowstone.engine.notices import Notice
from flowstone.engine.redaction import Redactor
from flowstone.engine.resources import Resources
from flowstone.model.freshness import Part
from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint
from flowstone.model.run import BlockResult, BlockRun, RunRecord
from flowstone.store.ledger.records import Event, StoredResult


class Preparation(Protocol):
    """What a driver must know of a block before it can start: how it is called, and what it depends on."""

    def parts(self, block: BlockId, results: Mapping[BlockId, BlockResult | None]) -> tuple[Part, ...]:
        """Return everything that the block's output depends on."""
        ...

    def job(self, block: BlockId, attempt: int, results: Mapping[BlockId, BlockResult | None]) -> BlockJob:
        """Return what a worker needs to run an attempt."""
        ...

    @property
    def artifacts(self) -> str:
        """Where the run's outputs are."""
        ...

    def knows(self, block: BlockId) -> bool:
        """Say whether a block's `parts` can be told at once, with no file to read."""
        ...

    def acts_outside(self, block: BlockId) -> bool:
        """Say whether a block may change something outside the run, so that starting it again may do harm."""
        ...


class History(Protocol):
    """What a driver writes down, and looks up."""

    async def record(
        self,
        run: RunRecord,
        *,
        events: Sequence[Event],
        changed: Sequence[tuple[int, BlockRun]],
        made: Sequence[StoredResult],
        artifacts: Sequence[ArtifactHash],
    ) -> None:
        """See that what blocks made is on the disk; then write down what happened, what it changed and what it made.

        Raises: NotAdopted, with nothing written, when an artifact cannot be kept.
        """
        ...

    async def let_go(self) -> None:
        """Forget what was kept at hand for the run's blocks."""
        ...

    async def reusable(self, block: BlockId, wanted: Fingerprint, *, at: float) -> BlockResult | None:
        """Return a stored result that counts for a fingerprint and can still be opened."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything outside a run that its driver uses."""

    executor: Executor
    history: History
    preparation: Preparation
    logs: Path
    clock: Callable[[], float]
    tell: Callable[[Notice], None]
    redactor: Redactor = field(default_factory=Redactor)
    """Takes out of logs and failures what nobody should read there."""
    resources: Resources = field(default_factory=lambda: Resources({}))
    """What all runs of this process share."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A run that goes on: how it was left, its last event's number, and how many lines each block has printed."""

    run: Run
    seq: int
    lines: Mapping[BlockId, int] = field(default_factory=dict)
