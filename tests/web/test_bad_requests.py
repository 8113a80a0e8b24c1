"""Requests and messages that must not hurt: each is refused in a sentence, and the server goes on as before."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.kit.stalls import late_s
from tests.kit.web_client import API, WebClient, raw
from tests.web.conftest import Benches, Clock
from tornado.httpclient import HTTPClientError

from flowstone.web.application import PATIENCE, Patience, Server, serve

FILE = "/projects/demo/files/loaders/load.py"
PIPELINES = "/projects/demo/pipelines"
RUNS = "/projects/demo/pipelines/main/runs"
SHORT = Patience(headers_s=0.4, body_s=0.4, ping_s=0.2)


@dataclass(frozen=True)
class Case:
    """A line of the list of bad inputs, and what shows that it does not hurt."""

    name: str
    check: Callable[[WebClient], Awaitable[None]]
    patience: Patience = PATIENCE
    """The server's. A short one is for those who take their time; on a busy machine everybody does."""


@pytest.fixture
async def server(
    root: Path, state: Path, clock: Clock, benches: Benches, static: Path, case: Case
) -> AsyncIterator[Server]:
    """A server with the patience that a case asks for."""
    server = await serve(
        [root], state=state, open_workbench=benches.open, clock=clock, static=static, patience=case.patience
    )
    await server.opened()
    yield server
    await server.close()


