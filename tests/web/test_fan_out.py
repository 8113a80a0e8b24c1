"""A status that many follow: real sockets, as many as a large team with many tabs has."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import resource
import struct
import time
from dataclasses import dataclass

from tests.kit.web_client import API, WebClient
from tests.web.conftest import Benches

from flowstone.engine.notices import RunChanged
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunRecord, RunState
from flowstone.web.application import Server

WANTED = 1_000
OWN_FILES = 200
"""How many descriptors are left to everything else; a socket here takes two, one at each end."""
ROUNDS = 5
FOLLOW = {"op": "subscribe", "topics": ["project:demo"]}


@dataclass
class Follower:
    """A browser's end of a socket, as thin as can be: a thousand of them must not be what is measured."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def of(cls, client: WebClient, server: Server) -> Follower:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        lines = [
            f"GET {API}/socket HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            f"Origin: {client.origin}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            *(f"{name}: {value}" for name, value in client.credentials().items()),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        follower = cls(reader, writer)
        for message in ({"op": "hello", "key": client.key}, FOLLOW, {"op": "ping"}):
            follower.say(message)
        assert (await follower.hear())["type"] == "welcome"
        assert (await follower.hear())["type"] == "pong"
        return follower

    def say(self, message: object) -> None:
        text = json.dumps(message).encode()
        length = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0xFE]) + struct.pack(">H", len(text))
        self.writer.write(b"\x81" + length + bytes(4) + text)

    async def hear(self) -> dict[str, object]:
        first, length = await self.reader.readexactly(2)
        assert first == 0x81, "a whole text"
        if length == 126:
            (length,) = struct.unpack(">H", await self.reader.readexactly(2))
        found: dict[str, object] = json.loads(await self.reader.readexactly(length))
        return found

    async def heard_at(self) -> float:
        assert (await self.hear())["type"] == "message"
        return time.perf_counter()


def affordable() -> int:
    """Return how many sockets the limit of open files allows, raised as far as it can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * WANTED + OWN_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(WANTED, (soft - OWN_FILES) // 2)


async def test_a_thousand_sockets_see_a_status_soon(server: Server, client: WebClient, benches: Benches) -> None:
    """Promised: half a second for 99 of 100. Here both ends share one process, which is given as much again."""
    many = affordable()
    followers = [
        follower
        for begin in range(0, many, 100)
        for follower in await asyncio.gather(
            *(Follower.of(client, server) for _ in range(begin, min(many, begin + 100)))
        )
    ]
    took_s: list[float] = []

    for number in range(ROUNDS):
        run = RunRecord(RunId(f"run-{number}"), PipelineId("main"), RunState.RUNNING, 1000.0)
        hearing = [asyncio.ensure_future(follower.heard_at()) for follower in followers]
        await asyncio.sleep(0)
        began = time.perf_counter()
        benches.only.tell(RunChanged(run))
        took_s += [at - began for at in await asyncio.wait_for(asyncio.gather(*hearing), 120)]

    took_s.sort()
    p50, p99 = (1000 * took_s[int(len(took_s) * part)] for part in (0.5, 0.99))
    print(
        f"\n{many:,} sockets{'' if many == WANTED else f' (of {WANTED:,}: open files are limited)'}, {ROUNDS} rounds:"
    )
    print(f"median {p50:.0f} ms, p99 {p99:.0f} ms, longest {1000 * took_s[-1]:.0f} ms")
    assert len(took_s) == ROUNDS * many
    assert p99 < 5_000
    for follower in followers:
        follower.writer.close()
