"""Security 10: every input has a bound, tried at the bound and one past it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from tests.kit.web_client import API, WebClient, raw

from flowstone.web.application import MAX_HEADER_BYTES, Server
from flowstone.web.hub import MAX_TOPICS
from flowstone.web.json_text import MAX_DEPTH
from flowstone.web.route import MAX_BODY_BYTES, MAX_FILE_BODY_BYTES
from flowstone.web.socket import MAX_MESSAGE_BYTES

MAX_TEXT_BYTES = 2 << 20
NEW = {"If-None-Match": "*"}
FILES = "/projects/demo/files/"


def padded(body: dict[str, object], size: int) -> bytes:
    """Return a body as JSON of exactly a size, filled with spaces."""
    text = json.dumps(body).encode()
    return text[:-1] + b" " * (size - len(text)) + b"}"


async def post_bytes(client: WebClient, path: str, content: bytes, **headers: str) -> int:
    headers = client.credentials() | {"Content-Type": "application/json"} | headers
    return (await client.http.post(API + path, content=content, headers=headers)).status_code


@pytest.mark.parametrize(("over", "status"), [(0, 201), (1, 413)])
async def test_a_body_may_be_as_long_as_its_bound(client: WebClient, over: int, status: int) -> None:
    """A server that takes any body can be filled up by any page's author."""
    body = padded({"id": "new"}, MAX_BODY_BYTES + over)

    assert await post_bytes(client, "/projects/demo/pipelines", body) == status


