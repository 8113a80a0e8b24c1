"""Folders for files on their way: gone afterwards, and clear about a disk that is full."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowstone.disk.publish import NO_ROOM
from flowstone.errors.store import DiskFull


@contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Give a folder among this machine's temporary files. Raises: DiskFull."""
    with full_disk_named(tempfile.gettempdir()), tempfile.TemporaryDirectory(prefix=f"flowstone-{purpose}-") as folder:
        yield Path(folder)


@contextmanager
def full_disk_named(place: str) -> Iterator[None]:
    """Say in our words, with the place, that there was no room to write. Raises: DiskFull."""
    try:
        yield
    except OSError as failed:
        if failed.errno in NO_ROOM:
            raise DiskFull(place) from failed
        raise
