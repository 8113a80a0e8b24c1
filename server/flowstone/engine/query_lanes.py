"""Query processes, and who asks which: quick questions never wait behind slow ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from flowstone.engine.framing import StreamBroken, pack, read
from flowstone.engine.process_tree import kill_tree
from flowstone.engine.processes import Child, Forkserver
from flowstone.engine.questions import Question, Refusal
from flowstone.errors.engine import QueryRefused
from flowstone.store.codec import decode, encode

LOST_HINT = "Try fewer rows or columns, or run its block again."


class QueryProcess:
    """One process that answers one question after the other; forked when it is first asked, and again when gone."""

    def __init__(self, forkserver: Forkserver) -> None:
        self._forkserver = forkserver
        self._child: Child | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, question: Question, *, within_s: float | None) -> bytes:
        """Return the answer to a question. Whoever stops waiting ends the process, and with it the work.

        Raises: QueryRefused, when the process refuses, dies of it, or takes longer than it may.
        """
        try:
            async with asyncio.timeout(within_s):
                reader, writer = await self._connected()
                writer.write(pack(encode(question)))
                await writer.drain()
                answer = await read(reader)
        except asyncio.CancelledError:
            await self.close()  # its answer would be taken for the next one's
            raise
        except TimeoutError as late:
            await self.close()
            raise QueryRefused(
                f"This takes longer than the {within_s:.0f} s that a question may take",
                hint="Filter first, sort by fewer columns, or do it in a block.",
            ) from late
        except (StreamBroken, ConnectionError) as wrong:
            await self.close()
            raise QueryRefused("The table could not be read", hint=LOST_HINT) from wrong
        return _content(answer)

    async def stream(self, question: Question) -> AsyncGenerator[bytes, None]:
        """Give an answer piece by piece, as fast as it is taken; a process answers no more after one that was left.

        Raises: QueryRefused, when the process refuses or dies of it.
        """
        try:
            reader, writer = await self._connected()
            writer.write(pack(encode(question)))
            await writer.drain()
            while piece := _content(await read(reader)):
                yield piece
        except (StreamBroken, ConnectionError) as wrong:
            raise QueryRefused("The table could not be read to its end", hint=LOST_HINT) from wrong

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._child is not None and self._child.ended.done():
            await self.close()
        if self._streams is None:
            self._child = await self._forkserver.fork("query")
            self._streams = await asyncio.open_connection(sock=self._child.control)
        return self._streams

    async def close(self) -> None:
        """End the process, if there is one."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
        if self._child is not None:
            kill_tree(self._child.pid)
            self._child = None


def _content(answer: bytes) -> bytes:
    """Return what an answer holds. Raises: QueryRefused, when it is a refusal."""
    if answer[:1] == b"+":
        return answer[1:]
    refusal = decode(Refusal, answer[1:])
    raise QueryRefused(refusal.message, hint=refusal.hint)


class Lane:
    """Some processes for one kind of question; whoever finds none free waits in turn."""

    def __init__(self, forkserver: Forkserver, *, processes: int = 1) -> None:
        self._all = [QueryProcess(forkserver) for _ in range(processes)]
        self._free = list(reversed(self._all))
        self._turn = asyncio.Semaphore(processes)

    async def ask(self, question: Question, *, within_s: float | None) -> bytes:
        """Return the answer to a question, once a process is free. Raises: QueryRefused."""
        async with self._one() as process:
            return await process.ask(question, within_s=within_s)

    async def stream(self, question: Question) -> AsyncGenerator[bytes, None]:
        """Give an answer piece by piece, once a process is free; it ends with the answer. Raises: QueryRefused."""
        async with self._one() as process:
            try:
                async for piece in process.stream(question):
                    yield piece
            finally:
                await process.close()

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[QueryProcess]:
        async with self._turn:
            process = self._free.pop()
            try:
                yield process
            finally:
                self._free.append(process)

    async def close(self) -> None:
        """End the processes."""
        for process in self._all:
            await process.close()
