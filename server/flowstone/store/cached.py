"""The folder where this machine keeps copies of what is stored elsewhere, and how it is kept from growing."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import xxhash

CACHE_VARIABLE = "FLOWSTONE_CACHE"
LIMIT_VARIABLE = "FLOWSTONE_CACHE_BYTES"
DEFAULT_LIMIT_BYTES = 20 << 30
IN_USE_S = 3600.0
"""What was opened so lately is not removed: it may be about to be read."""
LOOK_EVERY_BYTES = 256 << 20
"""How much may be added before the folder is looked through again."""


def cache_folder(address: str) -> Path:
    """Return the folder for copies from one store: beneath FLOWSTONE_CACHE, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    standard = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flowstone"
    return (Path(named) if named else standard) / "stores" / xxhash.xxh3_64_hexdigest(address.encode())


def limit_bytes() -> int:
    """Return how large the copies from one store may grow together: FLOWSTONE_CACHE_BYTES, else 20 GiB."""
    with contextlib.suppress(KeyError, ValueError):
        return int(os.environ[LIMIT_VARIABLE])
    return DEFAULT_LIMIT_BYTES


def mark_used(path: Path) -> None:
    """Note that a copy is in use, so that others go first."""
    with contextlib.suppress(OSError):
        os.utime(path)


def shrink(folder: Path, *, to_bytes: int, now: float | None = None) -> None:
    """Remove the copies that were used longest ago until the rest fits; none that was used in the last hour.

    A copy that is mapped by a process stays readable there until it lets go.
    """
    at = time.time() if now is None else now
    found = sorted((facts.st_mtime, facts.st_size, path) for path, facts in _files(folder))
    excess = sum(size for _, size, _ in found) - to_bytes
    for used_at, size, path in found:
        if excess <= 0 or at - used_at < IN_USE_S:
            return
        with contextlib.suppress(OSError):
            path.unlink()
            excess -= size


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):  # not the code, which is small, and may be imported from at any time
        with contextlib.suppress(OSError):
            facts = path.lstat()
            if path.is_file():
                yield path, facts
