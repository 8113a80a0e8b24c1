"""What a run is about to use and what a collection is about to remove never meet.

Whoever takes up something that is stored touches it under a shared lock; whoever removes things looks once more, under
the exclusive lock, whether they were touched. Both hold it for moments only.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def claiming(folder: Path) -> Iterator[None]:
    """Hold off removals from a folder for a moment. Raises: OSError."""
    yield from _locked(folder, fcntl.LOCK_SH)


@contextmanager
def removing(folder: Path) -> Iterator[None]:
    """Hold off claims of what is in a folder for a moment. Raises: OSError."""
    yield from _locked(folder, fcntl.LOCK_EX)


def _locked(folder: Path, kind: int) -> Iterator[None]:
    # The folder itself is the lock: a file would have to be made, and be told from what is stored.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)
