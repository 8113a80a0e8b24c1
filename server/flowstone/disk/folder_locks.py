"""The lock of a folder, which goes with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked_folder(folder: Path, operation: int) -> Iterator[None]:
    """Hold a folder's lock, of a kind that `fcntl.flock` knows.

    The folder itself is the lock: a file would have to be made, and be told from what is stored.
    Raises: BlockingIOError, when another holds it and the operation says not to wait; OSError.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)
