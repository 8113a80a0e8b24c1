"""Attempts of a run's blocks, from the effect that asks for one to the event that says how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
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
from flowstone.model.run import BlockResult, BlockRun, BlockState, Failure, Outcome, RunRecord, Usage
from flowstone.store.log_files import log_path

Results = Mapping[BlockId, BlockResult | None]
Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


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
        self._starts: dict[tuple[BlockId, int], asyncio.Task[None]] = {}
        self._running: dict[tuple[BlockId, int], Attempt] = {}
        self._calls: dict[BlockId, asyncio.Task[None]] = {}

    def start(self, block: BlockId, attempt: int, *, may_reuse: bool) -> None:
        """Start a block, or take up a stored result of it that counts."""
        self._starts[block, attempt] = self._spawn(self._start(block, attempt, may_reuse=may_reuse))

    def gather(self, block: BlockId, attempt: int, items: tuple[BlockId, ...]) -> None:
        """Put together what a mapped block's items gave."""
        self._starts[block, attempt] = self._spawn(self._gather(block, attempt, items))

    def stop(self, block: BlockId, attempt: int) -> None:
        """End an attempt, wherever it is."""
        self._spawn(self._stop(block, attempt))

    def stop_unfounded(self) -> None:
        """End what runs though its block does not: it began on what is no more."""
        for block, attempt in self._running:
            now = self._run().blocks.get(block, BlockRun(block))
            if now.state is not BlockState.RUNNING:
                self.stop(block, attempt)

    async def stop_all(self) -> None:
        """End every attempt that a worker runs, and wait until the executor has heard of it."""
        for block, attempt in list(self._running):
            await self._stop(block, attempt)

    def call_back(self, block: BlockId, outcome: Outcome) -> None:
        """Have a block's callbacks called."""
        self._calls[block] = self._spawn(self._call_back(block, outcome))

    def stop_callback(self, block: BlockId) -> None:
        """End a block's callbacks."""
        self._calls[block].cancel()

    def parts(self, block: BlockId) -> tuple[Part, ...]:
        """Return what the output of a block that was started depends on."""
        return self._parts[block]

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
        self._post(BlockReused(block, self._around.clock(), found, value))
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
            self._post(ItemsListed(block, attempt, self._around.clock(), items))
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
                self._post(BlockStopped(block, attempt, self._around.clock(), outcome.usage))
            elif outcome.failure is not None:
                self._failed(block, attempt, outcome, outcome.failure)
            elif job.task is not None and job.task.kind == "list":
                items = items_listed(outcome.result or BlockResult())
                self._post(ItemsListed(block, attempt, self._around.clock(), items))
            else:
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
        running = self._running.get((block, attempt))
        if running is not None:
            await running.stop()
            return
        self._starts[block, attempt].cancel()  # it may wait for a worker, behind what other runs do
        self._post(BlockStopped(block, attempt, self._around.clock()))

    async def _call_back(self, block: BlockId, outcome: Outcome) -> None:
        """Have a block's callbacks called; whatever happens, it is told that they ended."""
        failure: Failure | None = Failure.of(CallbackStopped(block))
        try:
            failure = await self._called(block, outcome)
        except (FlowstoneError, OSError) as wrong:
            failure = failure_of(wrong)
        except TimeoutError:
            failure = Failure.of(TimedOut(f"The callbacks of {block} ran longer than {CALLBACK_WITHIN_S:g} s"))
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
        whole = replace(result, fingerprint=fingerprint(self._parts[block]), seconds=seconds)
        self._post(BlockSucceeded(block, attempt, at, whole, usage, value))

    def _failed(self, block: BlockId, attempt: int, outcome: BlockOutcome, failure: Failure) -> None:
        at, told, depended_on = self._around.clock(), self._around.redactor.failure(failure), self._fingerprint(block)
        self._post(BlockFailed(block, attempt, at, told, outcome.result, fingerprint=depended_on, usage=outcome.usage))

    def _could_not_run(
        self, block: BlockId, attempt: int, wrong: FlowstoneError | OSError, *, depended_on: Fingerprint | None = None
    ) -> None:
        at, why = self._around.clock(), failure_of(wrong)
        self._post(BlockFailed(block, attempt, at, why, is_final=True, fingerprint=depended_on))

    def _results(self) -> Results:
        own = {block.id: block.result for block in self._run().blocks.values()}
        return {**self._given, **own}

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


def failure_of(wrong: FlowstoneError | OSError) -> Failure:
    """Return why a block failed that could not be run, or whose output could not be kept."""
    if isinstance(wrong, FlowstoneError):
        return Failure.of(wrong)
    return Failure("system", str(wrong), exception=type(wrong).__name__)
