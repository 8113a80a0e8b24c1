"""Hashes of declared files, each found once for as long as the file's identity says that it is the same."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from flowstone.disk.publish import publish
from flowstone.store.artifacts import hash_file

MISSING = "missing"
SETTLED_AFTER_NS = 2_000_000_000
"""How coarse a file's times may be: two seconds on FAT and some network disks, milliseconds on most others."""
LARGE_BYTES = 4 << 20
"""Hashes of files from this size on are kept for other processes, too; a smaller one is read in no time."""
MAX_KEPT = 10_000

Mark = tuple[int, int, int, int, int]
"""A file's device, inode, size and times: when none of them changed, nor did its content."""


class FileHashes:
    """Hashes of data files, kept until a file's size, times, inode or device change.

    One that changed a moment ago is not kept, for it may change again in the same tick of the disk's clock; nor is one
    that changed while it was read. Setting a file's times back does not deceive: the time of its change stays.
    """

    def __init__(
        self,
        kept: Path | None = None,
        *,
        clock_ns: Callable[[], int] = time.time_ns,
        read: Callable[[Path], str] = hash_file,
    ) -> None:
        """Keep what is known of large files in `kept`, if that is given."""
        self._kept = kept
        self._clock_ns = clock_ns
        self._read = read
        self._known: dict[str, tuple[Mark, str]] = {}
        self._has_loaded = kept is None

    def hash(self, path: Path) -> str:
        """Return the hash of a file's content; "missing" when there is no such file. Raises: OSError."""
        mark = _mark(path)
        if mark is None:
            return MISSING
        is_large = mark[2] >= LARGE_BYTES
        if is_large:
            self._load()
        known = self._known.get(str(path))
        if known is not None and known[0] == mark:
            return known[1]
        content = self._read(path)
        if self._is_settled(mark) and _mark(path) == mark:
            self._known[str(path)] = (mark, content)
            if is_large:
                self._save()
        return content

    def _is_settled(self, mark: Mark) -> bool:
        return self._clock_ns() - max(mark[3], mark[4]) > SETTLED_AFTER_NS

    def _load(self) -> None:
        if self._has_loaded or self._kept is None:
            return
        self._has_loaded = True
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):  # worth no more than some time
            stored = json.loads(self._kept.read_bytes())
            found = {str(path): (_as_mark(row[:5]), str(row[5])) for path, row in stored.items()}
            self._known = {**found, **self._known}

    def _save(self) -> None:
        large = [(path, *entry) for path, entry in self._known.items() if entry[0][2] >= LARGE_BYTES]
        rows = {path: [*mark, content] for path, mark, content in large[-MAX_KEPT:]}
        if self._kept is not None:
            with contextlib.suppress(OSError):
                publish(self._kept, json.dumps(rows).encode(), durable=False)


def _as_mark(row: list[int]) -> Mark:
    device, inode, size, mtime, ctime = map(int, row)
    return device, inode, size, mtime, ctime


def _mark(path: Path) -> Mark | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not path.is_file():
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
