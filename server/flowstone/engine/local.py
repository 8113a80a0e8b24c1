"""The local executor: workers forked from a warm process, each running one block at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from functools import partial
from typing import Literal

from flowstone.engine.executor import Observer
from flowstone.engine.framing import StreamBroken, pack, read
from flowstone.engine.jobs import BlockJob, BlockOutcome, FromWorker, RunCommand
from flowstone.engine.processes import Child, Forkserver, kill_tree
from flowstone.errors.engine import ExitedWithoutResult, WorkerLost
from flowstone.model.run import Failure
from flowstone.store.codec import decode, encode

LAST_WORDS_S = 0.2
"""How long what a process said before it ended may be on its way."""
INTERRUPT_GRACE_S = 2.0
"""How long a block has to end by itself after an interrupt before its worker is killed."""
READ_BYTES = 1 << 13
MAX_PIPE_BYTES = 1 << 20
"""More than a pipe holds, so that what a block has left behind cannot keep it from ending by printing on."""


class Worker:
    """One worker process. It is idle, or runs one attempt."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self.is_busy = False
        self.is_lost = False
        self._stream: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._observer: Observer | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a block."""
        return not (self.is_busy or self.is_lost or self._child.ended.done())

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._child.pid

    async def connect(self) -> None:
        """Open the streams to the process."""
        self._stream, self._writer = await asyncio.open_connection(sock=self._child.control)
        loop = asyncio.get_running_loop()
        for descriptor, stream in self._pipes():
            os.set_blocking(descriptor, False)
            loop.add_reader(descriptor, partial(self._readable, descriptor, stream))

    def _pipes(self) -> tuple[tuple[int, Literal["stdout", "stderr"]], ...]:
        return (self._child.output, "stdout"), (self._child.errors, "stderr")

    def _readable(self, descriptor: int, stream: Literal["stdout", "stderr"]) -> bool:
        """Hand on what is in a pipe, one piece a turn of the loop; say whether there was any."""
        try:
            content = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            content = b""
        if not content:
            asyncio.get_running_loop().remove_reader(descriptor)
            return False
        if self._observer is not None:
            self._observer.printed(stream, content)
        return True

    async def run(self, job: BlockJob, observer: Observer) -> BlockOutcome:
        """Run an attempt and wait for its end."""
        if self._writer is None or self._stream is None:
            raise RuntimeError("the worker is not connected")
        self.is_busy, self._observer = True, observer
        try:
            self._writer.write(pack(encode(RunCommand(job))))
            await self._writer.drain()
            return await self._outcome(self._stream, observer)
        except (StreamBroken, ConnectionError):
            self.is_lost = True
            return BlockOutcome(failure=await self._why_lost())
        finally:
            await self._drain()
            self.is_busy, self._observer = False, None

    async def _outcome(self, stream: asyncio.StreamReader, observer: Observer) -> BlockOutcome:
        """Listen until the block has ended, or its process has: a child of it may hold the socket open.

        Raises: StreamBroken, when the process ended without a word.
        """
        listening = asyncio.create_task(self._listen(stream, observer))
        await asyncio.wait((listening, self._child.ended), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((listening,), timeout=LAST_WORDS_S)
        if not listening.done():
            listening.cancel()
            raise StreamBroken("the worker is gone")
        return listening.result()

    async def _why_lost(self) -> Failure:
        await asyncio.wait((self._child.ended,), timeout=INTERRUPT_GRACE_S)
        if self._child.ended.done():
            return _lost(self._child.ended.result())
        self.kill()
        return Failure.of(
            WorkerLost(
                "The block closed the connection between its process and Flowstone",
                hint="Close only what the block has opened itself.",
            )
        )

    async def _listen(self, stream: asyncio.StreamReader, observer: Observer) -> BlockOutcome:
        while True:
            try:
                message = decode(FromWorker, await read(stream))
            except ValueError as wrong:
                self.kill()
                raise StreamBroken("the worker sent what is no message") from wrong
            if message.finished is not None:
                return message.finished
            if message.progress is not None:
                observer.progressed(message.progress.done, message.progress.total)

    async def _drain(self) -> None:
        """Read what was printed before the end and is still in the pipes, a piece a turn."""
        for descriptor, stream in self._pipes():
            for _ in range(MAX_PIPE_BYTES // READ_BYTES):
                if not self._readable(descriptor, stream):
                    break
                await asyncio.sleep(0)

    def interrupt(self) -> None:
        """Ask the block to end. The worker is not used again: who knows what was left half done, or running."""
        self.is_lost = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """End the process and everything below it."""
        self.is_lost = True
        kill_tree(self.pid)

    async def close(self) -> None:
        """End the process and let its descriptors go."""
        self.kill()
        await self._child.ended
        loop = asyncio.get_running_loop()
        for descriptor in (self._child.output, self._child.errors):
            loop.remove_reader(descriptor)
            os.close(descriptor)
        if self._writer is not None:
            self._writer.close()


def _lost(status: int) -> Failure:
    if status >= 0:
        return Failure.of(
            ExitedWithoutResult(
                f"The block ended its process with exit code {status} and without a result",
                hint="Return the result; an exit code of 0 does not make a block done.",
            )
        )
    name = signal.Signals(-status).name
    hint = (
        "The system may have run out of memory: read fewer rows at a time."
        if -status == signal.SIGKILL
        else "Native code crashed; look at the last lines it printed."
    )
    return Failure.of(WorkerLost(f"The process that ran the block was killed by {name}", hint=hint))


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
            return BlockOutcome(was_stopped=True)
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

    def __init__(self, forkserver: Forkserver, *, width: int) -> None:
        self._forkserver = forkserver
        self._width = width
        self._workers: list[Worker] = []
        self._free = asyncio.Semaphore(width)
        self._running: set[asyncio.Task[BlockOutcome]] = set()

    async def warm_up(self) -> None:
        """Have one worker ready. Raises: ExecutorUnavailable."""
        if not self._workers:
            await self._new_worker()

    async def start(self, job: BlockJob, observer: Observer) -> LocalAttempt:
        """Start an attempt in an idle worker or a new one. Raises: ExecutorUnavailable."""
        await self._free.acquire()
        try:
            worker = await self._idle_worker()
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

    async def _idle_worker(self) -> Worker:
        while gone := next((worker for worker in self._workers if not (worker.is_idle or worker.is_busy)), None):
            self._workers.remove(gone)
            await gone.close()
        for worker in self._workers:
            if worker.is_idle:
                return worker
        return await self._new_worker()

    async def _new_worker(self) -> Worker:
        child = await self._forkserver.fork("block")
        worker = Worker(child)
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
