"""The warm forkserver seen from the server: start it, fork from it, hear how children end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from typing import Literal

from flowstone.engine.launch import Launched, launch
from flowstone.engine.process_tree import kill_tree
from flowstone.errors.engine import ExecutorUnavailable

GONE = "The process that starts workers is gone"
READY_WITHIN_S = 60.0


@dataclass(slots=True)
class Child:
    """A forked process. `ended` gives its exit code, negative for the signal that killed it."""

    pid: int
    control: socket.socket
    ended: asyncio.Future[int]
    output: int = -1
    errors: int = -1

    def discard(self) -> None:
        """End the process and let its descriptors go; for a child that nobody has begun to use."""
        kill_tree(self.pid)
        self.control.close()
        for descriptor in (self.output, self.errors):
            if descriptor >= 0:
                os.close(descriptor)


class Forkserver:
    """A warm process that forks children; they all end when it does, and it ends when this process does.

    One that dies is started again when it is next needed.
    """

    def __init__(self, launched: Launched | None = None) -> None:
        self._launched = launched
        self._is_lost = False
        self._is_closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None
        self._stream: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[int] | None = None
        self._forked: asyncio.Queue[tuple[int, asyncio.Future[int]] | str] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._forking = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id, None before it starts."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the process; it gets warm while this returns. Raises: ExecutorUnavailable."""
        self._is_lost, self._forked = False, asyncio.Queue()
        launched, self._launched = self._launched, None  # one that has died is started anew here
        try:
            launched = launched or launch()
        except OSError as wrong:
            raise ExecutorUnavailable(f"No worker can be started: {wrong}") from wrong
        self._process, self._requests = launched.process, launched.requests
        self._ready = asyncio.get_running_loop().create_future()
        # The stream reads a duplicate: requests carry descriptors and go out on the socket itself.
        self._stream, self._writer = await asyncio.open_connection(sock=self._requests.dup())
        self._listening = asyncio.create_task(self._listen(self._stream))

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        try:
            while line := await stream.readline():
                self._heard(json.loads(line))
        except ConnectionError:
            return  # it ended while something was on its way
        finally:
            self._lost()

    def _heard(self, message: dict[str, int | str]) -> None:
        match message:
            case {"ready": int(pid)} if self._ready is not None:
                self._ready.set_result(pid)
            case {"forked": int(pid)}:
                self._ended[pid] = asyncio.get_running_loop().create_future()
                self._forked.put_nowait((pid, self._ended[pid]))
            case {"refused": str(why)}:
                self._forked.put_nowait(f"No worker can be started: {why}")
            case {"ended": int(pid), "status": int(status)}:
                ended = self._ended.pop(pid, None)
                if ended is not None and not ended.done():
                    ended.set_result(status)

    def _lost(self) -> None:
        """Every child of a forkserver that is gone is gone, too."""
        self._is_lost = True
        for ended in self._ended.values():
            if not ended.done():
                ended.set_result(-signal.SIGKILL)
        self._ended.clear()
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(ExecutorUnavailable("The process that starts workers ended"))
            self._ready.exception()
        self._forked.put_nowait(GONE)

    async def ready(self) -> None:
        """Wait until it is warm. Raises: ExecutorUnavailable, when it does not get there."""
        if self._ready is None:
            raise ExecutorUnavailable("The process that starts workers was not started")
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await asyncio.shield(self._ready)
        except TimeoutError as wrong:
            raise ExecutorUnavailable("The process that starts workers does not get ready") from wrong

    async def fork(self, role: Literal["block", "query"]) -> Child:
        """Fork a child. Raises: ExecutorUnavailable, when the forkserver refuses, or ends in the middle of it."""
        forking = asyncio.create_task(self._fork(role))
        try:
            return await asyncio.shield(forking)
        except asyncio.CancelledError:
            forking.add_done_callback(_discard_forked)  # its answer is read all the same, or the next would get it
            raise

    async def _fork(self, role: str) -> Child:
        async with self._forking:
            await self._started_again()
            await self.ready()
            ours, theirs = socket.socketpair()
            pipes = [os.pipe() for _ in range(2 if role == "block" else 0)]
            try:
                pid, ended = await self._request(role, [theirs.fileno(), *(write for _, write in pipes)])
            except ExecutorUnavailable:
                ours.close()
                for read, _ in pipes:
                    os.close(read)
                raise
            finally:
                theirs.close()
                for _, write in pipes:
                    os.close(write)
        return Child(pid, ours, ended, *(read for read, _ in pipes))

    async def _started_again(self) -> None:
        """Start the process anew if it was there and has died."""
        if self._process is None or self._is_closed or not self._is_lost:
            return
        await self._let_go(self._process)
        await self.start()

    async def _request(self, role: str, descriptors: list[int]) -> tuple[int, asyncio.Future[int]]:
        try:
            if self._requests is None:
                raise ExecutorUnavailable("The process that starts workers was not started")
            socket.send_fds(self._requests, [json.dumps({"role": role}).encode()], descriptors)
        except OSError as wrong:
            raise ExecutorUnavailable(GONE) from wrong
        forked = await self._forked.get()
        if isinstance(forked, str):
            raise ExecutorUnavailable(forked, hint="Run it again; if that does not help, start Flowstone again.")
        return forked

    async def close(self) -> None:
        """End the process and every child of it."""
        self._is_closed = True
        if self._launched is not None:
            self._launched.discard()
        if self._process is not None:
            await self._let_go(self._process)

    async def _let_go(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            kill_tree(process.pid)
        await asyncio.to_thread(process.wait)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        if self._writer is not None:
            self._writer.close()
        if self._requests is not None:
            self._requests.close()


def _discard_forked(forking: asyncio.Task[Child]) -> None:
    if not forking.cancelled() and forking.exception() is None:
        forking.result().discard()
