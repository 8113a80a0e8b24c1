"""Attempts of a run's blocks, from the effect that asks for one to the event that says how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flowstone.engine.asked_values import small_value
from flowstone.engine.callbacks import CALLBACK_WITHIN_S, called
from flowstone.engine.events import (
    BlockFailed,
    BlockReused,
    BlockStopped,
    BlockSucceeded,
    CallbackEnded,
    ItemsListed,
    RunEvent,
    TimeoutPassed,
)
from flowstone.engine.executor import Attempt, Observer
from flowstone.engine.fingerprints import fingerprint
from flowstone.engine.jobs import BlockJob, BlockOutcome, Task
from flowstone.engine.log_capture import LogCapture
from flowstone.engine.machine import Run
from flowstone.engine.mapped_jobs import (
    for_item,
    gathered,
    gathering,
    items_listed,
    items_of_param,
    listing,
    with_receipts,
)
from flowstone.engine.notices import LogAppended, Progressed
from flowstone.engine.planning import asked_values
from flowstone.engine.run_surroundings import Surroundings
from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import CallbackStopped, TimedOut
from flowstone.model.freshness import Part
from flowstone.model.ids import BlockId, Fingerprint, mapped_block
from flowstone.model.logs import LogLine
from flowstone.model.run import BlockResult, BlockRun, Failure, Outcome, RunRecord, Usage
from flowstone.store.log_files import log_path

Results = Mapping[BlockId, BlockResult | None]
Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
_Key = tuple[BlockId, int]


class Attempts:
    """The attempts of one run's blocks and the calls of their callbacks: each ends with an event that is posted."""

    def __init__(
        self,
        record: RunRecord,
        *,
        given: Mapping[BlockId, BlockResult],
        surroundings: Surroundings,
        run: Callable[[], Run],
        post: Callable[[RunEvent], None],
        spawn: Spawn,
        lines: Mapping[BlockId, int],
    ) -> None:
        """Run attempts of the run that `run` returns as it is now; `lines` says how many each block has printed."""
        self._id, self._pipeline = record.id, record.pipeline
        self._given = given
        self._around = surroundings
        self._run = run
        self._post = post
        self._spawn = spawn
        self._asked = asked_values(run().plan)
        self._next_line = dict(lines)
        self._parts: dict[BlockId, tuple[Part, ...]] = {}
        self._starts: dict[_Key, asyncio.Task[None]] = {}
        self._running: dict[_Key, Attempt] = {}
        self._decided: set[_Key] = set()
        """Attempts that have ended, and whose event is on its way: a stop comes too late."""
        self._given_up: set[_Key] = set()
        """Attempts that were stopped before their start."""
        self._disowned: dict[_Key, asyncio.Task[None]] = {}
        """Attempts that the next of that name waits for."""
        self._unheard: set[asyncio.Task[None]] = set()
        """Those of which nobody wants to hear any more."""
        self._calls: dict[BlockId, asyncio.Task[None]] = {}
        self._calling: set[BlockId] = set()

    def start(self, block: BlockId, attempt: int, *, may_reuse: bool) -> None:
        """Start a block, or take up a stored result of it that counts."""
        if (block, attempt) not in self._given_up:
            self._begin_with(block, attempt, self._start(block, attempt, may_reuse=may_reuse))

    def gather(self, block: BlockId, attempt: int, items: tuple[BlockId, ...]) -> None:
        """Put together what a mapped block's items gave."""
        self._begin_with(block, attempt, self._gather(block, attempt, items))

    def stop(self, block: BlockId, attempt: int) -> None:
        """End an attempt, wherever it is."""
        self._spawn(self._stop(block, attempt))

    def disown(self, blocks: Collection[BlockId]) -> None:
        """End the attempts of blocks that began on what is no more, unheard; the next of that name begins after."""
        for key in [key for key in self._starts if mapped_block(key[0]) in blocks]:
            begun = self._disowned[key] = self._starts.pop(key)
            self._unheard.add(begun)
            begun.add_done_callback(self._unheard.discard)
            self._decided.discard(key)
            running = self._running.get(key)
            if running is None:
                begun.cancel()
            else:
                self._spawn(running.stop())

    async def stop_all(self) -> None:
        """End every attempt that a worker runs, and wait until the executor has heard of it."""
        await asyncio.gather(*(self._stop(block, attempt) for block, attempt in list(self._running)))

    def call_back(self, block: BlockId, outcome: Outcome) -> None:
        """Have a block's callbacks called."""
        self._calling.discard(block)
        self._calls[block] = self._spawn(self._call_back(block, outcome))

    def stop_callback(self, block: BlockId) -> None:
        """End a block's callbacks."""
        self._calls[block].cancel()
        if block not in self._calling:  # cancelled before its first step, it says nothing
            self._post(CallbackEnded(block, self._around.clock(), Failure.of(CallbackStopped(block))))

    def parts(self, block: BlockId) -> tuple[Part, ...]:
        """Return what the output of a block that was started depends on."""
        return self._parts[block]

    def _begin_with(self, block: BlockId, attempt: int, work: Coroutine[Any, Any, None]) -> None:
        before = self._disowned.pop((block, attempt), None)
        self._starts[block, attempt] = self._spawn(work if before is None else _after(before, work))

    def _tell(self, event: RunEvent) -> None:
        """Post what an attempt has come to, unless nobody wants to hear of it."""
        if asyncio.current_task() not in self._unheard:
            self._post(event)

    async def _start(self, block: BlockId, attempt: int, *, may_reuse: bool) -> None:
        try:
            results = self._results()
            self._parts[block] = await self._parts_of(mapped_block(block), results)
            if may_reuse and await self._reused(block):
                return
            await self._begin(block, attempt, self._around.preparation.job(mapped_block(block), attempt, results))
        except (FlowstoneError, OSError) as wrong:
            self._could_not_run(block, attempt, wrong, depended_on=self._fingerprint(block))

    async def _reused(self, block: BlockId) -> bool:
        """Take up a stored result that counts; say whether there was one."""
        wanted = fingerprint(self._parts[block])
        found = await self._around.history.reusable(block, wanted, at=self._around.clock())
        if found is None:
            return False
        value = await self._value(block, found)
        self._tell(BlockReused(block, self._around.clock(), found, value))
        return True

    async def _begin(self, block: BlockId, attempt: int, job: BlockJob) -> None:
        """Run a block, or an item of a mapped one; of a mapped block itself, find out what its items are."""
        run = self._run()
        mapped = run.plan.mapped.get(mapped_block(block))
        item = run.blocks[block].item
        if mapped is None:
            await self._attempt(block, attempt, job)
        elif item is not None:
            await self._attempt(block, attempt, for_item(job, mapped, block, item))
        elif (items := items_of_param(job, mapped)) is not None:
            self._tell(ItemsListed(block, attempt, self._around.clock(), items))
        else:
            await self._attempt(block, attempt, listing(job, mapped))

    async def _gather(self, block: BlockId, attempt: int, items: tuple[BlockId, ...]) -> None:
        """Put together what a mapped block's items gave; receipts alone need no worker."""
        try:
            results = self._results()
            self._parts[block] = await self._parts_of(block, results)
            gave = gathered(self._run(), items)
            if items and not any(result.outputs for result in gave):
                self._succeeded(block, attempt, with_receipts(BlockResult(), gave), None, None)
                return
            job = gathering(self._around.preparation.job(block, attempt, results), gave)
            await self._attempt(block, attempt, job, gave=gave)
        except (FlowstoneError, OSError) as wrong:
            self._could_not_run(block, attempt, wrong)

    async def _attempt(self, block: BlockId, attempt: int, job: BlockJob, *, gave: Sequence[BlockResult] = ()) -> None:
        uses = self._run().plan.uses.get(mapped_block(block), {}) if job.task is None else {}
        async with self._around.resources.taken(uses):
            outcome = await self._outcome(block, attempt, job)
            if outcome.was_stopped:
                may_have_acted = self._around.preparation.acts_outside(mapped_block(block))
                self._tell(BlockStopped(block, attempt, self._around.clock(), outcome.usage, may_have_acted))
            elif outcome.failure is not None:
                self._failed(block, attempt, outcome, outcome.failure)
            elif job.task is not None and job.task.kind == "list":
                items = items_listed(outcome.result or BlockResult())
                self._tell(ItemsListed(block, attempt, self._around.clock(), items))
            else:
                self._decided.add((block, attempt))
                result = with_receipts(outcome.result or BlockResult(), gave)
                self._succeeded(block, attempt, result, outcome.usage, await self._value(block, result))

    async def _outcome(self, block: BlockId, attempt: int, job: BlockJob) -> BlockOutcome:
        """Run an attempt to its end; what it prints goes to its block's log."""
        log = self._open_log(block)
        try:
            running = await self._around.executor.start(job, self._observer(block, log))
            return await self._watched(block, attempt, running)
        finally:
            self._next_line[block] = log.close()

    async def _watched(self, block: BlockId, attempt: int, running: Attempt) -> BlockOutcome:
        """Wait for an attempt's end; meanwhile it can be stopped, and its timeout passes."""
        if asyncio.current_task() in self._unheard:
            await running.stop()
        self._running[block, attempt] = running
        timeout = self._timeout(block, attempt)
        try:
            return await running.outcome()
        finally:
            del self._running[block, attempt]
            if timeout is not None:
                timeout.cancel()

    def _timeout(self, block: BlockId, attempt: int) -> asyncio.TimerHandle | None:
        def passed() -> None:
            self._post(TimeoutPassed(block, attempt, self._around.clock(), self._fingerprint(block)))

        run = self._run()
        limit_s = None if run.is_parent(block) else run.plan.timeouts_s.get(mapped_block(block))
        return None if limit_s is None else asyncio.get_running_loop().call_later(limit_s, passed)

    async def _stop(self, block: BlockId, attempt: int) -> None:
        key = block, attempt
        running, starting = self._running.get(key), self._starts.get(key)
        if key in self._decided:
            return
        if running is not None:
            await running.stop()
            return
        if starting is None:
            self._given_up.add(key)  # its start waits for the ledger
        else:
            starting.cancel()  # it may wait for a worker, behind what other runs do
        self._post(BlockStopped(block, attempt, self._around.clock()))

    async def _call_back(self, block: BlockId, outcome: Outcome) -> None:
        """Have a block's callbacks called; whatever happens, it is told that they ended."""
        self._calling.add(block)
        failure: Failure | None = Failure.of(CallbackStopped(block))
        try:
            failure = await self._called(block, outcome)
        except TimeoutError:  # an OSError, too
            failure = Failure.of(TimedOut(f"The callbacks of {block} ran longer than {CALLBACK_WITHIN_S:g} s"))
        except (FlowstoneError, OSError) as wrong:
            failure = failure_of(wrong)
        finally:
            told = None if failure is None else self._around.redactor.failure(failure)
            self._post(CallbackEnded(block, self._around.clock(), told))

    async def _called(self, block: BlockId, outcome: Outcome) -> Failure | None:
        now = self._run().blocks[block]
        job = self._around.preparation.job(block, now.attempt, self._results())
        task = Task(outcome.value, failure=now.failure)
        log = self._open_log(block)
        try:
            return await called(self._around.executor, replace(job, inputs=(), task=task), log)
        finally:
            self._next_line[block] = log.close()

    def _succeeded(self, block: BlockId, attempt: int, result: BlockResult, usage: Usage | None, value: Any) -> None:
        at = self._around.clock()
        seconds = at - (self._run().blocks[block].started_at or at)
        told = self._around.redactor.result(result)
        whole = replace(told, fingerprint=fingerprint(self._parts[block]), seconds=seconds)
        self._tell(BlockSucceeded(block, attempt, at, whole, usage, value))

    def _failed(self, block: BlockId, attempt: int, outcome: BlockOutcome, failure: Failure) -> None:
        at, redactor, depended_on = self._around.clock(), self._around.redactor, self._fingerprint(block)
        told = redactor.failure(failure)
        result = None if outcome.result is None else redactor.result(outcome.result)
        self._tell(BlockFailed(block, attempt, at, told, result, fingerprint=depended_on, usage=outcome.usage))

    def _could_not_run(
        self, block: BlockId, attempt: int, wrong: FlowstoneError | OSError, *, depended_on: Fingerprint | None = None
    ) -> None:
        at, why = self._around.clock(), self._around.redactor.failure(failure_of(wrong))
        self._tell(BlockFailed(block, attempt, at, why, is_final=True, fingerprint=depended_on))

    def _results(self) -> Results:
        return _Results(self._given, self._run().blocks)

    async def _parts_of(self, block: BlockId, results: Results) -> tuple[Part, ...]:
        preparation = self._around.preparation
        if preparation.knows(block):
            return preparation.parts(block, results)
        # Hashing files and parsing modules may take seconds, which the loop does not have.
        return await asyncio.to_thread(preparation.parts, block, results)

    def _fingerprint(self, block: BlockId) -> Fingerprint | None:
        parts = self._parts.get(block)
        return None if parts is None else fingerprint(parts)

    async def _value(self, block: BlockId, result: BlockResult) -> Any:
        """Return what a block gave, if a condition asks about it."""
        if block not in self._asked:
            return None
        return await asyncio.to_thread(small_value, self._around.preparation.artifacts, result)

    def _open_log(self, block: BlockId) -> LogCapture:
        def tell(lines: tuple[LogLine, ...]) -> None:
            self._around.tell(LogAppended(self._id, block, lines))

        return LogCapture(
            log_path(self._around.logs, self._id, block),
            first_seq=self._next_line.get(block, 0),
            clock=self._around.clock,
            tell=tell,
            redact=self._around.redactor.text,
        )

    def _observer(self, block: BlockId, log: LogCapture) -> Observer:
        def progressed(done: int, total: int | None) -> None:
            self._around.tell(Progressed(self._pipeline, self._id, block, done, total))

        return Observer(log.printed, progressed, log.dropped)


class _Results(Mapping[BlockId, BlockResult | None]):
    """What blocks gave, those outside the run and its own, without a copy for each block that asks."""

    def __init__(self, given: Mapping[BlockId, BlockResult], blocks: Mapping[BlockId, BlockRun]) -> None:
        self._given = given
        self._blocks = blocks

    def __getitem__(self, block: BlockId) -> BlockResult | None:
        own = self._blocks.get(block)
        return self._given[block] if own is None else own.result

    def __iter__(self) -> Iterator[BlockId]:
        return iter({**self._given, **self._blocks})

    def __len__(self) -> int:
        return len({**self._given, **self._blocks})


async def _after(before: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    try:
        await asyncio.wait([before])
    except asyncio.CancelledError:
        work.close()
        raise
    await work


def failure_of(wrong: FlowstoneError | OSError) -> Failure:
    """Return why a block failed that could not be run, or whose output could not be kept."""
    if isinstance(wrong, FlowstoneError):
        return Failure.of(wrong)
    return Failure("system", str(wrong), exception=type(wrong).__name__)
