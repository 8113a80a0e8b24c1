"""Views of outputs that have been put in order: files of row numbers, kept so that a page of one is not a sort of all.

An output never changes, so that a file is right for as long as it is there. The oldest go when there is no room.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from flowstone.engine.questions import Stored
from flowstone.model.view import View
from flowstone.store.codec import encode

MAX_KEPT_BYTES = 2 << 30
MOVING = ("now", "current", "today", "age")
"""What in an expression makes its answer one of this moment."""
MOVING_FOR_S = 60

Make = Callable[[Path], Awaitable[object]]


@dataclass(slots=True)
class _Making:
    task: asyncio.Task[object]
    waiting: int = 0


class Arrangements:
    """The files of views, in a folder; without one, in one of their own that goes when they are closed."""

    def __init__(self, folder: Path | None) -> None:
        self._given = folder
        self._passing: tempfile.TemporaryDirectory[str] | None = None
        self._making: dict[Path, _Making] = {}

    @property
    def folder(self) -> Path:
        """Where the files are."""
        if self._given is not None:
            return self._given
        if self._passing is None:
            self._passing = tempfile.TemporaryDirectory(prefix="flowstone-")
        return Path(self._passing.name)

    def close(self) -> None:
        """Let the files go that belong to nobody."""
        if self._passing is not None:
            self._passing.cleanup()

    async def find(self, stored: Stored, view: View, make: Make) -> Path:
        """Return the file of a view, which is made if it is not there.

        Those who ask meanwhile wait for the same one; when the last of them has gone, the making is stopped.

        Raises: what `make` raises; OSError.
        """
        path = self.folder / _name(stored, view)
        if path not in self._making:
            if await asyncio.to_thread(_touched, path):
                return path
            await asyncio.to_thread(_make_room, self.folder)
        await self._made(path, make)
        return path

    async def _made(self, path: Path, make: Make) -> None:
        making = self._making.get(path)
        if making is None:
            making = self._making[path] = _Making(asyncio.ensure_future(make(path)))
        making.waiting += 1
        try:
            await asyncio.shield(making.task)
        finally:
            making.waiting -= 1
            if making.waiting == 0:
                self._making.pop(path, None)
                making.task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await making.task


def _name(stored: Stored, view: View) -> str:
    moment = int(time.time() // MOVING_FOR_S) if any(word in view.filter.expression.lower() for word in MOVING) else 0
    key = encode([stored.path, stored.artifact, view, moment])
    return f"{hashlib.blake2b(key, digest_size=16).hexdigest()}.rows"


def _touched(path: Path) -> bool:
    """Say whether a file is there, and note that it is used."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _make_room(folder: Path) -> None:
    """Let the oldest files go until the rest is within its bound; what is being read stays readable."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for entry in os.scandir(folder):
        with contextlib.suppress(FileNotFoundError):
            about = entry.stat()
            found.append((about.st_mtime, about.st_size, entry.path))
    kept = 0
    for _, size, path in sorted(found, reverse=True):
        kept += size
        if kept > MAX_KEPT_BYTES and path.endswith(".rows"):
            with contextlib.suppress(OSError):
                Path(path).unlink()
