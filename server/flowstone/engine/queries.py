"""Windows of stored tables, read by a process of their own so that the server never holds data."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from flowstone.engine.framing import StreamBroken, pack, read
from flowstone.engine.process_tree import kill_tree
from flowstone.engine.processes import Child, Forkserver
from flowstone.errors.engine import QueryRefused
from flowstone.model.ids import ArtifactHash
from flowstone.model.window import Window
from flowstone.store.codec import encode

ANSWER_WITHIN_S = 60.0


class Queries:
    """One query process, started when it is first needed, and again when it is gone."""

    def __init__(self, forkserver: Forkserver) -> None:
        self._forkserver = forkserver
        self._child: Child | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def window(self, path: Path | str, window: Window, *, artifact: ArtifactHash | None = None) -> bytes:
        """Return a window of a stored table as an Arrow IPC stream.

        With an `artifact`, the path is the address of the store that has it, and the process fetches it.

        Raises: QueryRefused, when there is no such column, it takes too long or the process dies of it.
        """
        message = encode({"path": str(path), "window": window, "artifact": artifact})
        async with self._turn:
            answer = await self._ask(message)
        if answer[:1] == b"+":
            return answer[1:]
        wrong = json.loads(answer[1:])
        raise QueryRefused(f"The table cannot be shown like this: {wrong['message']}")

    async def _ask(self, message: bytes) -> bytes:
        reader, writer = await self._connected()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                writer.write(pack(message))
                await writer.drain()
                return await read(reader)
        except asyncio.CancelledError:
            await self.close()  # its answer would be taken for the next one's
            raise
        except (StreamBroken, ConnectionError, TimeoutError) as wrong:
            await self.close()
            raise QueryRefused(
                "The table could not be read", hint="Try fewer rows or columns, or run its block again."
            ) from wrong

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
