"""Performs what the run machine asks for, and turns what happens into its events.

Order: an event is stepped at once, and blocks that change nothing outside are started; then it is written to the
ledger, together with whatever else happened meanwhile; then it is told, and what reaches outside is done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flowstone.disk.failpoints import reach
from flowstone.engine.attempts import Attempts, failure_of
from flowstone.engine.events import (
    CallBack,
    DelayPassed,
    Effect,
    EndRun,
    GatherItems,
    RunBegan,
    RunEvent,
    StartBlock,
    StopBlock,
    StopCallback,
    StopRequested,
    WaitBefore,
)
from flowstone.engine.fingerprints import fingerprint
from flowstone.engine.machine import Plan, new_run, step
from flowstone.engine.notices import BlockChanged, RunChanged
from flowstone.engine.run_surroundings import Resumed, Surroundings
from flowstone.engine.unwritten import Pace, Stretch, Unwritten, made_by, without
from flowstone.errors.base import FlowstoneError
from flowstone.model.graph import descendants
from flowstone.model.ids import ArtifactHash, BlockId, mapped_block
from flowstone.model.run import BlockResult, BlockRun, BlockState, Failure, RunRecord, RunState
from flowstone.store.adoption import NotAdopted
from flowstone.store.codec import encode_text
from flowstone.store.ledger.records import Event, StoredResult

log = logging.getLogger("flowstone.engine")

SOON_S = 0.004
"""How long the beginning of a block may wait to be written and told together with its end."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A stretch of the run is in the ledger."""

    record: RunRecord
    changed: list[tuple[int, BlockRun]]
    afterwards: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class _Lost:
    """An artifact could not be kept, and nothing of its stretch is in the ledger."""

    artifact: ArtifactHash
    why: Failure


