"""One language server: a process that is asked and told, until it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from flowstone.engine.language.message_stream import MAX_HEADER_BYTES, Message, StreamBroken, framed, read_message
from flowstone.errors.language import AskedInVain, ToolUnusable

log = logging.getLogger("flowstone.language")

ANSWER_S = 20.0
STOP_S = 2.0
METHOD_NOT_FOUND = -32601
OVERTAKEN = (-32800, -32801, -32802)
"""Codes of a question that was dropped because something changed meanwhile: it may be asked again."""

CAPABILITIES: Mapping[str, Any] = {
    "workspace": {"configuration": True, "workspaceFolders": True, "workspaceEdit": {"documentChanges": False}},
    "textDocument": {
        "completion": {
            "completionItem": {"snippetSupport": False, "documentationFormat": ["markdown", "plaintext"]},
            "contextSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": ["markdown", "plaintext"],
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
            }
        },
        "definition": {},
        "references": {},
        "rename": {"prepareSupport": True},
    },
}
"""What is made use of. Its diagnostics are not: what is wrong in a text comes from elsewhere."""


class LanguageServer:
    """A running process. What it is asked after its end is refused, and whoever waits then is told so."""

    def __init__(self, process: asyncio.subprocess.Process, settings: Mapping[str, Any]) -> None:
        self._process = process
        self._settings = settings
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count(1)
        self._reading = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(cls, words: Sequence[str], *, root: Path, settings: Mapping[str, Any]) -> LanguageServer:
        """Start a server for a project's folder. Raises: ToolUnusable; AskedInVain, when it does not come up."""
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                cwd=root,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=MAX_HEADER_BYTES,
            )
        except OSError as missing:
            raise ToolUnusable(words[0], str(missing)) from missing
        server = cls(process, settings)
        try:
            await server._greet(root)
        except BaseException:
            await server.stop()
            raise
        return server

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it can be asked."""
        return not self._reading.done()

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._waiting)

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Tell it something, in the order of the calls."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Mapping[str, Any]) -> asyncio.Future[Any]:
        """Ask it something now; the answer may be waited for. The future raises AskedInVain, with what it said."""
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        answer.add_done_callback(lambda done: self._forget(number, done))
        if self.is_running:
            self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        else:
            answer.set_exception(AskedInVain("the language service has ended"))
        return answer

    async def stop(self) -> None:
        """End the process; it has a moment to do so itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading

    async def _greet(self, root: Path) -> None:
        folder = {"uri": root.as_uri(), "name": root.name}
        asked = self.ask(
            "initialize",
            {"processId": None, "rootUri": root.as_uri(), "workspaceFolders": [folder], "capabilities": CAPABILITIES},
        )
        await asyncio.wait_for(asked, ANSWER_S)
        self.tell("initialized", {})

    def _send(self, message: Mapping[str, Any]) -> None:
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(framed(message))

    def _forget(self, number: int, answer: asyncio.Future[Any]) -> None:
        self._waiting.pop(number, None)
        if answer.cancelled():
            self.tell("$/cancelRequest", {"id": number})
        elif answer.exception() is not None:
            log.debug("not answered: %s", answer.exception())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while (message := await read_message(self._process.stdout)) is not None:
                self._hear(message)
        except StreamBroken:
            with suppress(ProcessLookupError):
                self._process.kill()
        finally:
            for waiting in tuple(self._waiting.values()):
                if not waiting.done():
                    waiting.set_exception(AskedInVain("the language service has ended"))

    def _hear(self, message: Message) -> None:
        if "method" in message:
            if "id" in message:
                self._answer(message)
            return
        waiting = self._waiting.get(message.get("id", 0))
        if waiting is None or waiting.done():
            return
        if (error := message.get("error")) is not None:
            reason = str(error.get("message", "it did not say why"))
            waiting.set_exception(AskedInVain(reason, is_overtaken=error.get("code") in OVERTAKEN))
        else:
            waiting.set_result(message.get("result"))

    def _answer(self, message: Message) -> None:
        if message["method"] == "workspace/configuration":
            items = message.get("params", {}).get("items", [])
            reply: Message = {"result": [self._settings for _ in items]}
        elif message["method"] == "client/registerCapability":
            reply = {"result": None}
        else:
            reply = {"error": {"code": METHOD_NOT_FOUND, "message": "not known here"}}
        self._send({"jsonrpc": "2.0", "id": message["id"], **reply})
