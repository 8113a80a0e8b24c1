"""Which stored files are known to be what their names promise: read whole once, for as long as nobody touches them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from flowstone.model.ids import ArtifactHash

SMALL_BYTES = 1 << 20
"""A file that is read whole wherever it is looked at: that takes no longer than all else that is done with it."""


class Soundness:
    """Files that were read and found sound. One whose size, time or place has changed since is read again."""

    def __init__(self, hashed: Callable[[Path], ArtifactHash]) -> None:
        self._hashed = hashed
        self._seen: dict[Path, tuple[int, int, int]] = {}

    def vouch(self, path: Path) -> None:
        """Take a file for sound as it is now: it was hashed as it was written. Raises: OSError."""
        self._seen[path] = _facts(path)

    def is_sound(self, artifact: ArtifactHash, path: Path, *, unread_over: int | None = None) -> bool:
        """Say whether a file has the content that its name promises; one that is larger is only taken for it.

        Raises: OSError.
        """
        facts = _facts(path)
        known = self._seen.get(path)
        if known == facts or (known is None and unread_over is not None and facts[1] > unread_over):
            return True
        if self._hashed(path) != artifact:
            self._seen.pop(path, None)
            return False
        self._seen[path] = facts
        return True


def _facts(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)  # noqa: PTH116 - asked for each block of each look at a pipeline
    return found.st_ino, found.st_size, found.st_mtime_ns
