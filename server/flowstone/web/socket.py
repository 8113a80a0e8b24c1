"""The one socket for what changes: a browser says who it is and what it follows, and is told what happens."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound
from flowstone.errors.web import RequestRefused
from flowstone.web import wire_types as wire
from flowstone.web.json_text import decode
from flowstone.web.known_socket import KnownSocket

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from flowstone.web.site import Site

MAX_MESSAGE_BYTES = 64 << 10
PING_S = 20.0


@cache
def client_messages() -> TypeAdapter[Any]:
    """Return the reader of what browsers say."""
    from pydantic import TypeAdapter

    return TypeAdapter(wire.ClientMessage)


class SocketHandler(KnownSocket):
    """A browser's socket. It is a listener of the hub from its hello to its end."""

    def initialize(self, site: Site) -> None:
        """Start with nothing missed."""
        super().initialize(site)
        self._since: int | None = None

    def on_message(self, message: str | bytes) -> None:
        """Do what a message asks; one that cannot be understood gets an error, and the socket stays."""
        if not self.is_live():
            return
        try:
            if isinstance(message, bytes):
                raise RequestRefused("Messages are text")
            self._obey(decode(message, client_messages()))
        except FlowstoneError as refused:
            self._refuse(refused)

    def leave(self) -> None:
        """Be told nothing any more."""
        self.site.services.hub.leave(self)

    def _obey(self, message: wire.Hello | wire.Subscribe | wire.Unsubscribe | wire.Ping) -> None:
        hub = self.site.services.hub
        match message:
            case wire.Hello():
                self._welcome(message)
            case _ if not self.is_known:
                self.close_stranger()
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
        if not self.is_welcome(hello.key):
            return
        hub = self.site.services.hub
        resumed = hub.can_resume(hello.epoch, hello.since)
        self._since = hello.since if resumed else None
        self.offer(wire.Welcome(epoch=hub.epoch, seq=hub.seq, resumed=resumed).model_dump_json())

    def _check_topic(self, topic: str) -> None:
        kind, _, name = topic.partition(":")
        project, _, run = name.partition("/")
        is_whole = {"project": not run, "logs": bool(run)}.get(kind, False)
        if not is_whole or not self.site.services.shelf.has(project):
            raise NotFound("topic", topic[:200])

    def _refuse(self, error: FlowstoneError) -> None:
        if not self.is_known:
            self.close_stranger()
            return
        body = wire.ErrorBody(code=error.code, message=error.message, details=error.details, hint=error.hint)
        self.offer(wire.SocketError(error=body).model_dump_json())
