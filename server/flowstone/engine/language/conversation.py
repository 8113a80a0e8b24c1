"""One window's talk with the language service: the protocol's messages in, its answers out, and nothing else of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

from flowstone.engine.language.desk import LanguageDesk
from flowstone.engine.language.language_server import METHOD_NOT_FOUND
from flowstone.engine.language.message_stream import Message
from flowstone.errors.base import FlowstoneError

WINDOWS = count(1)
MAX_ASKED = 64
"""How many questions of a window may wait; an editor has a handful."""

REQUEST_FAILED = -32803
CANCELLED = -32800

ABOUT_A_PLACE = frozenset(
    {
        "textDocument/completion",
        "textDocument/hover",
        "textDocument/signatureHelp",
        "textDocument/definition",
        "textDocument/references",
        "textDocument/prepareRename",
        "textDocument/rename",
    }
)
CAPABILITIES: Mapping[str, Any] = {
    # Whole texts: two windows can then hold different ones, and the server be shown whichever is asked about.
    "textDocumentSync": {"openClose": True, "change": 1},
    "completionProvider": {"triggerCharacters": ["."], "resolveProvider": True},
    "hoverProvider": True,
    "signatureHelpProvider": {"triggerCharacters": ["(", ","]},
    "definitionProvider": True,
    "referencesProvider": True,
    "renameProvider": {"prepareProvider": True},
}


class Conversation:
    """What one window says and is told. A message that is not understood is answered or passed over, never raised."""

    def __init__(self, desk: LanguageDesk, say: Callable[[Message], None]) -> None:
        self._desk = desk
        self._say = say
        self._window = next(WINDOWS)
        self._asked: dict[int | str, asyncio.Task[None]] = {}

    def hear(self, message: Message) -> None:
        """Take a message: note what it tells, or see to it that it is answered."""
        method, params, number = message.get("method"), message.get("params"), message.get("id")
        params = params if isinstance(params, dict) else {}
        if not isinstance(method, str):
            return
        if isinstance(number, int | str) and not isinstance(number, bool):
            self._answer_soon(number, method, params)
        else:
            self._note(method, params)

    def end(self) -> None:
        """Forget the window."""
        for task in tuple(self._asked.values()):
            task.cancel()
        self._desk.leave(self._window)

    def _note(self, method: str, params: Mapping[str, Any]) -> None:
        document = _mapping(params.get("textDocument"))
        path = self._desk.addresses.path(str(document.get("uri", "")))
        if method == "$/cancelRequest" and (asked := self._asked.get(params.get("id", 0))) is not None:
            asked.cancel()
        elif path is None:
            return
        elif method == "textDocument/didOpen":
            self._put(path, document.get("text"))
        elif method == "textDocument/didChange":
            changes = params.get("contentChanges")
            last = changes[-1] if isinstance(changes, list) and changes else None
            self._put(path, _mapping(last).get("text"))
        elif method == "textDocument/didClose":
            self._desk.drop(self._window, path)

    def _put(self, path: str, text: object) -> None:
        if isinstance(text, str):
            self._desk.put(self._window, path, text)

    def _answer_soon(self, number: int | str, method: str, params: dict[str, Any]) -> None:
        if number in self._asked or len(self._asked) >= MAX_ASKED:
            self._refuse(number, REQUEST_FAILED, "too many questions at once")
            return
        task = asyncio.get_running_loop().create_task(self._answer(number, method, params))
        self._asked[number] = task
        task.add_done_callback(lambda _: self._asked.pop(number, None))

    async def _answer(self, number: int | str, method: str, params: dict[str, Any]) -> None:
        answering = self._answering(method, params)
        if answering is None:
            self._refuse(number, METHOD_NOT_FOUND, "not known here")
            return
        try:
            self._say({"jsonrpc": "2.0", "id": number, "result": await answering})
        except FlowstoneError as failed:
            self._refuse(number, REQUEST_FAILED, failed.message)
        except asyncio.CancelledError:
            self._refuse(number, CANCELLED, "cancelled")
            raise

    def _answering(self, method: str, params: dict[str, Any]) -> Awaitable[Any] | None:
        """Return what will be the answer; None for a question that is not taken."""
        if method == "initialize":
            return _soon({"capabilities": CAPABILITIES})
        if method == "shutdown":
            return _soon(None)
        if method == "completionItem/resolve":
            return self._desk.resolve(params)
        if method == "flowstone/module":
            return self._module(str(params.get("uri", "")))
        path = self._desk.addresses.path(str(_mapping(params.get("textDocument")).get("uri", "")))
        if method in ABOUT_A_PLACE and path is not None:
            return self._desk.ask(self._window, path, method, params)
        return None

    async def _module(self, address: str) -> Any:
        path, text = await self._desk.module(address)
        return {"path": path, "text": text}

    def _refuse(self, number: int | str, code: int, words: str) -> None:
        self._say({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": words}})


async def _soon(value: Any) -> Any:
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
