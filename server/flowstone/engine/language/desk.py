"""The language service of one open project: one server for all its windows, there only while somebody asks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from flowstone.engine.language.addresses import Addresses
from flowstone.engine.language.language_server import ANSWER_S, LanguageServer
from flowstone.engine.language.open_texts import OpenTexts, Window
from flowstone.engine.language.pyrefly import pyrefly_command, pyrefly_settings
from flowstone.errors.base import FlowstoneError
from flowstone.errors.language import AskedInVain

log = logging.getLogger("flowstone.language")

Clock = Callable[[], float]

SETTINGS_FILE = ".flowstone/language.toml"
MAX_MODULE_BYTES = 2 << 20
CHANGED, DELETED = 2, 3
MOST_TRIES = 4


@dataclass(frozen=True, slots=True)
class Upkeep:
    """When a language server is let go. Units: seconds, bytes.

    One that ended `most_ends` times within `ends_within_s` is left alone for as long again.
    """

    idle_s: float = 300.0
    look_s: float = 15.0
    most_memory_bytes: int = 2 << 30
    most_ends: int = 3
    ends_within_s: float = 60.0


UPKEEP = Upkeep()


class LanguageDesk:
    """Asks the language server on behalf of windows. It is started when it is first asked, and again if it ended."""

    def __init__(
        self,
        root: Path,
        *,
        command: Sequence[str] | None = None,
        upkeep: Upkeep = UPKEEP,
        clock: Clock = time.monotonic,
    ) -> None:
        root = root.resolve()
        self.addresses = Addresses(root)
        self._root = root
        self._command = command
        self._upkeep = upkeep
        self._clock = clock
        self._texts = OpenTexts()
        self._server: LanguageServer | None = None
        self._starting = asyncio.Lock()
        self._ends: deque[float] = deque(maxlen=upkeep.most_ends)
        self._used_at = clock()
        self._keeping: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def server_pid(self) -> int | None:
        """The process that answers; None while there is none."""
        return self._server.pid if self._server is not None and self._server.is_running else None

    def put(self, window: Window, path: str, text: str) -> bool:
        """Note what a window holds of a file; False for a text beyond the bounds."""
        self._used_at = self._clock()
        uri = self.addresses.uri(path)
        is_kept = self._texts.put(window, uri, text)
        if is_kept and (server := self._running()) is not None:
            self._texts.show(server, window, uri)
        return is_kept

    def drop(self, window: Window, path: str) -> None:
        """Note that a window has closed a file."""
        self._texts.drop(window, self.addresses.uri(path))
        self._show_all()

    def leave(self, window: Window) -> None:
        """Forget a window."""
        self._texts.leave(window)
        self._show_all()

    async def ask(self, window: Window, path: str, method: str, params: dict[str, Any]) -> Any:
        """Ask about a place in a file as the window has it; addresses in the answer are those of browsers.

        Raises: AskedInVain; ToolUnusable.
        """
        self._used_at = self._clock()
        uri = self.addresses.uri(path)
        if not self._texts.has(window, uri):
            raise AskedInVain("the file is not open, or too large")
        tries_left = MOST_TRIES
        while True:
            tries_left -= 1
            try:
                return await self._ask_once(window, uri, method, params)
            except AskedInVain as failed:
                if not failed.is_overtaken or not tries_left:
                    raise

    async def _ask_once(self, window: Window, uri: str, method: str, params: dict[str, Any]) -> Any:
        server = await self._started()
        self._texts.show(server, window, uri)
        asked = server.ask(method, {**params, "textDocument": {"uri": uri}})
        return self.addresses.readdressed(await self._answer(server, asked))

    async def resolve(self, item: dict[str, Any]) -> Any:
        """Ask for the rest of a completion. Raises: AskedInVain; ToolUnusable."""
        server = await self._started()
        return await self._answer(server, server.ask("completionItem/resolve", item))

    async def module(self, address: str) -> tuple[str, str]:
        """Return the path and text of a file beyond the project that the language server has pointed to.

        Raises: AskedInVain, when it never did, or the file is gone or too large.
        """
        file = self.addresses.module(address)
        if file is None:
            raise AskedInVain("there is no such module")
        return str(file), await asyncio.to_thread(_module_text, file)

    def files_changed(self, paths: Iterable[str]) -> None:
        """Note that files changed on disk, so that what is read from there is read again."""
        server = self._running()
        python = [path for path in paths if path.endswith(".py")]
        if server is not None and python:
            changes = [
                {"uri": self.addresses.uri(path), "type": CHANGED if (self._root / path).exists() else DELETED}
                for path in python
            ]
            server.tell("workspace/didChangeWatchedFiles", {"changes": changes})

    async def close(self) -> None:
        """Let the language server go, for good."""
        self._is_closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        async with self._starting:
            await self._let_go()

    def _running(self) -> LanguageServer | None:
        return self._server if self._server is not None and self._server.is_running else None

    def _show_all(self) -> None:
        if (server := self._running()) is not None:
            self._texts.show_all(server)

    async def _answer(self, server: LanguageServer, asked: asyncio.Future[Any]) -> Any:
        try:
            return await asyncio.wait_for(asked, ANSWER_S)
        except TimeoutError as slow:
            # One that thinks for ever answers nobody else either.
            log.warning("%s: the language service gave no answer, and is started anew", self._root)
            await self._lost(server)
            raise AskedInVain("it took too long") from slow

    async def _started(self) -> LanguageServer:
        if (server := self._running()) is not None:
            return server
        async with self._starting:
            if (server := self._running()) is not None:
                return server
            return await self._start()

    async def _start(self) -> LanguageServer:
        if self._is_closed:
            raise AskedInVain("the project is closed")
        if self._server is not None:
            await self._lost(self._server)
        if len(self._ends) == self._ends.maxlen and self._clock() - self._ends[0] < self._upkeep.ends_within_s:
            raise AskedInVain("the language service keeps ending, and is left alone for a minute")
        self._texts.forget_seen()
        try:
            settings = await asyncio.to_thread(pyrefly_settings, self._root, self._root / SETTINGS_FILE)
            server = await LanguageServer.start(self._command or pyrefly_command(), root=self._root, settings=settings)
        except (FlowstoneError, OSError) as failed:
            self._ends.append(self._clock())
            raise AskedInVain(str(failed)) from failed
        self._server = server
        self._texts.show_all(server)
        if self._keeping is None:
            self._keeping = asyncio.get_running_loop().create_task(self._keep())
        return server

    async def _lost(self, server: LanguageServer) -> None:
        if server is self._server:
            self._ends.append(self._clock())
            await self._let_go()

    async def _let_go(self) -> None:
        server, self._server = self._server, None
        self._texts.forget_seen()
        if server is not None:
            await server.stop()

    async def _keep(self) -> None:
        """Let a server go that nobody asks, or that has grown too large."""
        while True:
            await asyncio.sleep(self._upkeep.look_s)
            server = self._running()
            is_idle = self._clock() - self._used_at > self._upkeep.idle_s
            if server is None or server.is_asked:
                continue
            if is_idle or _memory_bytes(server.pid) > self._upkeep.most_memory_bytes:
                async with self._starting:
                    await self._let_go()


def _memory_bytes(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _module_text(file: Path) -> str:
    try:
        if file.suffix not in (".py", ".pyi") or file.stat().st_size > MAX_MODULE_BYTES:
            raise AskedInVain("it is no Python file, or a very large one")
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as gone:
        raise AskedInVain("the file is not there any more") from gone
