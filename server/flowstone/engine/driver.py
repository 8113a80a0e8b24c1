"""Performs what the run machine asks for, and turns what happens into its events.

Order: an event is stepped at once, and blocks that change nothing outside are started; then it is written to the
ledger, together with whatever else happened meanwhile; then it is told, and what reaches outside is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from flowstone.disk.failpoints import reach
from flowstone.engine.asked_values import small_value
from flowstone.engine.callbacks import CALLBACK_WITHIN_S, called
from flowstone.engine.events import (
    BlockFailed,
    BlockReused,
    BlockStopped,
    BlockSucceeded,
    CallBack,
    CallbackEnded,
    DelayPassed,
    Effect,
    EndRun,
    GatherItems,
    ItemsListed,
    RunBegan,
    RunEvent,
    StartBlock,
    StopBlock,
    StopCallback,
    StopRequested,
    TimeoutPassed,
    WaitBefore,
)
from flowstone.engine.executor import Attempt, Executor, Observer
from flowstone.engine.fingerprints import fingerprint
from flowstone.engine.jobs import BlockJob, BlockOutcome, Task
from flowstone.engine.log_capture import LogCapture
from flowstone.engine.machine import Plan, Run, new_run, step
from flowstone.engine.mapped_jobs import (
    for_item,
    gathered,
    gathering,
    items_listed,
    items_of_param,
    listing,
    with_receipts,
)
from flowstone.engine.notices import BlockChanged, LogAppended, Notice, Progressed, RunChanged
from flowstone.engine.planning import asked_values
from flowstone.engine.redaction import Redactor
from flowstone.engine.resources import Resources
from flowstone.engine.unwritten import Pace, Stretch, Unwritten, without
from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import CallbackStopped, TimedOut
from flowstone.model.freshness import Part
from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint, mapped_block
from flowstone.model.logs import LogLine
from flowstone.model.run import BlockResult, BlockRun, BlockState, Failure, Outcome, RunRecord, RunState, Usage
from flowstone.store.adoption import NotAdopted
from flowstone.store.codec import encode_text
from flowstone.store.ledger.records import Event, StoredResult
from flowstone.store.log_files import log_path

SOON_S = 0.004
"""How long the beginning of a block may wait to be written and told together with its end."""


class Preparation(Protocol):
    """What the driver must know of a block before it can start: how it is called, and what it depends on."""

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
    """What the driver writes down, and looks up."""

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
        self._asked = asked_values(plan)
        self._tasks: set[asyncio.Task[None]] = set()
        self._attempts: dict[tuple[BlockId, int], Attempt] = {}
        self._starts: dict[tuple[BlockId, int], asyncio.Task[None]] = {}
        self._parts: dict[BlockId, tuple[Part, ...]] = {}
        self._calls: dict[BlockId, asyncio.Task[None]] = {}
        self._next_seq: dict[BlockId, int] = {} if resumed is None else dict(resumed.lines)

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
        for signal in signals:
            match signal:
                case _Written():
                    self._show(signal)
                case _Lost(artifact, failure):
                    self._rewind(artifact, failure)
                case _:
                    events.append(signal)
        if events:
            self._advance(events)

    def _advance(self, events: Iterable[RunEvent]) -> None:
        """Step on, ahead of the ledger. What reaches outside waits for it; what can be done again with no harm begins.

        An effect that was performed before the run was rewound is not performed again.
        """
        afterwards: list[Effect] = []
        events = list(events)
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
        record = replace(
            self._record,
            state=stretch.after.state,
            ended_at=None if stretch.after.state is RunState.RUNNING else self._around.clock(),
            blocks=tuple(stretch.after.blocks.values()),
        )
        changed = [(self._positions.setdefault(b.id, len(self._positions)), b) for b in stretch.changed]
        made = [self._stored(b) for _, b in changed if b.state is BlockState.DONE and b.item is None and b.result]
        rows = [self._row(event, self._seq + nth) for nth, event in enumerate(stretch.events, start=1)]
        try:
            await self._around.history.record(
                record, events=rows, changed=changed, made=made, artifacts=stretch.artifacts
            )
        except NotAdopted as lost:
            cause = lost.__cause__
            failure = _failure(cause) if isinstance(cause, FlowstoneError | OSError) else Failure("system", str(cause))
            self._events.put_nowait(_Lost(lost.artifact, failure))
            return
        reach("run.recorded")
        self._seq += len(rows)
        self._unwritten.written()
        self._events.put_nowait(_Written(record, changed, stretch.afterwards))

    def _show(self, written: _Written) -> None:
        self._record = written.record  # only now: nobody may see a state that the ledger does not have
        self._tell(written)
        reach("run.told")
        for effect in written.afterwards:
            self._perform(effect)

    def _rewind(self, artifact: ArtifactHash, failure: Failure) -> None:
        """Go back to what the ledger has, and on again as if the block whose output could not be kept had failed."""
        self._run, events = self._unwritten.rewind()
        self._advance(without(event, artifact, because=failure) for event in events)
        for block, attempt in self._starts:
            now = self._run.blocks.get(block, BlockRun(block))
            if now.state is not BlockState.RUNNING and (block, attempt) in self._attempts:
                self._spawn(self._stop_attempt(block, attempt))  # it began on what is no more

    def _row(self, event: RunEvent, seq: int) -> Event:
        return Event(seq, event.at, type(event).__name__, encode_text(event))

    def _stored(self, block: BlockRun) -> StoredResult:
        parts = self._parts[block.id]
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
                self._starts[block, attempt] = self._spawn(self._start(block, attempt, may_reuse=may_reuse))
            case StopBlock(block, attempt):
                self._spawn(self._stop_attempt(block, attempt))
            case WaitBefore(block, attempt, delay_s):
                self._later(delay_s, lambda at: DelayPassed(block, attempt, at))
            case GatherItems(block, attempt, items):
                self._starts[block, attempt] = self._spawn(self._gather(block, attempt, items))
            case CallBack(block, outcome):
                self._calls[block] = self._spawn(self._call_back(block, outcome))
            case StopCallback(block):
                self._calls[block].cancel()
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

    async def _start(self, block: BlockId, attempt: int, *, may_reuse: bool) -> None:
        try:
            results = self._results()
            self._parts[block] = await self._parts_of(mapped_block(block), results)
            if may_reuse:
                found = await self._around.history.reusable(
                    block, fingerprint(self._parts[block]), at=self._around.clock()
                )
                if found is not None:
                    value = await self._value(block, found)
                    self._events.put_nowait(BlockReused(block, self._around.clock(), found, value))
                    return
            await self._begin(block, attempt, self._around.preparation.job(mapped_block(block), attempt, results))
        except (FlowstoneError, OSError) as wrong:
            why, depended_on = _failure(wrong), self._fingerprint(block)
            self._events.put_nowait(
                BlockFailed(block, attempt, self._around.clock(), why, is_final=True, fingerprint=depended_on)
            )

    async def _begin(self, block: BlockId, attempt: int, job: BlockJob) -> None:
        """Run a block, or an item of a mapped one; of a mapped block itself, find out what its items are."""
        mapped = self._run.plan.mapped.get(mapped_block(block))
        item = self._run.blocks[block].item
        if mapped is None:
            await self._attempt(block, attempt, job)
        elif item is not None:
            await self._attempt(block, attempt, for_item(job, mapped, block, item))
        elif (items := items_of_param(job, mapped)) is not None:
            self._events.put_nowait(ItemsListed(block, attempt, self._around.clock(), items))
        else:
            await self._attempt(block, attempt, listing(job, mapped))

    async def _gather(self, block: BlockId, attempt: int, items: tuple[BlockId, ...]) -> None:
        """Put together what a mapped block's items gave; receipts alone need no worker."""
        try:
            results = self._results()
            self._parts[block] = await self._parts_of(block, results)
            gave = gathered(self._run, items)
            if items and not any(result.outputs for result in gave):
                self._succeeded(block, attempt, with_receipts(BlockResult(), gave), None, None)
                return
            job = gathering(self._around.preparation.job(block, attempt, results), gave)
            await self._attempt(block, attempt, job, gave=gave)
        except (FlowstoneError, OSError) as wrong:
            self._events.put_nowait(BlockFailed(block, attempt, self._around.clock(), _failure(wrong), is_final=True))

    async def _call_back(self, block: BlockId, outcome: Outcome) -> None:
        """Have a block's callbacks called; whatever happens, it is told that they ended."""
        failure: Failure | None = Failure.of(CallbackStopped(block))
        try:
            now = self._run.blocks[block]
            job = self._around.preparation.job(block, now.attempt, self._results())
            task = Task(outcome.value, failure=now.failure)
            log = self._open_log(block)
            try:
                failure = await called(self._around.executor, replace(job, inputs=(), task=task), log)
            finally:
                self._next_seq[block] = log.close()
        except (FlowstoneError, OSError) as wrong:
            failure = _failure(wrong)
        except TimeoutError:
            failure = Failure.of(TimedOut(f"The callbacks of {block} ran longer than {CALLBACK_WITHIN_S:g} s"))
        finally:
            told = None if failure is None else self._around.redactor.failure(failure)
            self._events.put_nowait(CallbackEnded(block, self._around.clock(), told))

    async def _value(self, block: BlockId, result: BlockResult) -> Any:
        """Return what a block gave, if a condition asks about it."""
        if block not in self._asked:
            return None
        return await asyncio.to_thread(small_value, self._around.preparation.artifacts, result)

    async def _parts_of(self, block: BlockId, results: Mapping[BlockId, BlockResult | None]) -> tuple[Part, ...]:
        preparation = self._around.preparation
        if preparation.knows(block):
            return preparation.parts(block, results)
        # Hashing files and parsing modules may take seconds, which the loop does not have.
        return await asyncio.to_thread(preparation.parts, block, results)

    def _results(self) -> dict[BlockId, BlockResult | None]:
        own = {block.id: block.result for block in self._run.blocks.values()}
        return {**self._given, **own}

    async def _attempt(self, block: BlockId, attempt: int, job: BlockJob, *, gave: Sequence[BlockResult] = ()) -> None:
        uses = self._run.plan.uses.get(mapped_block(block), {}) if job.task is None else {}
        async with self._around.resources.taken(uses):
            await self._attempt_now(block, attempt, job, gave=gave)

    async def _attempt_now(self, block: BlockId, attempt: int, job: BlockJob, *, gave: Sequence[BlockResult]) -> None:
        log = self._open_log(block)
        try:
            running = await self._around.executor.start(job, self._observer(block, log))
            outcome = await self._outcome(block, attempt, running)
        finally:
            self._next_seq[block] = log.close()
        at = self._around.clock()
        if outcome.was_stopped:
            self._events.put_nowait(BlockStopped(block, attempt, at, outcome.usage))
        elif outcome.failure is not None:
            self._events.put_nowait(
                BlockFailed(
                    block,
                    attempt,
                    at,
                    self._around.redactor.failure(outcome.failure),
                    outcome.result,
                    fingerprint=self._fingerprint(block),
                    usage=outcome.usage,
                )
            )
        elif job.task is not None and job.task.kind == "list":
            items = items_listed(outcome.result or BlockResult())
            self._events.put_nowait(ItemsListed(block, attempt, at, items))
        else:
            result = with_receipts(outcome.result or BlockResult(), gave)
            value = await self._value(block, result)
            self._succeeded(block, attempt, result, outcome.usage, value)

    def _succeeded(self, block: BlockId, attempt: int, result: BlockResult, usage: Usage | None, value: Any) -> None:
        at = self._around.clock()
        seconds = at - (self._run.blocks[block].started_at or at)
        whole = replace(result, fingerprint=fingerprint(self._parts[block]), seconds=seconds)
        self._events.put_nowait(BlockSucceeded(block, attempt, at, whole, usage, value))

    async def _outcome(self, block: BlockId, attempt: int, running: Attempt) -> BlockOutcome:
        self._attempts[block, attempt] = running
        timeout = self._timeout(block, attempt)
        try:
            return await running.outcome()
        finally:
            del self._attempts[block, attempt]
            if timeout is not None:
                timeout.cancel()

    def _fingerprint(self, block: BlockId) -> Fingerprint | None:
        parts = self._parts.get(block)
        return None if parts is None else fingerprint(parts)

    def _open_log(self, block: BlockId) -> LogCapture:
        def tell(lines: tuple[LogLine, ...]) -> None:
            self._around.tell(LogAppended(self._record.id, block, lines))

        path = log_path(self._around.logs, self._record.id, block)
        return LogCapture(
            path,
            first_seq=self._next_seq.get(block, 0),
            clock=self._around.clock,
            tell=tell,
            redact=self._around.redactor.text,
        )

    def _observer(self, block: BlockId, log: LogCapture) -> Observer:
        def progressed(done: int, total: int | None) -> None:
            self._around.tell(Progressed(self._record.pipeline, self._record.id, block, done, total))

        return Observer(log.printed, progressed, log.dropped)

    def _timeout(self, block: BlockId, attempt: int) -> asyncio.TimerHandle | None:
        limit_s = None if self._run.is_parent(block) else self._run.plan.timeouts_s.get(mapped_block(block))
        if limit_s is None:
            return None
        return asyncio.get_running_loop().call_later(
            limit_s,
            lambda: self._events.put_nowait(
                TimeoutPassed(block, attempt, self._around.clock(), self._fingerprint(block))
            ),
        )

    async def _stop_attempt(self, block: BlockId, attempt: int) -> None:
        running = self._attempts.get((block, attempt))
        if running is not None:
            await running.stop()
            return
        self._starts[block, attempt].cancel()  # it may wait for a worker, behind what other runs do
        self._events.put_nowait(BlockStopped(block, attempt, self._around.clock()))

    async def _settle(self) -> None:
        """Let go of timers and of attempts that nobody waits for any more."""
        if self._next_write is not None:
            self._next_write.cancel()
        for block, attempt in list(self._attempts):
            await self._stop_attempt(block, attempt)
        for task in list(self._tasks):
            if not task.done():
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._around.history.let_go()


def _failure(wrong: FlowstoneError | OSError) -> Failure:
    if isinstance(wrong, FlowstoneError):
        return Failure.of(wrong)
    return Failure("system", str(wrong), exception=type(wrong).__name__)
