"""What every socket has in common: who may open it, the hello with the key, its end, and a reader who is too slow."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Any

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from flowstone.web.guarded import GuardedHandler

if TYPE_CHECKING:
    from flowstone.web.sessions import Session
    from flowstone.web.site import Site

MAX_WAITING = 2_000
MAX_WAITING_BYTES = 8 << 20
HELLO_S = 10.0

NOT_SIGNED_IN = 4401
TOO_SLOW = 4408


class KnownSocket(GuardedHandler, WebSocketHandler):
    """A browser's socket. Until its hello has shown the session's key, it is told nothing."""

    needs_origin = True

    def initialize(self, site: Site) -> None:
        """Start with nobody known and nothing waiting."""
        super().initialize(site)
        self.is_known = False
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
            self.close_stranger()
            return
        self.site.sockets.add(self)
        self._deadline = asyncio.get_running_loop().call_later(HELLO_S, self._close_unknown)

    def is_live(self) -> bool:
        """Say whether the session goes on; if it does not, the socket is closed."""
        if self.session is not None and self.site.services.sessions.is_live(self.session):
            return True
        self.close_stranger()
        return False

    def is_welcome(self, key: str) -> bool:
        """Say whether a hello's key is the session's, which makes the socket known; if it is not, it is closed."""
        if self.session is None or not self.session.has_key(key):
            self.close_stranger()
            return False
        self.is_known = True
        if self._deadline is not None:
            self._deadline.cancel()
        return True

    def on_close(self) -> None:
        """Leave nothing behind."""
        self.site.sockets.discard(self)
        self.leave()
        if self._deadline is not None:
            self._deadline.cancel()
        if self._sending is not None:
            self._sending.cancel()

    def leave(self) -> None:
        """Take part in nothing any more."""

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
            self.close_stranger()

    def close_stranger(self) -> None:
        """Close the socket as one that nobody signed in for."""
        self.leave()
        self.is_known = False
        self.close(NOT_SIGNED_IN, "not signed in")

    def _close_unknown(self) -> None:
        if not self.is_known:
            self.close_stranger()

    def _drop_slow(self) -> None:
        self.leave()
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
