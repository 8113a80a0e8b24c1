"""One server at a time writes a project: a locked file that says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flowstone.errors.store import ProjectBusy

TRIED_FOR_S = 0.5
"""How long the lock is asked for: one who only looks at it holds it for a moment, and a holder's name takes one."""
STEP_S = 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a project. `epoch` counts those who ever did; pid is None where it is not told."""

    words: str
    pid: int | None
    epoch: int


class ProjectLock:
    """A lock that the operating system lets go when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None
        self._holder = ""

    @property
    def is_held(self) -> bool:
        """Whether this process has the lock, and the file is the one that others look at: it may be deleted."""
        return self._file is not None and _is_at(self._file, self._path)

    @property
    def is_kept(self) -> bool:
        """Whether this process has the lock that it took, if it took one."""
        return self._file is None or self.is_held

    def acquire(self, *, holder: str) -> int:
        """Take the lock, write down who has it, and return which epoch begins: each holder's is higher.

        Raises: ProjectBusy, with the holder's own words; OSError.
        """
        file = self._locked()
        epoch = _read(file).epoch + 1
        file.seek(0)
        file.truncate()
        json.dump({"holder": holder, "pid": os.getpid(), "epoch": epoch}, file)
        file.flush()
        self.release()
        self._file, self._holder = file, holder
        return epoch

    def keep(self) -> None:
        """Take the lock again if this process has it and its file was deleted: another server would not see it.

        Raises: ProjectBusy, when another has taken it since; OSError.
        """
        if self._file is not None and not self.is_held:
            self.acquire(holder=self._holder)

    def _locked(self) -> IO[str]:
        until = time.monotonic() + TRIED_FOR_S
        while True:
            file = self._path.open("a+", encoding="utf-8")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as busy:
                with file:
                    if time.monotonic() > until:
                        raise ProjectBusy(str(self._path.parent.parent), _read(file).words) from busy
                time.sleep(STEP_S)
                continue
            except BaseException:
                file.close()
                raise
            if _is_at(file, self._path):
                return file
            file.close()  # somebody has deleted it since: whoever comes next would lock another

    def release(self) -> None:
        """Let the lock go, if it is held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def holder_of(path: Path) -> Holder | None:
    """Return who holds a project, None when nobody does. Raises: OSError, when it cannot be told."""
    try:
        file = path.open("r", encoding="utf-8")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file)
        return None


def _is_at(file: IO[str], path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _read(file: IO[str]) -> Holder:
    file.seek(0)
    try:
        found = json.loads(file.read())
        pid = int(found["pid"])
        return Holder(f"{found['holder']} (process {pid})", pid, int(found.get("epoch", 0)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Holder("another process", None, 0)