class Driver:
    """Drives one run from its beginning to its end."""

    def __init__(
        self,
        record: RunRecord,
        plan: Plan,
        *,
        given: Mapping[BlockId, BlockResult],
        surroundings: Surroundings,
        resumed: Resumed | None = None,
    ) -> None:
        self._record = record
        self._run = new_run(plan) if resumed is None else resumed.run
        self._given = given
        self._around = surroundings
        self._positions = {block: index for index, block in enumerate(self._run.blocks)}
        self._events: asyncio.Queue[RunEvent | _Written | _Lost | BaseException] = asyncio.Queue()
        self._unwritten = Unwritten(self._run)
        self._performed: set[Effect] = set()
        self._pace = Pace()
        self._next_write: asyncio.TimerHandle | None = None
        self._seq = 0 if resumed is None else resumed.seq
        self._tasks: set[asyncio.Task[None]] = set()
        self._attempts = Attempts(
            record,
            given=given,
            surroundings=surroundings,
            run=lambda: self._run,
            post=self._events.put_nowait,
            spawn=self._spawn,
            lines={} if resumed is None else resumed.lines,
        )

    @property
    def record(self) -> RunRecord:
        """The run as it is now."""
        return self._record

    def stop(self) -> None:
        """Ask the run to end."""
        self._events.put_nowait(StopRequested(self._around.clock()))

    async def drive(self) -> RunRecord:
        """Run to the end, and return the run as it ended.

        Raises: whatever the ledger raises, or a part of this that is broken; what ran has then been ended.
        """
        self._events.put_nowait(RunBegan(self._around.clock(), self._given))
        try:
            while self._run.state is RunState.RUNNING or not self._unwritten.is_empty:
                self._take(await self._next_signals())
                self._write_soon()
        finally:
            await self._settle()
        return self._record

    async def _next_signals(self) -> list[RunEvent | _Written | _Lost]:
        """Wait for something to happen; take what else has happened already with it, so that it shares a commit."""
        found = [await self._events.get()]
        while not self._events.empty():
            found.append(self._events.get_nowait())
        signals: list[RunEvent | _Written | _Lost] = []
        for signal in found:
            if isinstance(signal, BaseException):
                raise signal
            signals.append(signal)
        return signals

    def _take(self, signals: list[RunEvent | _Written | _Lost]) -> None:
        events: list[RunEvent] = []
        unfounded: frozenset[BlockId] = frozenset()
        for signal in signals:
            match signal:
                case _Written():
                    self._show(signal)
                case _Lost(artifact, failure):
                    unfounded |= self._rewind(artifact, failure)
                case _:
                    events.append(signal)
        self._advance(event for event in events if _block_of(event) not in unfounded)

    def _advance(self, events: Iterable[RunEvent]) -> None:
        """Step on, ahead of the ledger. What reaches outside waits for it; what can be done again with no harm begins.

        An effect that was performed before the run was rewound is not performed again.
        """
        afterwards: list[Effect] = []
        # What comes after the end was too late: the end is written once.
        events = [event for event in events if self._run.state is RunState.RUNNING]
        for event in events:
            self._run, effects = step(self._run, event)
            for effect in effects:
                if not self._may_go_ahead(effect):
                    afterwards.append(effect)
                elif effect not in self._performed:
                    self._performed.add(effect)
                    self._perform(effect)
        self._unwritten.add(events, self._run, afterwards)

    def _may_go_ahead(self, effect: Effect) -> bool:
        match effect:
            case StartBlock(block, _, _):
                return not self._around.preparation.acts_outside(mapped_block(block))
            case StopBlock() | WaitBefore() | GatherItems():
                return True
            case _:
                return False

    def _write_soon(self) -> None:
        """Write all that waits, in one transaction, when its turn has come and nothing else is being written."""
        loop = asyncio.get_running_loop()
        at = max(self._pace.next_at(loop.time()), loop.time() + (SOON_S if self._unwritten.only_starts else 0))
        if self._unwritten.is_urgent or at <= loop.time():
            self._write_now()
        elif not self._unwritten.is_empty and self._next_write is None:
            self._next_write = loop.call_at(at, self._write_now)

    def _write_now(self) -> None:
        if self._next_write is not None:
            self._next_write.cancel()
            self._next_write = None
        stretch = self._unwritten.take()
        if stretch is not None:
            self._pace.went(asyncio.get_running_loop().time())
            self._spawn(self._write(stretch))

    async def _write(self, stretch: Stretch) -> None:
        record = self._record_after(stretch)
        changed = [(self._positions.setdefault(b.id, len(self._positions)), b) for b in stretch.changed]
        made = [self._stored(b) for _, b in changed if b.state is BlockState.DONE and b.item is None and b.result]
        rows = [self._row(event, self._seq + nth) for nth, event in enumerate(stretch.events, start=1)]
        try:
            await self._around.history.record(
                record, events=rows, changed=changed, made=made, artifacts=stretch.artifacts
            )
        except NotAdopted as lost:
            self._events.put_nowait(_Lost(lost.artifact, _why(lost)))
            return
        reach("run.recorded")
        self._seq += len(rows)
        self._unwritten.written()
        self._events.put_nowait(_Written(record, changed, stretch.afterwards))

    def _record_after(self, stretch: Stretch) -> RunRecord:
        state = stretch.after.state
        ended_at = None if state is RunState.RUNNING else self._around.clock()
        return replace(self._record, state=state, ended_at=ended_at, blocks=tuple(stretch.after.blocks.values()))

    def _show(self, written: _Written) -> None:
        self._record = written.record  # only now: nobody may see a state that the ledger does not have
        self._tell(written)
        reach("run.told")
        for effect in written.afterwards:
            self._perform(effect)

    def _rewind(self, artifact: ArtifactHash, failure: Failure) -> frozenset[BlockId]:
        """Go back to what the ledger has, and on again as if the block whose output could not be kept had failed.

        What lies below it has begun on what is no more: that is ended and forgotten, and begins anew if it still may.
        Returns the blocks below: what has been heard of them is no longer true.
        """
        self._run, events = self._unwritten.rewind()
        lost = {_block_of(event) for event in events if artifact in made_by(event)}
        below = descendants(self._run.plan.upstream, (block for block in lost if block))
        self._attempts.disown(below)
        self._performed = {effect for effect in self._performed if _block_of(effect) not in below}
        self._advance(without(event, artifact, because=failure) for event in events if _block_of(event) not in below)
        return below

    def _row(self, event: RunEvent, seq: int) -> Event:
        return Event(seq, event.at, type(event).__name__, encode_text(event))

    def _stored(self, block: BlockRun) -> StoredResult:
        parts = self._attempts.parts(block.id)
        return StoredResult(
            pipeline=self._record.pipeline,
            block=block.id,
            fingerprint=fingerprint(parts),
            run=self._record.id,
            made_at=block.ended_at or self._around.clock(),
            parts=parts,
            result=block.result or BlockResult(),
            profile=self._record.profile,
        )

    def _tell(self, written: _Written) -> None:
        for _, block in written.changed:
            self._around.tell(BlockChanged(self._record.pipeline, self._record.id, block))
        if written.record.state is not RunState.RUNNING:
            self._around.tell(RunChanged(self._record))

    def _perform(self, effect: Effect) -> None:
        match effect:
            case StartBlock(block, attempt, may_reuse):
                self._attempts.start(block, attempt, may_reuse=may_reuse)
            case StopBlock(block, attempt):
                self._attempts.stop(block, attempt)
            case WaitBefore(block, attempt, delay_s):
                self._later(delay_s, lambda at: DelayPassed(block, attempt, at))
            case GatherItems(block, attempt, items):
                self._attempts.gather(block, attempt, items)
            case CallBack(block, outcome):
                self._attempts.call_back(block, outcome)
            case StopCallback(block):
                self._attempts.stop_callback(block)
            case EndRun():
                pass

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Let what nobody foresaw end the run, rather than leave a block running for ever."""
        self._tasks.discard(task)
        wrong = None if task.cancelled() else task.exception()
        if wrong is not None:
            self._events.put_nowait(wrong)

    def _later(self, delay_s: float, event: Callable[[float], RunEvent]) -> None:
        async def wait() -> None:
            await asyncio.sleep(delay_s)
            self._events.put_nowait(event(self._around.clock()))

        self._spawn(wait())

    async def _settle(self) -> None:
        """Let go of timers and of attempts that nobody waits for any more."""
        if self._next_write is not None:
            self._next_write.cancel()
        await self._attempts.stop_all()
        for task in list(self._tasks):
            if not task.done():
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        try:
            await self._around.history.let_go()
        except OSError as wrong:  # names that are left behind are removed when the project is next opened
            log.warning("outputs of the run %s are still held: %s", self._record.id, wrong)


def _block_of(thing: object) -> BlockId | None:
    """Return the block that an event or an effect is about, the mapped one for its items; None for the whole run."""
    block = getattr(thing, "block", None)
    return None if block is None else mapped_block(block)


def _why(lost: NotAdopted) -> Failure:
    cause = lost.__cause__
    return failure_of(cause) if isinstance(cause, FlowstoneError | OSError) else Failure("system", str(cause))
