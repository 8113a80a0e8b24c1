"""A browser for tests: signs in with a start link, sends its cookie and key, opens a socket. Real HTTP throughout."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from flowstone.web.application import Server

API = "/api/v1"
ANSWER_S = 40.0


@dataclass
class WebClient:
    """Somebody who talks to a server; a stranger until `sign_in`."""

    server: Server
    cookie: str = ""
    key: str = ""
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(base_url=self.server.url, timeout=ANSWER_S, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def origin(self) -> str:
        return self.server.url.rstrip("/")

    def credentials(self) -> dict[str, str]:
        if not self.key:
            return {}
        return {"Cookie": f"{self.server.site.cookie_name}={self.cookie}", "X-Flowstone-Key": self.key}

    async def sign_in(self, link: str | None = None) -> WebClient:
        token = (link or self.server.link).partition("#token=")[2]
        answer = await self.http.post(API + "/sign-in", json={"token": token})
        assert answer.status_code == 200, answer.text
        self.cookie = answer.cookies[self.server.site.cookie_name]
        self.http.cookies.clear()
        self.key = answer.json()["key"]
        return self

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = self.credentials() | more.pop("headers", {})
        return await self.http.request(method, API + path, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.ask("POST", path, json=body, **more)

    async def put(self, path: str, body: Any, **more: Any) -> httpx.Response:
        return await self.ask("PUT", path, json=body, **more)

    async def connect(self, headers: Mapping[str, str | None] | None = None, *, path: str = "/socket") -> Socket:
        """Open a socket; a header that is None is left out."""
        wanted = {"Origin": self.origin, **self.credentials(), **(headers or {})}
        given = {name: value for name, value in wanted.items() if value is not None}
        url = f"ws://127.0.0.1:{self.server.port}{API}{path}"
        return Socket(await websocket_connect(HTTPRequest(url, headers=given)))

    async def greeted(self, **hello: Any) -> Socket:
        """Open a socket and say hello."""
        socket = await self.connect()
        await socket.say(op="hello", key=self.key, **hello)
        socket.welcome = await socket.hear()
        assert socket.welcome is not None
        assert socket.welcome["type"] == "welcome"
        return socket

    async def following(self, *topics: str, **hello: Any) -> Socket:
        """Open a socket that follows topics, and is known to do so."""
        socket = await self.greeted(**hello)
        await socket.say(op="subscribe", topics=list(topics))
        if not hello:
            await socket.say(op="ping")
            assert await socket.hear() == {"type": "pong"}
        return socket


@dataclass
class Socket:
    """A client's end of the socket."""

    connection: WebSocketClientConnection
    welcome: Any = None

    async def say(self, **message: Any) -> None:
        await self.connection.write_message(json.dumps(message))

    async def say_text(self, text: str | bytes) -> None:
        await self.connection.write_message(text, binary=isinstance(text, bytes))

    async def hear(self) -> Any:
        """Return the next message, None when the socket was closed."""
        text = await asyncio.wait_for(asyncio.ensure_future(self.connection.read_message()), ANSWER_S)
        return None if text is None else json.loads(text)

    async def hear_happening(self, kind: str) -> Any:
        """Return the next message about a kind of happening, passing over others."""
        while True:
            message = await self.hear()
            assert message is not None, f"closed with {self.close_code}"
            if message.get("happening", {}).get("type") == kind:
                return message

    @property
    def close_code(self) -> int | None:
        return self.connection.close_code

    def close(self) -> None:
        self.connection.close()


async def raw(server: Server, text: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back until the server hangs up or is silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(text)
        await writer.drain()
        return await asyncio.wait_for(_read_answer(reader), ANSWER_S)
    finally:
        writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = await reader.read(65_536)
        if not piece:
            return received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0]):
        piece = await reader.read(65_536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body
