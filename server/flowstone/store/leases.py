"""Leases of processes that drive runs: how one machine, or container, can tell that another's process is gone.

Layout: `owners/HASH`, an empty file for each process, which it touches every few seconds and removes when it ends.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import xxhash

LEASES = "owners"
RENEWED_EVERY_S = 5.0
OLD_AFTER_S = 30.0
"""A lease that was not renewed for so long is nobody's any more. Source: promise 4, 30 seconds on a cluster."""
FORGOTTEN_AFTER_S = 86_400.0
"""How long an old lease is left lying, for whoever asks why a run was closed."""


class Leases:
    """The leases in a project."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def renew(self, owner: str) -> None:
        """Say that a process goes on. Raises: OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(owner).touch()

    def begin(self, owner: str) -> None:
        """Say, before a run belongs to a process, that it is there; on a full disk the next renewal says so."""
        with suppress(OSError):
            self.renew(owner)

    def end(self, owner: str) -> None:
        """Say that a process drives nothing any more, and remove what others have left long ago. Raises: OSError."""
        self._path(owner).unlink(missing_ok=True)
        long_ago = self._now() - FORGOTTEN_AFTER_S
        for lease in self._folder.glob("*"):
            with suppress(FileNotFoundError):
                if lease.stat().st_mtime < long_ago:
                    lease.unlink()

    def is_fresh(self, owner: str) -> bool:
        """Say whether a process has renewed its lease of late; one whose lease cannot be looked at may have."""
        try:
            renewed_at = self._path(owner).stat().st_mtime
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return self._now() - renewed_at < OLD_AFTER_S

    def renewed_at(self, owner: str) -> float | None:
        """Return when a process last said that it goes on; None where nothing is left of its lease."""
        try:
            return self._path(owner).stat().st_mtime
        except OSError:
            return None

    def _now(self) -> float:
        """Return the time by the clock that stamps the leases: those of two machines may differ."""
        try:
            with tempfile.TemporaryFile(dir=self._folder) as probe:
                return os.fstat(probe.fileno()).st_mtime
        except OSError:
            return time.time()

    def _path(self, owner: str) -> Path:
        return self._folder / xxhash.xxh3_64_hexdigest(owner.encode())
