"""Windows and comparisons of stored outputs, made by a process of their own so that the server never holds data."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from flowstone.engine.framing import StreamBroken, pack, read
from flowstone.engine.process_tree import kill_tree
from flowstone.engine.processes import Child, Forkserver
from flowstone.engine.questions import Compared, ComparisonQuestion, DifferenceQuestion, Question, WindowQuestion
from flowstone.errors.engine import QueryRefused
from flowstone.model.difference import Difference
from flowstone.model.ids import ArtifactHash
from flowstone.model.table_difference import TableDifference
from flowstone.model.window import Window
from flowstone.store.codec import decode, encode

ANSWER_WITHIN_S = 60.0
LONG_ANSWER_WITHIN_S = 600.0


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
        question = Question(window=WindowQuestion(str(path), window, artifact))
        answer = await self._ask(question, within_s=ANSWER_WITHIN_S)
        if answer[:1] == b"+":
            return answer[1:]
        wrong = json.loads(answer[1:])
        raise QueryRefused(f"The table cannot be shown like this: {wrong['message']}")

    async def compare(
        self, artifacts: str, pairs: Sequence[tuple[ArtifactHash, ArtifactHash]]
    ) -> tuple[Difference, ...]:
        """Return how pairs of outputs of the store at an address differ, however long it takes.

        Raises: QueryRefused, when one cannot be read or the process dies of it.
        """
        answer = await self._ask(Question(comparison=ComparisonQuestion(artifacts, tuple(pairs))), within_s=None)
        if answer[:1] == b"+":
            return decode(Compared, answer[1:]).differences
        raise QueryRefused(f"The outputs cannot be compared: {json.loads(answer[1:])['message']}")

    async def difference(self, question: DifferenceQuestion) -> TableDifference:
        """Return how a table differs from another. Raises: QueryRefused, for a column that is not in both, say."""
        return decode(TableDifference, await self._about(question))

    async def rows_of_difference(self, question: DifferenceQuestion) -> bytes:
        """Return a page of the rows in which two tables differ, as an Arrow IPC stream. Raises: QueryRefused."""
        return await self._about(question)

    async def _about(self, question: DifferenceQuestion) -> bytes:
        answer = await self._ask(Question(difference=question), within_s=LONG_ANSWER_WITHIN_S)
        if answer[:1] == b"+":
            return answer[1:]
        raise QueryRefused(f"The outputs cannot be compared: {json.loads(answer[1:])['message']}")

    async def _ask(self, question: Question, *, within_s: float | None) -> bytes:
        async with self._turn:
            return await self._answer(encode(question), within_s=within_s)

    async def _answer(self, message: bytes, *, within_s: float | None) -> bytes:
        reader, writer = await self._connected()
        try:
            async with asyncio.timeout(within_s):
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
