"""How far a run is ahead of its ledger: steps that wait to be written, several in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flowstone.engine.events import BlockFailed, BlockSucceeded, Effect, ItemsListed, RunEvent
from flowstone.engine.machine import Run
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output
from flowstone.model.run import BlockRun, Failure, RunState

BURST = 4
GAP_S = 0.02
"""Source: a transaction costs about 1 ms in all, and a change that is seen 20 ms late is seen at once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some steps of a run that follow each other: how it was and is, what happened, and what waits to be done."""

    before: Run
    after: Run
    events: tuple[RunEvent, ...] = ()
    afterwards: tuple[Effect, ...] = ()
    """Effects that are to be performed once all this is in the ledger."""

    @property
    def changed(self) -> list[BlockRun]:
        """The blocks that are not as they were."""
        return [block for block in self.after.blocks.values() if block is not self.before.blocks.get(block.id)]

    @property
    def artifacts(self) -> list[ArtifactHash]:
        """What the blocks made in it, in the order made."""
        return [artifact for event in self.events for artifact in made_by(event)]


class Unwritten:
    """What the ledger does not have of a run yet. One stretch is being written at a time, and the rest waits."""

    def __init__(self, run: Run) -> None:
        self._waiting = Stretch(run, run)
        self._writing: Stretch | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the ledger has everything."""
        return self._writing is None and not self._waiting.events

    @property
    def only_starts(self) -> bool:
        """Whether nothing waits but blocks' beginnings, which may be written with how they end if that is soon."""
        return not any(isinstance(event, BlockSucceeded | BlockFailed) for event in self._waiting.events)

    @property
    def is_urgent(self) -> bool:
        """Whether something waits for the ledger: the run's end, or what reaches outside."""
        return bool(self._waiting.afterwards) or self._waiting.after.state is not RunState.RUNNING

    def add(self, events: Iterable[RunEvent], after: Run, afterwards: Iterable[Effect]) -> None:
        """Take note of steps that were made."""
        waiting = self._waiting
        self._waiting = Stretch(waiting.before, after, (*waiting.events, *events), (*waiting.afterwards, *afterwards))

    def take(self) -> Stretch | None:
        """Return all that waits, to be written now; nothing while something is, or when nothing waits."""
        if self._writing is not None or not self._waiting.events:
            return None
        self._writing = self._waiting
        self._waiting = Stretch(self._writing.after, self._writing.after)
        return self._writing

    def written(self) -> None:
        """Take note that what was taken is in the ledger."""
        self._writing = None

    def rewind(self) -> tuple[Run, tuple[RunEvent, ...]]:
        """Return the run as the ledger has it and what happened since, and forget that it did."""
        writing = self._writing or Stretch(self._waiting.before, self._waiting.before)
        events = (*writing.events, *self._waiting.events)
        self._writing, self._waiting = None, Stretch(writing.before, writing.before)
        return writing.before, events


class Pace:
    """When the next stretch is to be written: the first ones at once, and in a quick run some blocks together.

    Each transaction waits for the disk, and keeps the ledger from what else it is asked.
    """

    def __init__(self) -> None:
        self._credit = BURST
        self._last = -GAP_S

    def may_go(self, now: float) -> bool:
        """Say whether something may be written now."""
        return self._credit > 0 or now - self._last >= GAP_S

    def next_at(self, now: float) -> float:
        """Return when something may be written."""
        return now if self.may_go(now) else self._last + GAP_S

    def went(self, now: float) -> None:
        """Take note that something is being written; every gap that passed without gives one at once back."""
        self._credit = min(BURST, self._credit + int((now - self._last) / GAP_S)) - 1
        self._last = now


def made_by(event: RunEvent) -> Iterator[ArtifactHash]:
    """Give the artifacts that an attempt ended with, those of a failed one too: they are shown."""
    if isinstance(event, ItemsListed):
        for output in (output for item in event.items for output in item.outputs):
            yield from artifacts_of(output)
    if isinstance(event, BlockSucceeded | BlockFailed) and event.result is not None:
        for output in event.result.outputs:
            yield from artifacts_of(output)


def artifacts_of(output: Output) -> Iterator[ArtifactHash]:
    """Give the artifacts that an output is of: its content, and its pickle if there is one."""
    yield output.hash
    if output.exact is not None:
        yield output.exact.hash


def without(event: RunEvent, artifact: ArtifactHash, *, because: Failure) -> RunEvent:
    """Return an event as it is when an artifact it tells of could not be kept: its attempt has failed for good."""
    if artifact not in made_by(event):
        return event
    if isinstance(event, BlockFailed):
        return replace(event, result=None)
    if isinstance(event, ItemsListed):
        return BlockFailed(event.block, event.attempt, event.at, because, is_final=True)
    if isinstance(event, BlockSucceeded):
        depended_on = event.result.fingerprint
        return BlockFailed(event.block, event.attempt, event.at, because, is_final=True, fingerprint=depended_on)
    return event