async def refused(client: WebClient, path: str, content: bytes, status: int, method: str = "POST", **more: str) -> None:
    """Send a body as it is: the answer has the status, and the one shape of errors."""
    headers = client.credentials() | {"Content-Type": "application/json"} | more
    answer = await client.http.request(method, API + path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error.keys() == {"code", "message", "details", "hint"}
    assert error["message"]
    assert "Traceback" not in answer.text


async def bad_json(client: WebClient) -> None:
    texts = [
        b"",
        b"{",
        b"nul",
        b'{"id": "a"} x',
        b"\xff",
        b'{"id": "a", "id": "b"}',
        "é".encode("utf-16"),
        b"'a'",
        b"[]",
    ]
    for text in texts:
        await refused(client, PIPELINES, text, 400)
    for text in (b'{"id": 1}', b'{"id": null}', b'{"name": "a"}', b'{"id": "a", "more": 1}', b'"a"'):
        await refused(client, PIPELINES, text, 400)


async def not_a_number(client: WebClient) -> None:
    for number in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999"):
        await refused(client, RUNS, b'{"params": {"a": ' + number + b"}}", 400)
        await refused(client, RUNS, b'{"params": {"a": [[' + number + b"]]}}", 400)


async def long_number(client: WebClient) -> None:
    await refused(client, RUNS, b'{"params": {"a": ' + b"9" * 100_000 + b"}}", 400)
    await refused(client, RUNS, b'{"params": {"a": ' + b"9" * 1_000_000 + b"}}", 413)


async def body_over_limit(client: WebClient) -> None:
    await refused(client, PIPELINES, b" " * 300_000, 413)
    head = f"PUT {API}{FILE} HTTP/1.1\r\nHost: 127.0.0.1:{client.server.port}\r\nContent-Length: 9000000000\r\n"
    credentials = "".join(f"{name}: {value}\r\n" for name, value in client.credentials().items())
    answer = await raw(client.server, (head + credentials + "\r\n").encode())
    assert answer.startswith(b"HTTP/1.1 413")


async def bulk(client: WebClient) -> None:
    headers = {"If-Match": '"stale"'}
    for unit in (b"[],", b"{},", b"1,", b"1.5,", b'"",', b" " * 3):
        text = b'{"text": [' + unit * (12_000_000 // len(unit)) + b"1]}"
        asked = asyncio.ensure_future(refused(client, FILE, text, 413, method="PUT", **headers))
        longest_s = await longest_stall_s(asked)
        assert longest_s < 1.5, unit  # the promise is 0.2 on a machine of one's own
    for unclosed in (b'{"text": "' + b'\\"' * 6_000_000, b'{"text": ["' + b'","' * 4_000_000):
        answer = await client.ask("PUT", FILE, content=unclosed, headers=headers | {"Content-Type": "application/json"})
        assert answer.status_code in (400, 413)


async def longest_stall_s(asked: asyncio.Future[None]) -> float:
    """Return the longest that the loop did not turn while something was asked."""
    longest_s = 0.0
    while not asked.done():
        longest_s = max(longest_s, await late_s(0))
    await asked
    return longest_s


async def slow_headers(client: WebClient) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
    for letter in b"GET / HTTP/1.1\r\nX-Slow: ":
        writer.write(bytes([letter]))
    assert await asyncio.wait_for(reader.read(), 30) == b""
    writer.close()


async def slow_body(client: WebClient) -> None:
    head = f"POST {API}/sign-in HTTP/1.1\r\nHost: 127.0.0.1:{client.server.port}\r\nContent-Type: application/json\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
    writer.write((head + "Content-Length: 100\r\n\r\n{").encode())
    await asyncio.wait_for(reader.read(), 30)
    assert reader.at_eof()
    writer.close()


async def expectations(client: WebClient) -> None:
    await refused(client, PIPELINES, b'{"id": "a"}', 417, Expect="a-miracle")


async def compressed(client: WebClient) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    for coding in ("gzip", "deflate", "br", "gzip, gzip", "x"):
        await refused(client, PIPELINES, bomb, 415, **{"Content-Encoding": coding})


async def unknown_method(client: WebClient) -> None:
    for method in ("BREW", "TRACE", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        answer = await client.ask(method, "/projects")
        assert answer.status_code == 405, method
    small = f"get {API}/health HTTP/1.1\r\nHost: 127.0.0.1:{client.server.port}\r\n\r\n"
    assert (await raw(client.server, small.encode())).startswith(b"HTTP/1.1 405")
    head = f"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1:{client.server.port}\r\n\r\n"
    assert (await raw(client.server, head.encode())).split(b" ")[1] in (b"400", b"403", b"405")


async def absolute_form(client: WebClient) -> None:
    for target in ("http://evil.example/api/v1/health", "evil.example/api/v1/health", "*", "//evil.example/"):
        text = f"GET {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n"
        assert (await raw(client.server, text.encode())).split(b" ")[1] in (b"400", b"403"), target


async def origins(client: WebClient) -> None:
    port = client.server.port
    for origin in (
        "https://evil.example",
        "null",
        f"http://127.0.0.1:{port + 1}",
        f"http://127.0.0.1:{port}0",
        f"http://evil-127.0.0.1:{port}",
        f"http://127.0.0.1:{port}.evil.example",
    ):
        await refused(client, RUNS, b"{}", 403, Origin=origin)
        with pytest.raises(HTTPClientError):
            await client.connect({"Origin": origin})
    with pytest.raises(HTTPClientError):
        await client.connect({"Origin": None})


async def missing_and_stale_base(client: WebClient) -> None:
    await refused(client, FILE, b'{"text": ""}', 428, method="PUT")
    await refused(client, FILE, b'{"text": ""}', 409, method="PUT", **{"If-Match": '"stale"'})
    await refused(client, "/projects/demo/pipelines/main/source", b'{"text": ""}', 428, method="PUT")
    await refused(
        client, "/projects/demo/pipelines/main/source", b'{"text": ""}', 409, method="PUT", **{"If-Match": '"x"'}
    )
    edit = b'{"op": "remove_block", "block": "clean"}'
    await refused(client, "/projects/demo/pipelines/main/edits", edit, 428)
    await refused(client, "/projects/demo/pipelines/main/edits", edit, 409, **{"If-Match": '"stale"'})


async def same_run_twice(client: WebClient) -> None:
    answers = await asyncio.gather(*(client.post(RUNS, {"run": "mine"}) for _ in range(5)))
    listed = (await client.get("/projects/demo/runs")).json()["runs"]
    assert {answer.json()["run"] for answer in answers} == {"mine"}
    assert [run["id"] for run in listed] == ["mine"]
    for run in ("", "a b", "../x", "a" * 65, "é"):
        await refused(client, RUNS, json.dumps({"run": run}).encode(), 400)


async def socket_before_auth(client: WebClient) -> None:
    for text in ('{"op": "ping"}', "nonsense", b"\x00\x01"):
        socket = await client.connect()
        await socket.say_text(text)
        assert (await socket.hear(), socket.close_code) == (None, 4401)


async def bad_messages(client: WebClient) -> None:
    socket = await client.greeted()
    for text in (
        '{"op": "dance"}',
        '{"op": "subscribe"}',
        '{"op": "subscribe", "topics": "project:demo"}',
        '{"op": "subscribe", "topics": [1]}',
        '{"op": "subscribe", "topics": ["project:other"]}',
        '{"op": "subscribe", "topics": ["nothing"]}',
        '{"op": "subscribe", "topics": ["logs:demo"]}',
        '{"op": "ping", "more": 1}',
        '{"op": "hello"}',
        "{}",
        "[]",
        "1",
        "",
        "NaN",
        '{"op": "ping", "op": "ping"}',
        "[" * 20_000,
        b"\x00\x01",
    ):
        await socket.say_text(text)
        answer = await socket.hear()
        assert answer is not None, text
        assert answer["type"] == "error", text
    await socket.say(op="ping")
    assert await socket.hear() == {"type": "pong"}


async def ten_thousand_topics(client: WebClient) -> None:
    socket = await client.greeted()
    await socket.say(op="subscribe", topics=["a"] * 10_000)
    assert (await socket.hear())["type"] == "error"
    for begin in range(0, 10_000, 2_000):
        for start in range(begin, begin + 2_000, 100):
            await socket.say(op="subscribe", topics=[f"logs:demo/run-{n}" for n in range(start, start + 100)])
    errors = 98
    assert [(await socket.hear())["type"] for _ in range(errors)] == ["error"] * errors


async def half_open(client: WebClient) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
    lines = [
        f"GET {API}/socket HTTP/1.1",
        f"Host: 127.0.0.1:{client.server.port}",
        f"Origin: {client.origin}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"{name}: {value}" for name, value in client.credentials().items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    # Never a pong: the server gives up after as long again as it waited before its ping.
    received = await asyncio.wait_for(reader.read(), 30)
    assert received.startswith(b"HTTP/1.1 101")
    assert not client.server.site.sockets
    writer.close()


async def session_over(client: WebClient) -> None:
    socket = await client.following("project:demo")
    await client.post("/sign-out")
    assert (await socket.hear(), socket.close_code) == (None, 4401)


async def lone_surrogate(client: WebClient) -> None:
    for text in (b'{"text": "\\ud800"}', b'{"text": "\\udc00\\ud800"}', b'{"text": "\xed\xa0\x80"}'):
        await refused(client, FILE, text, 400, method="PUT", **{"If-Match": '"x"'})


async def delete_while_running(client: WebClient) -> None:
    await client.post(RUNS, {"run": "busy"})
    for path in (RUNS, "/projects/demo/pipelines/main", "/projects/demo/runs/busy", FILE):
        assert (await client.ask("DELETE", path)).status_code == 405
    assert (await client.get("/projects/demo/runs/busy")).json()["state"] == "running"


async def bad_names(client: WebClient) -> None:
    for name in ("n" * 300, "a%E2%80%AEgpj.py", "a%0Ab.py", "a%00b.py", "a%5Cb.py", "%E2%80%8Ba.py"):
        path = f"/projects/demo/files/{name}"
        await refused(client, path, b'{"text": ""}', 400, method="PUT", **{"If-None-Match": "*"})


async def bad_cursors(client: WebClient) -> None:
    for query in ("limit=-1", "limit=1000000000", "limit=1.5", "limit=x", "before=%00", "before=..%2F", "before='"):
        assert (await client.get(f"/projects/demo/runs?{query}")).status_code == 400, query
    rows = f"/projects/demo/outputs/{'a' * 32}/rows"
    for query in ("offset=-1", "offset=99999999999999999999", "limit=0", "sort=" + "a," * 9):
        assert (await client.get(f"{rows}?{query}")).status_code == 400, query


CASES = [
    Case("bad JSON", bad_json),
    Case("NaN and Infinity", not_a_number),
    Case("a very long number", long_number),
    Case("body over its limit", body_over_limit),
    Case("millions of small values", bulk),
    Case("slowloris headers", slow_headers, SHORT),
    Case("slowloris body", slow_body, SHORT),
    Case("Expect", expectations),
    Case("gzip bomb body", compressed),
    Case("unknown method", unknown_method),
    Case("absolute-form URI with another host", absolute_form),
    Case("Origin", origins),
    Case("If-Match missing or stale", missing_and_stale_base),
    Case("same run id twice", same_run_twice),
    Case("socket before auth", socket_before_auth),
    Case("unknown op, missing field, wrong type", bad_messages),
    Case("subscribe to 10,000 topics", ten_thousand_topics),
    Case("half-open TCP", half_open, SHORT),
    Case("session over mid-stream", session_over),
    Case("save with a lone surrogate", lone_surrogate),
    Case("delete while running", delete_while_running),
    Case("bad file names", bad_names),
    Case("limits and cursors", bad_cursors),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_strangers_send_does_not_hurt(server: Server, client: WebClient, case: Case) -> None:
    """Whatever comes in, the answer is a sentence, the project is as it was, and the next request is served."""
    await case.check(client)

    async with WebClient(server) as next_one:
        assert (await next_one.get("/health")).status_code == 200
