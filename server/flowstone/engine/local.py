"""The local executor: workers forked from a warm process, each running one block at a time."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

from flowstone.engine.control_groups import ControlGroups
from flowstone.engine.executor import Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.engine.local_worker import INTERRUPT_GRACE_S, Worker
from flowstone.engine.placement import nearest
from flowstone.engine.processes import Forkserver
from flowstone.engine.watch import Watch
from flowstone.store.held import held_address
from flowstone.store.places import is_url


class LocalAttempt:
    """An attempt in a local worker."""

    def __init__(self, worker: Worker, running: asyncio.Task[BlockOutcome]) -> None:
        self._worker = worker
        self._running = running
        self._was_stopped = False

    async def outcome(self) -> BlockOutcome:
        """Wait for its end."""
        outcome = await asyncio.shield(self._running)
        if self._was_stopped and outcome.result is None:
            return BlockOutcome(was_stopped=True, usage=outcome.usage)
        return outcome

    async def stop(self) -> None:
        """End it within two seconds, or by force."""
        if self._running.done():
            return
        self._was_stopped = True
        self._worker.interrupt()
        await asyncio.wait([self._running], timeout=INTERRUPT_GRACE_S)
        if not self._running.done():
            self._worker.kill()
            await asyncio.wait([self._running])


class LocalExecutor:
    """Workers on this machine, at most `width` at once, forked when they are needed and kept while they are well."""

    def __init__(
        self, forkserver: Forkserver, *, width: int, watch: Watch | None = None, holds_outputs: bool = True
    ) -> None:
        """Use a warm process; with `holds_outputs` false, each worker itself keeps what its blocks make."""
        self._forkserver = forkserver
        self._watch = watch or Watch()
        self._width = width
        self._holds_outputs = holds_outputs
        self._workers: list[Worker] = []
        self._free = asyncio.Semaphore(width)
        self._running: set[asyncio.Task[BlockOutcome]] = set()
        self._groups = ControlGroups()

    @property
    def width(self) -> int:
        """How many blocks run at once."""
        return self._width

    async def warm_up(self) -> None:
        """Have one worker ready. Raises: ExecutorUnavailable."""
        if not self._workers:
            await self._new_worker()

    async def start(self, job: BlockJob, observer: Observer) -> LocalAttempt:
        """Start an attempt in the idle worker next to its inputs, or a new one. Raises: ExecutorUnavailable.

        In a folder of this machine, what it makes is held, and whoever asked sees to it that it is kept.
        """
        if self._holds_outputs and not is_url(job.artifacts):
            job = replace(job, artifacts=held_address(job.artifacts, owner=os.getpid()))
        await self._free.acquire()
        try:
            worker = await self._new_worker() if job.is_isolated else await self._idle_worker(job)
        except BaseException:
            self._free.release()
            raise
        worker.is_busy = True
        running = asyncio.create_task(self._run(worker, job, observer))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return LocalAttempt(worker, running)

    async def _run(self, worker: Worker, job: BlockJob, observer: Observer) -> BlockOutcome:
        try:
            return await worker.run(job, observer)
        finally:
            try:
                if worker.is_lost:
                    self._workers.remove(worker)
                    await worker.close()
            finally:
                self._free.release()

    async def _idle_worker(self, job: BlockJob) -> Worker:
        while gone := next((worker for worker in self._workers if not (worker.is_idle or worker.is_busy)), None):
            self._workers.remove(gone)
            await gone.close()
        idle = nearest([worker for worker in self._workers if worker.is_idle], job)
        return idle or await self._new_worker()

    async def _new_worker(self) -> Worker:
        child = await self._forkserver.fork("block")
        worker = Worker(child, self._watch, self._groups)
        try:
            await worker.connect()
        except BaseException:
            child.discard()
            raise
        self._workers.append(worker)
        return worker

    async def close(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.kill()
        if self._running:
            await asyncio.wait(self._running)
        for worker in self._workers:
            await worker.close()
        self._workers.clear()
        self._watch.close()
        await asyncio.to_thread(self._groups.close)
