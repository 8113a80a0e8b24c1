"""Drafts that a process which is gone has left behind: found, and cleared away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from flowstone.disk.publish import is_draft

YOUNG_S = 10.0
"""So old is what is cleared away: a draft that was made this moment may not be locked yet."""
NOT_LOOKED_INTO = frozenset({".git", ".hg", ".venv", "venv", "node_modules", "__pycache__"})


def abandoned_drafts(root: Path) -> Iterator[Path]:
    """Give the drafts of publishing, beneath a folder, that nobody writes any more. Links are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_LOOKED_INTO]
        for name in names:
            path = Path(folder, name)
            if is_draft(name) and not _is_locked(path):
                yield path


def clear_abandoned_drafts(root: Path) -> None:
    """Remove the drafts that nobody writes any more; what cannot be removed stays for the next time."""
    for draft in abandoned_drafts(root):
        with contextlib.suppress(OSError):
            if abs(time.time() - draft.lstat().st_mtime) > YOUNG_S:
                draft.unlink()


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return True  # gone, or nothing of ours
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
