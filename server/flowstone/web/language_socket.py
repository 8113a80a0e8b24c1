"""The socket of the language service: a hello with the key, then the language server protocol."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from flowstone.errors.base import FlowstoneError
from flowstone.web import wire_types as wire
from flowstone.web.json_text import decode
from flowstone.web.known_socket import KnownSocket
from flowstone.web.route import MAX_FILE_BODY_BYTES, PATH_PARTS, path_pattern

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from flowstone.engine.language.conversation import Conversation
    from flowstone.engine.language.message_stream import Message
    from flowstone.web.site import Site

LANGUAGE_PATH = "/projects/{project}/language"
MAX_ANSWER_CHARACTERS = 4 << 20
UNKNOWN_PROJECT = 4404
BAD_MESSAGE = 4400


@cache
def _hellos() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(wire.Hello)


@cache
def _messages() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(dict[str, Any])


def language_pattern() -> str:
    """Return the regular expression of the socket's path."""
    return path_pattern(LANGUAGE_PATH).replace("[^/]+", PATH_PARTS["project"].pattern)


class LanguageSocketHandler(KnownSocket):
    """One window's socket to the language service of a project."""

    def initialize(self, site: Site) -> None:
        """Start without a conversation."""
        super().initialize(site)
        self._project = ""
        self._talk: Conversation | None = None
        self._early: list[Message] = []
        self._greeting: asyncio.Task[None] | None = None

    @property
    def max_message_size(self) -> int:
        """Return how long a message may be: a whole file, and what JSON makes of it."""
        return MAX_FILE_BODY_BYTES

    async def open(self, *_: str, project: str = "", **__: str) -> None:
        """Wait for the hello."""
        self._project = project
        await super().open()

    def on_message(self, message: str | bytes) -> None:
        """Take the hello, then the protocol's messages; what is neither ends the socket."""
        if not self.is_live():
            return
        try:
            if not self.is_known:
                self._greet(decode(message, _hellos()))
                return
            self._hear(decode(message, _messages()))
        except FlowstoneError:
            if self.is_known:
                self.close(BAD_MESSAGE, "not a message of the protocol")
            else:
                self.close_stranger()

    def leave(self) -> None:
        """End the conversation."""
        if self._greeting is not None:
            self._greeting.cancel()
        if self._talk is not None:
            self._talk.end()
            self._talk = None

    def _greet(self, hello: wire.Hello) -> None:
        if self.is_welcome(hello.key):
            # As a task: what comes meanwhile is kept, and the socket goes on reading.
            self._greeting = asyncio.get_running_loop().create_task(self._begin())

    async def _begin(self) -> None:
        from flowstone.engine.language.conversation import Conversation

        try:
            opened = await self.site.services.shelf.project(self._project)
        except FlowstoneError:
            self.close(UNKNOWN_PROJECT, "no such project")
            return
        self._talk = Conversation(opened.language, self._say)
        early, self._early = self._early, []
        for message in early:
            self._talk.hear(message)

    def _hear(self, message: Message) -> None:
        if self._talk is not None:
            self._talk.hear(message)
        elif len(self._early) < 8:
            self._early.append(message)

    def _say(self, message: Message) -> None:
        text = json.dumps(message)
        if len(text) > MAX_ANSWER_CHARACTERS:
            refused = {"code": -32803, "message": "the answer is too long"}
            text = json.dumps({"jsonrpc": "2.0", "id": message.get("id"), "error": refused})
        self.offer(text)
