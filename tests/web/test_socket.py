"""The socket: what followers are told, what those who come back missed, and nobody waiting for the slow."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from tests.kit.web_client import API, WebClient
from tests.web.conftest import LOAD, Benches

from flowstone.engine.notices import LogAppended
from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine
from flowstone.web.application import Server

RUNS = "/projects/demo/pipelines/main/runs"
FILE = "/projects/demo/files/loaders/load.py"


def printed(text: str) -> LogAppended:
    return LogAppended(RunId("mine"), BlockId("load"), (LogLine(1, 1000.0, "stdout", text),))


async def test_a_run_is_told_to_those_who_follow_its_project(client: WebClient) -> None:
    """The browser shows what happens without asking for it."""
    socket = await client.following("project:demo")

    await client.post(RUNS, {"run": "mine"})

    message = await socket.hear()
    assert (message["topic"], message["happening"]["type"]) == ("project:demo", "run_changed")
    assert message["happening"]["run"]["state"] == "running"


async def test_logs_go_to_those_who_follow_the_run_alone(client: WebClient, benches: Benches) -> None:
    """A block that prints much must not flood pages that show something else."""
    of_project = await client.following("project:demo")
    of_logs = await client.following("logs:demo/mine")

    benches.only.tell(printed("hello"))
    await of_project.say(op="ping")

    assert (await of_logs.hear())["happening"]["lines"][0]["text"] == "hello"
    assert await of_project.hear() == {"type": "pong"}


async def test_one_who_comes_back_is_told_what_was_missed_and_nothing_twice(client: WebClient) -> None:
    """A closed lid must not leave a stale page behind."""
    first = await client.following("project:demo")
    await client.post(RUNS, {"run": "one"})
    seen = await first.hear()
    first.close()
    await client.post(RUNS, {"run": "two"})

    second = await client.greeted(epoch=first.welcome["epoch"], since=seen["seq"])
    await second.say(op="subscribe", topics=["project:demo"])
    missed = await second.hear()
    await second.say(op="ping")

    assert second.welcome["resumed"] is True
    assert missed["happening"]["run"]["id"] == "two"
    assert missed["seq"] > seen["seq"]
    assert await second.hear() == {"type": "pong"}


async def test_one_who_comes_from_another_epoch_is_told_to_fetch_anew(client: WebClient) -> None:
    """After a restart of the server the numbers mean something else."""
    for hello in ({"epoch": "another", "since": 0}, {"since": 0}, {"epoch": client.server.site.services.hub.epoch}):
        socket = await client.greeted(**hello)
        assert socket.welcome["resumed"] is False

    future = await client.greeted(epoch=client.server.site.services.hub.epoch, since=10**9)
    assert future.welcome["resumed"] is False


async def test_a_topic_that_is_followed_no_longer_is_silent(client: WebClient) -> None:
    """Pages that are left cost nothing."""
    socket = await client.following("project:demo")

    await socket.say(op="unsubscribe", topics=["project:demo"])
    await client.post(RUNS, {})
    await socket.say(op="ping")

    assert await socket.hear() == {"type": "pong"}


async def test_a_reader_who_stops_reading_is_dropped_and_stalls_nobody(
    server: Server, client: WebClient, benches: Benches
) -> None:
    """One sleeping laptop must not hold up a whole team's screens, nor fill the server's memory."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    lines = [
        f"GET {API}/socket HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Origin: {client.origin}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"{name}: {value}" for name, value in client.credentials().items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    for message in ({"op": "hello", "key": client.key}, {"op": "subscribe", "topics": ["logs:demo/mine"]}):
        text = json.dumps(message)
        writer.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())
    quick = await client.following("logs:demo/mine")

    took_s = []
    for _ in range(40):
        began = time.perf_counter()
        benches.only.tell(printed("x" * 1_000_000))
        assert (await quick.hear())["happening"]["type"] == "log"
        took_s.append(time.perf_counter() - began)

    assert len(server.site.services.hub._topics) == 1, "the slow one is not told any more"
    assert max(took_s) < 5
    writer.close()


async def test_a_save_and_a_change_on_disk_are_told_once_each(client: WebClient, root: Path, benches: Benches) -> None:
    """Another tab shows the new text, the workbench looks again, and the saver is not told twice."""
    await client.get("/projects/demo/pipelines/main")
    socket = await client.following("project:demo")
    etag = (await client.get(FILE)).headers["ETag"]

    saved = await client.put(FILE, {"text": LOAD + "# here\n"}, headers={"If-Match": etag})
    first = [await socket.hear(), await socket.hear()]
    (root / "loaders/load.py").write_text(LOAD + "# elsewhere\n")
    second = [await socket.hear(), await socket.hear()]

    now = (await client.get(FILE)).headers["ETag"]
    assert [message["happening"]["type"] for message in (*first, *second)] == ["file_changed", "pipeline_changed"] * 2
    assert [first[0]["happening"]["etag"], second[0]["happening"]["etag"]] == [saved.headers["ETag"], now]
    assert frozenset({"loaders/load.py"}) in benches.only.looked_at


async def test_thousands_of_changed_files_are_told_without_losing_anybody(client: WebClient, root: Path) -> None:
    """`git checkout` of another branch must not look like a reader who is too slow."""
    socket = await client.following("project:demo")
    names = [f"loaders/generated_{number}.py" for number in range(3_000)]

    for name in names:
        (root / name).write_text(name)
    told: set[str] = set()
    while len(told) < len(names):
        told.add((await socket.hear_happening("file_changed"))["happening"]["path"])

    assert told == set(names)


async def test_a_file_that_goes_is_told_with_no_etag(client: WebClient, root: Path) -> None:
    """`git checkout` takes files away too."""
    socket = await client.following("project:demo")

    (root / "transformers/clean.py").unlink()

    message = await socket.hear_happening("file_changed")
    assert message["happening"] == {
        "type": "file_changed",
        "project": "demo",
        "path": "transformers/clean.py",
        "etag": None,
    }
