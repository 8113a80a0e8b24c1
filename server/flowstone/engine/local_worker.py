"""One worker process seen from the server: give it a block, hear it, stop it, and learn why it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import replace
from functools import partial
from typing import Literal

from flowstone.engine.control_groups import ControlGroups
from flowstone.engine.executor import Observer
from flowstone.engine.framing import StreamBroken, pack
from flowstone.engine.jobs import CONNECTION_GONE, BlockJob, BlockOutcome, FromWorker, RunCommand
from flowstone.engine.placement import Holdings
from flowstone.engine.process_memory import Probe
from flowstone.engine.process_tree import kill_tree
from flowstone.engine.processes import Child
from flowstone.engine.signing import Signature, SignatureWrong, new_key
from flowstone.engine.watch import Watch
from flowstone.errors.engine import ControlBroken, ExitedWithoutResult, MemoryLimitPassed, WorkerLost
from flowstone.model.run import Failure, Usage
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

    def __init__(self, child: Child, watch: Watch, groups: ControlGroups) -> None:
        self._child = child
        self._groups = groups
        self._watch = watch
        self._probe = Probe(child.pid)
        self.is_busy = False
        self.is_lost = False
        self.holdings = Holdings()
        self._key = new_key()
        self._signature = Signature(self._key)
        self._stream: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._observer: Observer | None = None
        self._grouping: asyncio.Task[bool] | None = None
        self._killing: asyncio.Task[None] | None = None
        self._ended_for: Failure | None = None
        self._was_interrupted = False

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
        self._child.ended.add_done_callback(self._hang_up)
        self._writer.write(pack(self._key))
        # Not waited for: the first one takes the system 15 ms, and until then what is started is found by its parents.
        self._grouping = asyncio.create_task(asyncio.to_thread(self._groups.take, self.pid))
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
        self.is_busy, self._observer, self._was_interrupted = True, observer, False
        loop = asyncio.get_running_loop()

        def too_large(why: MemoryLimitPassed) -> None:
            loop.call_soon_threadsafe(self._too_large, why)

        watched = self._watch.begin(self._probe, limit=job.memory_limit_bytes, ended=too_large)
        try:
            outcome = await self._answer(job, observer)
        finally:
            seen = self._watch.end(watched)
            await self._drain()
            self.is_busy, self._observer = False, None
        self.holdings.ran(job, outcome)
        return replace(outcome, usage=_larger(outcome.usage, seen))

    async def _answer(self, job: BlockJob, observer: Observer) -> BlockOutcome:
        assert self._writer is not None, "an executor keeps no worker that is not connected"
        assert self._stream is not None
        try:
            self._writer.write(pack(encode(RunCommand(job))))
            await self._writer.drain()
            ended = await self._listen(self._stream, observer)
        except (StreamBroken, ConnectionError):
            self.is_lost = True
            return BlockOutcome(failure=await self._why_lost())
        outcome = ended.finished or BlockOutcome()
        # A block that ended in another way than by the interrupt may have caught it in the middle of anything.
        ended_by_it = outcome.was_stopped or not self._was_interrupted
        self.is_lost = self.is_lost or bool(ended.spent) or job.is_isolated or not ended_by_it
        return outcome

    def _hang_up(self, _ended: object) -> None:
        """Listen no more to a process that has ended, its last words apart: a child of it may hold the socket open."""
        if self._writer is not None:
            asyncio.get_running_loop().call_later(LAST_WORDS_S, self._writer.transport.abort)

    async def _listen(self, stream: asyncio.StreamReader, observer: Observer) -> FromWorker:
        """Listen until the block has ended. Raises: StreamBroken, when its process ended without a word."""
        while True:
            try:
                message = decode(FromWorker, await self._signature.read(stream))
            except (SignatureWrong, ValueError) as wrong:
                self._end_for(_CONTROL_BROKEN)
                raise StreamBroken(str(wrong)) from wrong
            if message.finished is not None:
                return message
            if message.progress is not None:
                observer.progressed(message.progress.done, message.progress.total)

    async def _why_lost(self) -> Failure:
        await asyncio.wait((self._child.ended,), timeout=INTERRUPT_GRACE_S)
        if self._ended_for is not None:
            return self._ended_for
        if self._child.ended.done() and self._child.ended.result() != CONNECTION_GONE:
            return _lost(self._child.ended.result())
        self.kill()
        return Failure.of(_CONNECTION_CLOSED)

    async def _drain(self) -> None:
        """Read what was printed before the end and is still in the pipes, a piece a turn."""
        for descriptor, stream in self._pipes():
            for _ in range(MAX_PIPE_BYTES // READ_BYTES):
                if not self._readable(descriptor, stream):
                    break
                await asyncio.sleep(0)

    def _too_large(self, why: MemoryLimitPassed) -> None:
        if self.is_busy:
            self._end_for(why)

    def _end_for(self, why: ControlBroken | MemoryLimitPassed) -> None:
        """End the process for a reason that its block is to be told."""
        self._ended_for = self._ended_for or Failure.of(why)
        self.kill()

    def interrupt(self) -> None:
        """Ask the block to end. If it ends by that and leaves nothing behind, the worker can be used again."""
        self._was_interrupted = True
        if self._child.ended.done():  # its id may be another's by now
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """End the process and everything below it; looking for that takes a thread as long as there is much of it."""
        self.is_lost = True
        self._groups.kill(self.pid)
        is_there = not self._child.ended.done()  # else its id may be another's, and the forkserver ends what it left
        if is_there and self._killing is None:
            self._killing = asyncio.create_task(asyncio.to_thread(kill_tree, self.pid))

    async def close(self) -> None:
        """End the process and let its descriptors go."""
        self.kill()
        await self._child.ended
        if self._killing is not None:
            await asyncio.wait([self._killing])
        loop = asyncio.get_running_loop()
        for descriptor in (self._child.output, self._child.errors):
            loop.remove_reader(descriptor)
            os.close(descriptor)
        self._probe.close()
        if self._grouping is not None:
            await asyncio.wait([self._grouping])
        self._groups.drop(self.pid)
        if self._writer is not None:
            self._writer.close()


_CONTROL_BROKEN = ControlBroken(
    "The block wrote to the connection between its process and Flowstone",
    hint="Write only to what the block has opened itself.",
)
_CONNECTION_CLOSED = WorkerLost(
    "The block closed the connection between its process and Flowstone",
    hint="Close only what the block has opened itself.",
)


def _lost(status: int) -> Failure:
    if status >= 0:
        return Failure.of(
            ExitedWithoutResult(
                f"The block ended its process with exit code {status} and without a result",
                hint="Return the result; an exit code of 0 does not make a block done.",
            )
        )
    hint = (
        "The system may have run out of memory: read fewer rows at a time."
        if -status == signal.SIGKILL
        else "Native code crashed; look at the last lines it printed."
    )
    return Failure.of(WorkerLost(f"The process that ran the block was killed by {_name(-status)}", hint=hint))


def _name(number: int) -> str:
    """Return a signal's name; real-time ones have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _larger(told: Usage | None, seen: Usage) -> Usage:
    """Put together what a worker measured of itself and what was seen of it and its children from outside."""
    if told is None:
        return seen
    return replace(
        told,
        cpu_s=max(told.cpu_s, seen.cpu_s),
        peak_memory_bytes=max(told.peak_memory_bytes or 0, seen.peak_memory_bytes or 0),
    )
