"""Runs every block twice, in two processes, to see whether it gives the same each time.

The second time changes nothing: what it makes is compared and dropped. The processes come from two different parents,
so that what depends on the order of a set of texts differs as it would from one day to the next.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from flowstone.engine.executor import Attempt, Executor, Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.engine.local import LocalExecutor
from flowstone.engine.processes import Forkserver
from flowstone.engine.queries import Queries
from flowstone.engine.unwritten import artifacts_of
from flowstone.errors.engine import QueryRefused
from flowstone.model.block import BlockKind
from flowstone.model.difference import BlockDifference, Difference, How
from flowstone.model.ids import ArtifactHash, BlockId
from flowstone.model.output import Output
from flowstone.model.run import BlockResult
from flowstone.store.held import Held, held_address
from flowstone.store.places import is_url

NOBODY = Observer(lambda _stream, _content: None, lambda _done, _total: None)
"""Nobody wants to read everything twice."""
COMPARED = frozenset({BlockKind.LOADER, BlockKind.TRANSFORMER})
"""What an exporter does must be done once, and what a sensor sees is meant to change."""


class TwiceExecutor:
    """Starts attempts with another executor, and then each again with workers of its own."""

    def __init__(self, first: Executor) -> None:
        self._first = first
        self._forkserver = Forkserver()
        self._second = LocalExecutor(self._forkserver, width=first.width)
        self._queries = Queries(self._forkserver)
        self._starting = asyncio.Lock()
        self._has_started = False
        self.compared: set[BlockId] = set()
        self._made: list[tuple[str, ArtifactHash]] = []
        self._found: dict[BlockId, tuple[Difference, ...]] = {}

    @property
    def width(self) -> int:
        """How many blocks run at once."""
        return self._first.width

    @property
    def differences(self) -> tuple[BlockDifference, ...]:
        """What did not give the same until now, in the order found."""
        return tuple(BlockDifference(block, found) for block, found in self._found.items())

    async def warm_up(self) -> None:
        """Get ready for the first block. Raises: ExecutorUnavailable."""
        await self._first.warm_up()

    async def start(self, job: BlockJob, observer: Observer) -> Attempt:
        """Start an attempt; its outcome is the first's, once there is a second. Raises: ExecutorUnavailable."""
        first = await self._first.start(job, observer)
        if job.task is not None or job.source.kind not in COMPARED:
            return first
        return BothTimes(self, job, first)

    async def start_again(self, job: BlockJob) -> Attempt:
        """Start the second attempt. Raises: ExecutorUnavailable."""
        async with self._starting:
            if not self._has_started:
                await self._forkserver.start()
                self._has_started = True
        return await self._second.start(job, NOBODY)

    async def compare(self, job: BlockJob, first: BlockOutcome, second: BlockOutcome) -> None:
        """Take note of how two outcomes differ."""
        block = BlockId(job.context.block)
        self.compared.add(block)
        outputs = second.result.outputs if second.result is not None else ()
        self._made.extend((job.artifacts, artifact) for output in outputs for artifact in artifacts_of(output))
        if second.failure is not None:
            differences: tuple[Difference, ...] = (Difference("", How.FAILED, message=second.failure.message),)
        else:
            results = first.result or BlockResult(), second.result or BlockResult()
            differences = await self._differences(job.artifacts, *results)
        if differences:
            self._found[block] = (*self._found.get(block, ()), *differences)

    async def _differences(self, artifacts: str, first: BlockResult, second: BlockResult) -> tuple[Difference, ...]:
        ours, theirs = _by_name(first), _by_name(second)
        odd = tuple(
            Difference(name, How.OUTPUTS, message="it is there the one time and not the other")
            for name in sorted(ours.keys() ^ theirs.keys())
        )
        changed = [name for name in ours if name in theirs and ours[name].hash != theirs[name].hash]
        if not changed:
            return odd
        address = artifacts if is_url(artifacts) else held_address(artifacts, owner=os.getpid())
        try:
            found = await self._queries.compare(address, [(ours[name].hash, theirs[name].hash) for name in changed])
        except QueryRefused as refused:
            found = tuple(Difference(name, How.VALUES, message=f"another each time. {refused}") for name in changed)
        return (*odd, *found)

    async def close(self) -> None:
        """End everything that runs, and let go of what was made to be compared."""
        await self._queries.close()
        await self._second.close()
        await self._first.close()
        await self._forkserver.close()
        await asyncio.to_thread(self._forget)

    def _forget(self) -> None:
        # Not before the end: another block may have made the same the first time, and that is held by the same name.
        for artifacts, artifact in self._made:
            if not is_url(artifacts):
                Held(Path(artifacts), owner=os.getpid()).forget([artifact])


class SecondTime(Protocol):
    """What an attempt needs for the second time."""

    async def start_again(self, job: BlockJob) -> Attempt:
        """Start the second attempt. Raises: ExecutorUnavailable."""
        ...

    async def compare(self, job: BlockJob, first: BlockOutcome, second: BlockOutcome) -> None:
        """Take note of how two outcomes differ."""
        ...


class BothTimes:
    """Two attempts, of which the first counts."""

    def __init__(self, executor: SecondTime, job: BlockJob, first: Attempt) -> None:
        self._executor = executor
        self._job = job
        self._first = first
        self._current = first
        self._stopped = asyncio.Event()

    async def outcome(self) -> BlockOutcome:
        """Wait for the end of both, and return the first's."""
        first = await self._first.outcome()
        if first.failure is not None or first.was_stopped or self._stopped.is_set():
            return first
        self._current = await self._executor.start_again(self._job)
        if self._stopped.is_set():  # while it was being started
            await self._current.stop()
        second = await self._current.outcome()
        if not (second.was_stopped or self._stopped.is_set()):
            await self._executor.compare(self._job, first, second)
        return first

    async def stop(self) -> None:
        """End the one that goes on."""
        self._stopped.set()
        await self._current.stop()


def _by_name(result: BlockResult) -> Mapping[str, Output]:
    return {output.name: output for output in result.outputs}
