"""Snapshots of a project that mostly has not changed: then none of its files is read again, only looked at."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from flowstone.disk.failpoints import reach
from flowstone.store.snapshots import Snapshot, claim_snapshot, code_paths, take_snapshot

SETTLED_AFTER_NS = 2_000_000_000
"""How coarse a file's times may be: two seconds on FAT and some network disks, milliseconds on most others."""

Marks: TypeAlias = tuple[tuple[str, int, int, int, int, int], ...]
"""Path, device, inode, size and times of files: when none of them changed, nor did what is in them."""


@dataclass(frozen=True, slots=True)
class _Taken:
    marks: Marks
    copies: Marks
    snapshot: Snapshot


class RepeatedSnapshots:
    """Takes snapshots of one project into one folder. Use it from one thread at a time, or lose some time.

    A file that changed a moment ago is read again, for it may change once more in the same tick of the disk's clock.
    """

    def __init__(self, project: Path, folder: Path, *, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._project = project
        self._folder = folder
        self._clock_ns = clock_ns
        self._last: _Taken | None = None

    def take(self) -> Snapshot:
        """Return a snapshot of the code as it is now. Raises: OSError: see `take_snapshot`."""
        at = self._clock_ns()
        marks = _marks(sorted(map(str, code_paths(self._project))))
        last = self._last
        if last is not None and last.marks == marks and _is_kept(last):
            reach("snapshot.taken")
            return last.snapshot
        snapshot = take_snapshot(self._project, self._folder)
        is_settled = all(at - max(mark[4], mark[5]) > SETTLED_AFTER_NS for mark in marks)
        self._last = _Taken(marks, _marks(_copies(marks, self._project, snapshot)), snapshot) if is_settled else None
        return snapshot


def _is_kept(taken: _Taken) -> bool:
    try:
        return claim_snapshot(taken.snapshot.root) and _marks(mark[0] for mark in taken.copies) == taken.copies
    except OSError:  # then it is taken again, which says what is wrong
        return False


def _copies(marks: Marks, project: Path, snapshot: Snapshot) -> list[str]:
    return [f"{snapshot.root}{mark[0].removeprefix(str(project))}" for mark in marks]


def _marks(paths: Iterable[str]) -> Marks:
    return tuple(_mark(path) for path in paths)


def _mark(path: str) -> tuple[str, int, int, int, int, int]:
    found = os.stat(path)  # noqa: PTH116 - of every file of a project, at every click
    return path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