@pytest.mark.parametrize(("over", "status"), [(0, 201), (1, 413)])
async def test_a_body_that_does_not_say_its_length_has_the_same_bound(
    client: WebClient, over: int, status: int
) -> None:
    """Chunks add up."""
    body = padded({"id": "new"}, MAX_BODY_BYTES + over)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    headers = client.credentials() | {"Content-Type": "application/json"}
    answer = await client.http.post(API + "/projects/demo/pipelines", content=chunks(), headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(("over", "status"), [(0, 200), (1, 413)])
async def test_a_text_may_have_two_mebibytes(client: WebClient, over: int, status: int) -> None:
    """Characters are counted as the bytes that they are on disk."""
    text = "é" * (MAX_TEXT_BYTES // 2) + "x" * over

    answer = await client.put(FILES + "long.py", {"text": text}, headers=NEW)

    assert answer.status_code in ({status} if status == 200 else {400, 413})


async def test_a_text_at_its_bound_may_be_escaped_in_any_way(client: WebClient) -> None:
    """JSON may write each byte as six; the bound is of the text, not of its spelling."""
    body = '{"text": "' + "\\u0041" * MAX_TEXT_BYTES + '"}'
    headers = client.credentials() | NEW | {"Content-Type": "application/json"}

    answer = await client.http.put(API + FILES + "long.py", content=body, headers=headers)

    assert answer.status_code == 200


async def test_a_huge_body_is_refused_before_it_is_sent(server: Server, client: WebClient) -> None:
    """A hundred megabytes must not be read only to be refused: the answer is there while the body is not."""
    lines = [
        f"POST {API}/projects/demo/pipelines HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        *(f"{name}: {value}" for name, value in client.credentials().items()),
        "Content-Type: application/json",
        f"Content-Length: {100 << 20}",
    ]

    answers = [
        await raw(server, "\r\n".join([*lines, "", ""]).encode()),
        await raw(server, "\r\n".join([*lines, "Expect: 100-continue", "", ""]).encode()),
        await raw(server, "\r\n".join([*lines[:-1], "Content-Length: 999999999999999999999999", "", ""]).encode()),
    ]

    assert [answer.split(b" ")[1] for answer in answers[:2]] == [b"413", b"413"]
    assert answers[2].split(b" ")[1] in (b"400", b"413")


async def test_chunks_that_do_not_stop_are_refused(server: Server, client: WebClient) -> None:
    """What is past the bound is dropped, and soon the line too."""
    head = [
        f"PUT {API}{FILES}a.py HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        *(f"{name}: {value}" for name, value in client.credentials().items()),
        "Content-Type: application/json",
        "If-None-Match: *",
        "Transfer-Encoding: chunked",
        "",
        "",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write("\r\n".join(head).encode())
    sent = 0
    answer = asyncio.ensure_future(reader.read(100))
    while not answer.done() and sent < 10 * MAX_FILE_BODY_BYTES:
        writer.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        sent += 65_536
        await asyncio.wait({answer}, timeout=0.001)

    assert (await answer).split(b" ")[1] == b"413"
    assert sent < 4 * MAX_FILE_BODY_BYTES
    writer.close()


@pytest.mark.parametrize(("size", "is_taken"), [(MAX_HEADER_BYTES - 400, True), (MAX_HEADER_BYTES + 1, False)])
async def test_headers_have_a_bound(server: Server, size: int, is_taken: bool) -> None:
    """Headers are read before anything is known of who sends them."""
    filler = "x" * size
    text = f"GET {API}/health HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX-Filler: {filler}\r\n\r\n"

    try:
        answer = await raw(server, text.encode())
    except ConnectionResetError:
        answer = b""

    assert (b"200" in answer[:20]) is is_taken


@pytest.mark.parametrize(("depth", "status"), [(MAX_DEPTH, 202), (MAX_DEPTH + 1, 400), (100_000, 400)])
async def test_json_may_be_nested_so_deep_and_no_deeper(client: WebClient, depth: int, status: int) -> None:
    """Readers that call themselves run out of stack."""
    # The body and its `params` are two levels already.
    body = '{"params": ' + '{"a":' * (depth - 2) + "1" + "}" * (depth - 2) + "}"

    if len(body) > MAX_BODY_BYTES:
        body = '{"params": {"a": ' + "[" * depth + "]" * depth + "}}"
    assert await post_bytes(client, "/projects/demo/pipelines/main/runs", body.encode()) == status


@pytest.mark.parametrize(("length", "status"), [(63, 201), (64, 400)])
async def test_an_id_has_at_most_63_characters(client: WebClient, length: int, status: int) -> None:
    """It becomes a file's name, with a suffix."""
    assert (await client.post("/projects/demo/pipelines", {"id": "a" * length})).status_code == status


@pytest.mark.parametrize(("length", "status"), [(64, 200), (65, 400)])
async def test_a_new_files_name_has_at_most_64_characters(client: WebClient, length: int, status: int) -> None:
    """Names must fit every file system that a project is cloned to."""
    name = "a" * length + ".py"

    assert (await client.put(FILES + name, {"text": ""}, headers=NEW)).status_code == status


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=1", 200),
        ("limit=200", 200),
        ("limit=0", 400),
        ("limit=201", 400),
        ("limit=-1", 400),
        ("limit=1e9", 400),
        ("limit=1000000000", 400),
        ("limit=" + "9" * 5000, 400),
        ("limit=", 400),
        ("limit=1&limit=2", 400),
        ("limit=%FF", 400),
        ("limit=%00", 400),
        ("limit=٣", 400),
        ("before=' OR 1=1 --", 400),
        ("before=" + "a" * 201, 400),
        ("pipeline=../main", 400),
        ("nothing=1", 400),
        ("&".join(f"a{number}=1" for number in range(100)), 400),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_query_has_bounds(client: WebClient, query: str, status: int) -> None:
    """A limit of a billion is a way to ask for all memory; a cursor that was tampered with, for something else."""
    assert (await client.get(f"/projects/demo/runs?{query}")).status_code == status


@pytest.mark.parametrize(("limit", "status"), [(10_000, 200), (10_001, 400)])
async def test_a_window_has_at_most_ten_thousand_rows(client: WebClient, limit: int, status: int) -> None:
    """A preview costs no more than one of 100 rows, whatever is asked."""
    assert (await client.get(f"/projects/demo/outputs/{'a' * 32}/rows?limit={limit}")).status_code == status


@pytest.mark.parametrize(("count", "status"), [(500, 200), (501, 400)])
async def test_a_window_has_at_most_five_hundred_columns(client: WebClient, count: int, status: int) -> None:
    """Wide tables are looked at in parts."""
    columns = ",".join(f"c{number}" for number in range(count))

    assert (await client.get(f"/projects/demo/outputs/{'a' * 32}/rows?columns={columns}")).status_code == status


async def test_a_message_may_be_as_long_as_its_bound(client: WebClient) -> None:
    """A socket that takes any message is a body without a bound."""
    socket = await client.greeted()
    fitting = padded({"op": "ping"}, MAX_MESSAGE_BYTES).decode()

    await socket.say_text(fitting)
    first = await socket.hear()
    await socket.say_text(fitting + " ")

    assert first == {"type": "pong"}
    assert (await socket.hear(), socket.close_code) == (None, 1009)


async def test_a_socket_follows_so_many_topics_and_no_more(client: WebClient) -> None:
    """Each topic costs memory for as long as the socket lives."""
    socket = await client.greeted()
    topics = [f"logs:demo/run-{number}" for number in range(MAX_TOPICS + 1)]

    await socket.say(op="subscribe", topics=topics[:100])
    await socket.say(op="subscribe", topics=topics[100:MAX_TOPICS])
    await socket.say(op="ping")
    at_bound = await socket.hear()
    await socket.say(op="subscribe", topics=topics[MAX_TOPICS:])
    past_bound = await socket.hear()
    await socket.say(op="subscribe", topics=topics[:101])
    too_long = await socket.hear()

    assert at_bound == {"type": "pong"}
    assert (past_bound["error"]["code"], too_long["error"]["code"]) == ("too_many_topics", "bad_json")
