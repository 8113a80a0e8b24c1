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
from flowstone.engine.jobs import BlockJob, BlockOutcome, Finished, FromWorker, RunCommand
from flowstone.engine.processes import Child, Forkserver, kill_tree
from flowstone.model.run import Failure
from flowstone.store.codec import decode, encode

INTERRUPT_GRACE_S = 2.0
"""How long a block has to end by itself after an interrupt before its worker is killed."""
READ_BYTES = 1 << 16


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
            self._writer.write(pack(encode(RunCommand, RunCommand(job)).encode()))
            await self._writer.drain()
            return await self._listen(self._stream, observer)
        except (StreamBroken, ConnectionError):
            self.is_lost = True
            return BlockOutcome(failure=_lost(await self._child.ended))
        finally:
            await self._drain()
            self.is_busy, self._observer = False, None

    async def _listen(self, stream: asyncio.StreamReader, observer: Observer) -> BlockOutcome:
        while True:
            try:
                message = decode(FromWorker, await read(stream)).message
            except ValueError as wrong:
                self.kill()
                raise StreamBroken("the worker sent what is no message") from wrong
            if isinstance(message, Finished):
                return message.outcome
            observer.progressed(message.done, message.total)

    async def _drain(self) -> None:
        """Read what was printed before the end and is still in the pipes; a bounded number of pieces a turn."""
        for descriptor, stream in self._pipes():
            pieces = 0
            while self._readable(descriptor, stream):
                pieces += 1
                if pieces % 16 == 0:
                    await asyncio.sleep(0)

    async def stop(self) -> None:
        """Interrupt the block; kill the worker and all it started if that does not end it soon."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)
        for _ in range(int(INTERRUPT_GRACE_S / 0.02)):
            if not self.is_busy:
                return
            await asyncio.sleep(0.02)
        self.kill()

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
        return Failure(
            "exited_without_result",
            f"The block ended its process with exit code {status} and without a result",
            "Return the result; an exit code of 0 does not make a block done.",
        )
    name = signal.Signals(-status).name
    hint = (
        "The system may have run out of memory: read fewer rows at a time."
        if -status == signal.SIGKILL
        else "Native code crashed; look at the last lines it printed."
    )
    return Failure("worker_lost", f"The process that ran the block was killed by {name}", hint)


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
        if not self._running.done():
            self._was_stopped = True
            await self._worker.stop()
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
            if worker.is_lost:
                self._workers.remove(worker)
                await worker.close()
            self._free.release()

    async def _idle_worker(self) -> Worker:
        for worker in self._workers:
            if not worker.is_busy and not worker.is_lost:
                return worker
        return await self._new_worker()

    async def _new_worker(self) -> Worker:
        worker = Worker(await self._forkserver.fork("block"))
        await worker.connect()
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
