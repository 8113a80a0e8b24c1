"""What a run is about to use and what a collection is about to remove never meet.

Whoever takes up something that is stored touches it under a shared lock; whoever removes things looks once more, under
the exclusive lock, whether they were touched. Both hold it for moments only.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowstone.disk.folder_locks import locked_folder


@contextmanager
def claiming(folder: Path) -> Iterator[None]:
    """Hold off removals from a folder for a moment. Raises: OSError."""
    with locked_folder(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def removing(folder: Path) -> Iterator[None]:
    """Hold off claims of what is in a folder for a moment. Raises: OSError."""
    with locked_folder(folder, fcntl.LOCK_EX):
        yield
