"""One server at a time writes a project: a locked file that says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO

from flowstone.errors.store import ProjectBusy


class ProjectLock:
    """A lock that the operating system lets go when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self, *, holder: str) -> None:
        """Take the lock and write down who has it. Raises: ProjectBusy, with the holder's own words."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            with file:
                file.seek(0)
                raise ProjectBusy(str(self._path.parent.parent), _holder(file.read())) from busy
        file.seek(0)
        file.truncate()
        json.dump({"holder": holder, "pid": os.getpid()}, file)
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let the lock go, if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _holder(text: str) -> str:
    try:
        found = json.loads(text)
        return f"{found['holder']} (process {found['pid']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
