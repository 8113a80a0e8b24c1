"""A server that stops: between answers, and never with half of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.kit.fake_workbench import ROWS, TABLE, FakeWorkbench
from tests.kit.web_client import API, WebClient

from flowstone.model.ids import ArtifactHash
from flowstone.model.window import Window
from flowstone.web.answering import Answering
from flowstone.web.application import LAST_ANSWERS_S, Server, serve

TABLE_ROWS = f"/projects/demo/outputs/{TABLE.hash}/rows"


class Slow(FakeWorkbench):
    """Its rows come when they are let go; none come once it is closed."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()

    async def rows(self, artifact: ArtifactHash, window: Window) -> bytes:
        self.asked.set()
        await self.let_go.wait()
        assert not self.is_closed
        return await super().rows(artifact, window)


class SlowBenches:
    """Opens one slow workbench."""

    only: Slow

    async def open(self, root: Path) -> Slow:
        self.only = Slow(root)
        return self.only


@pytest.fixture
def slow() -> SlowBenches:
    """What opens the project."""
    return SlowBenches()


@pytest.fixture
async def server(root: Path, state: Path, slow: SlowBenches) -> AsyncIterator[Server]:
    """A server whose tables take their time."""
    server = await serve([root], state=state, open_workbench=slow.open)
    await server.opened()
    yield server
    await server.close()


async def kept_connection(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection that has had an answer and stays open, as a browser keeps some."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(health(server))
    assert b" 200 " in await reader.readline()
    while (await reader.readline()).strip():
        pass
    return reader, writer


async def begun(server: Server) -> None:
    """Wait until the server has begun to stop."""
    while not server.site.answering.is_stopping:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0)


def health(server: Server) -> bytes:
    return f"GET {API}/health HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()


async def test_what_was_asked_before_a_server_stops_is_answered(
    server: Server, client: WebClient, slow: SlowBenches
) -> None:
    """A table that was just being read would end in an error that nobody can mend."""
    asking = asyncio.create_task(client.get(TABLE_ROWS))
    await slow.only.asked.wait()

    closing = asyncio.create_task(server.close())
    await begun(server)
    slow.only.let_go.set()

    assert (await asking).content == ROWS
    await closing
    assert slow.only.is_closed


async def test_a_server_that_stops_is_gone_to_whoever_asks_then(
    server: Server, client: WebClient, slow: SlowBenches
) -> None:
    """A page that gets an answer from a server which is half closed shows its error; one that gets none asks again."""
    reader, writer = await kept_connection(server)
    asking = asyncio.create_task(client.get(TABLE_ROWS))
    await slow.only.asked.wait()

    closing = asyncio.create_task(server.close())
    await begun(server)
    writer.write(health(server))
    said = await reader.read()
    slow.only.let_go.set()
    await asyncio.gather(asking, closing)

    assert b"HTTP/1.1" not in said
    writer.close()


async def test_a_file_that_came_is_not_waited_for(server: Server, client: WebClient) -> None:
    """Every stop would last as long as the longest."""
    headers = {"Content-Type": "application/octet-stream"}
    await client.ask("PUT", "/projects/demo/uploads/a.csv", content=b"a\n1\n", headers=headers)

    async with asyncio.timeout(LAST_ANSWERS_S / 2):
        await server.site.answering.stop(within_s=LAST_ANSWERS_S)


async def test_a_file_that_comes_while_a_server_stops_is_not_begun(
    server: Server, client: WebClient, slow: SlowBenches, caplog: pytest.LogCaptureFixture
) -> None:
    """Its connection is closed by then; going on fails, and the log ends with an error that is none."""
    reader, writer = await kept_connection(server)
    asking = asyncio.create_task(client.get(TABLE_ROWS))
    await slow.only.asked.wait()

    closing = asyncio.create_task(server.close())
    await begun(server)
    head = f"PUT {API}/projects/demo/uploads/a.csv HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    writer.write(f"{head}Content-Length: 9\r\n\r\n".encode())
    await reader.read()
    slow.only.let_go.set()
    await asyncio.gather(asking, closing)

    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    writer.close()


async def test_a_kept_connection_does_not_hold_up_the_end(server: Server) -> None:
    """Browsers keep connections for minutes."""
    reader, writer = await kept_connection(server)

    await server.close()

    await reader.read()
    assert reader.at_eof()
    writer.close()


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    """Who stops a server wants it to stop."""
    answering = Answering()
    answering.began("one")
    answering.began("two")
    answering.ended("one")

    await answering.stop(within_s=0.01)

    assert answering.is_stopping
