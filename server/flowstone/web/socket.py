"""The one socket: a browser says who it is and what it follows, and is told what happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from functools import cache
from typing import TYPE_CHECKING, Any

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound
from flowstone.errors.web import RequestRefused
from flowstone.web import wire_types as wire
from flowstone.web.guarded import GuardedHandler
from flowstone.web.json_text import decode

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from flowstone.web.sessions import Session
    from flowstone.web.site import Site

MAX_MESSAGE_BYTES = 64 << 10
MAX_WAITING = 2_000
MAX_WAITING_BYTES = 8 << 20
HELLO_S = 10.0
PING_S = 20.0

NOT_SIGNED_IN = 4401
TOO_SLOW = 4408


@cache
def client_messages() -> TypeAdapter[Any]:
    """Return the reader of what browsers say."""
    from pydantic import TypeAdapter

    return TypeAdapter(wire.ClientMessage)


class SocketHandler(GuardedHandler, WebSocketHandler):
    """A browser's socket. It is a listener of the hub from its hello to its end."""

    needs_origin = True

    def initialize(self, site: Site) -> None:
        """Start with nobody known and nothing waiting."""
        super().initialize(site)
        self._is_known = False
        self._since: int | None = None
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._sending: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def shows_key(self, session: Session) -> bool:  # noqa: ARG002
        """Say yes for now: a browser cannot put a header on a socket, so that the key comes with the hello."""
        return True

    def refuse_stranger(self) -> None:
        """Let the socket open, only to close it with a code: a refused opening tells a browser's script nothing."""

    def check_origin(self, origin: str) -> bool:
        """Check again what every request's headers were checked for."""
        return origin in self.site.gate.origins

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Become a socket. Raises: FlowstoneError, for a request that brings a body."""
        self.raise_refusal()
        await super().get(*args, **kwargs)

    async def open(self, *_: str, **__: str) -> None:
        """Wait for the hello, a little while; a stranger is sent away at once."""
        self.set_nodelay(True)
        if self.session is None:
            self._close_stranger()
            return
        self.site.sockets.add(self)
        self._deadline = asyncio.get_running_loop().call_later(HELLO_S, self._close_unknown)

    def on_message(self, message: str | bytes) -> None:
        """Do what a message asks; one that cannot be understood gets an error, and the socket stays."""
        if self.session is None or not self.site.services.sessions.is_live(self.session):
            self._close_stranger()
            return
        try:
            if isinstance(message, bytes):
                raise RequestRefused("Messages are text")
            self._obey(decode(message, client_messages()))
        except FlowstoneError as refused:
            self._refuse(refused)

    def on_close(self) -> None:
        """Leave nothing behind."""
        self.site.sockets.discard(self)
        self.site.services.hub.leave(self)
        if self._deadline is not None:
            self._deadline.cancel()
        if self._sending is not None:
            self._sending.cancel()

    def offer(self, text: str) -> None:
        """Queue a text and go on; one who reads too slowly is closed, and may come back for what it missed."""
        self._waiting.append(text)
        self._waiting_bytes += len(text)
        if len(self._waiting) > MAX_WAITING or self._waiting_bytes > MAX_WAITING_BYTES:
            self._drop_slow()
        elif self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send_waiting())

    def end_session(self, session: Session) -> None:
        """Close the socket if it is that session's."""
        if self.session == session:
            self._close_stranger()

    def _obey(self, message: wire.Hello | wire.Subscribe | wire.Unsubscribe | wire.Ping) -> None:
        hub = self.site.services.hub
        match message:
            case wire.Hello():
                self._welcome(message)
            case _ if not self._is_known:
                self._close_stranger()
            case wire.Subscribe(topics=topics):
                for topic in topics:
                    self._check_topic(topic)
                # What was missed comes once, with the topics that were followed before.
                since, self._since = self._since, None
                hub.follow(self, topics, since=since)
            case wire.Unsubscribe(topics=topics):
                hub.unfollow(self, topics)
            case wire.Ping():
                self.offer(wire.Pong().model_dump_json())

    def _welcome(self, hello: wire.Hello) -> None:
        if self.session is None or not self.session.has_key(hello.key):
            self._close_stranger()
            return
        hub = self.site.services.hub
        self._is_known = True
        resumed = hub.can_resume(hello.epoch, hello.since)
        self._since = hello.since if resumed else None
        if self._deadline is not None:
            self._deadline.cancel()
        self.offer(wire.Welcome(epoch=hub.epoch, seq=hub.seq, resumed=resumed).model_dump_json())

    def _check_topic(self, topic: str) -> None:
        kind, _, name = topic.partition(":")
        project, _, run = name.partition("/")
        is_whole = {"project": not run, "logs": bool(run)}.get(kind, False)
        if not is_whole or not self.site.services.shelf.has(project):
            raise NotFound("topic", topic[:200])

    def _refuse(self, error: FlowstoneError) -> None:
        if not self._is_known:
            self._close_stranger()
            return
        body = wire.ErrorBody(code=error.code, message=error.message, details=error.details, hint=error.hint)
        self.offer(wire.SocketError(error=body).model_dump_json())

    def _close_unknown(self) -> None:
        if not self._is_known:
            self._close_stranger()

    def _close_stranger(self) -> None:
        self.site.services.hub.leave(self)
        self._is_known = False
        self.close(NOT_SIGNED_IN, "not signed in")

    def _drop_slow(self) -> None:
        self.site.services.hub.leave(self)
        self._waiting.clear()
        self._waiting_bytes = 0
        self.close(TOO_SLOW, "too slow")

    async def _send_waiting(self) -> None:
        with contextlib.suppress(WebSocketClosedError, StreamClosedError):
            while self._waiting:
                text = self._waiting.popleft()
                self._waiting_bytes -= len(text)
                # Done when the kernel has taken it: a reader who stopped stops only this task.
                await self.write_message(text)
        self._sending = None
