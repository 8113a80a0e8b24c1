"""A disk that is as small as a test wants it: a tmpfs, mounted where that is allowed, and else in a new namespace."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILLER = "filler"
PIECE = 4_096


@contextmanager
def small_disk(folder: Path, *, size_bytes: int) -> Iterator[Path]:
    """Mount a disk of a size on a folder for a while.

    Raises: AssertionError, where nothing may be mounted: these tests prove nothing without it.
    """
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_bytes},mode=0777", "flowstone-test", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert mounted.returncode == 0, f"a tmpfs is needed: run as root, or under `unshare -rm`: {mounted.stderr}"
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, *, leaving_bytes: int = 0) -> None:
    """Take all room of a disk but for some of it."""
    facts = os.statvfs(disk)
    wanted = facts.f_bavail * facts.f_frsize - leaving_bytes
    with (disk / FILLER).open("ab", buffering=0) as file:
        try:
            while wanted > 0:
                wanted -= file.write(bytes(min(PIECE * 64, max(PIECE, wanted // PIECE * PIECE))))
        except OSError:
            pass
        if not leaving_bytes:
            _fill_pages(file.fileno())


def _fill_pages(descriptor: int) -> None:
    try:
        while os.write(descriptor, bytes(PIECE)):
            pass
    except OSError:
        return


def free(disk: Path) -> None:
    """Give the room back."""
    (disk / FILLER).unlink(missing_ok=True)
