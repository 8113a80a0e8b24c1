"""The warm forkserver seen from the server: start it, fork from it, hear how children end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Literal

import psutil

from flowstone.errors.engine import ExecutorUnavailable

READY_WITHIN_S = 60.0


@dataclass(slots=True)
class Child:
    """A forked process. `ended` gives its exit code, negative for the signal that killed it."""

    pid: int
    control: socket.socket
    ended: asyncio.Future[int]
    output: int = -1
    errors: int = -1


class Forkserver:
    """A warm process that forks children; they all end when it does, and it ends when this process does."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._requests: socket.socket | None = None
        self._stream: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[int] | None = None
        self._forked: asyncio.Queue[tuple[int, asyncio.Future[int]] | None] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._forking = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id, None before it starts."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the process; it gets warm while this returns. Raises: ExecutorUnavailable."""
        ours, theirs = socket.socketpair()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # else the folder that Flowstone was started in, often a project, comes before all libraries
                "-m",
                "flowstone.engine.worker.forkserver",
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as wrong:
            ours.close()
            raise ExecutorUnavailable(f"No worker can be started: {wrong}") from wrong
        finally:
            theirs.close()
        self._requests = ours
        self._ready = asyncio.get_running_loop().create_future()
        # The stream reads a duplicate: requests carry descriptors and go out on the socket itself.
        self._stream, self._writer = await asyncio.open_connection(sock=ours.dup())
        self._listening = asyncio.create_task(self._listen(self._stream))

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self._heard(json.loads(line))
        self._lost()

    def _heard(self, message: dict[str, int]) -> None:
        match message:
            case {"ready": int(pid)} if self._ready is not None:
                self._ready.set_result(pid)
            case {"forked": int(pid)}:
                self._ended[pid] = asyncio.get_running_loop().create_future()
                self._forked.put_nowait((pid, self._ended[pid]))
            case {"ended": int(pid), "status": int(status)}:
                ended = self._ended.pop(pid, None)
                if ended is not None and not ended.done():
                    ended.set_result(status)

    def _lost(self) -> None:
        """Every child of a forkserver that is gone is gone, too."""
        for ended in self._ended.values():
            if not ended.done():
                ended.set_result(-signal.SIGKILL)
        self._ended.clear()
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(ExecutorUnavailable("The process that starts workers ended"))
            self._ready.exception()
        self._forked.put_nowait(None)

    async def ready(self) -> None:
        """Wait until it is warm. Raises: ExecutorUnavailable, when it does not get there."""
        if self._ready is None:
            raise ExecutorUnavailable("The process that starts workers was not started")
        async with asyncio.timeout(READY_WITHIN_S):
            await asyncio.shield(self._ready)

    async def fork(self, role: Literal["block", "query"]) -> Child:
        """Fork a child. Raises: ExecutorUnavailable, when the forkserver is gone."""
        await self.ready()
        ours, theirs = socket.socketpair()
        reads, writes = [], []
        for _ in range(2 if role == "block" else 0):
            read, write = os.pipe()
            reads.append(read)
            writes.append(write)
        try:
            pid, ended = await self._request(role, [theirs.fileno(), *writes])
        finally:
            theirs.close()
            for write in writes:
                os.close(write)
        child = Child(pid, ours, ended)
        if reads:
            child.output, child.errors = reads
        return child

    async def _request(self, role: str, descriptors: list[int]) -> tuple[int, asyncio.Future[int]]:
        async with self._forking:
            try:
                if self._requests is None:
                    raise ExecutorUnavailable("The process that starts workers was not started")
                socket.send_fds(self._requests, [json.dumps({"role": role}).encode()], descriptors)
            except OSError as wrong:
                raise ExecutorUnavailable("The process that starts workers is gone") from wrong
            forked = await self._forked.get()
        if forked is None:
            self._forked.put_nowait(None)
            raise ExecutorUnavailable("The process that starts workers is gone")
        return forked

    async def close(self) -> None:
        """End the process and every child of it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            kill_tree(self._process.pid)
            self._process.kill()
        await self._process.wait()
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        self._lost()
        if self._writer is not None:
            self._writer.close()
        if self._requests is not None:
            self._requests.close()


def kill_tree(pid: int) -> None:
    """Kill every process below one, in whatever session or group; then its own group, and itself."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
