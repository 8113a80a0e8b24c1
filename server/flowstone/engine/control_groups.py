"""Control groups: where the system lets them be made, all that a worker has started ends at one stroke.

Without them processes are found by their parents, one after the other (`process_tree`), which a block that forks
faster than anybody can look may outrun. Nothing is limited by these groups, they are only ended.
Source: cgroups(7); `cgroup.kill` is in Linux from 5.14 on.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "flowstone-"
MOUNTS = Path("/proc/self/mountinfo")
OWN = Path("/proc/self/cgroup")
GONE_WITHIN_S = 0.5
LOOK_AGAIN_AFTER_S = 0.005


class ControlGroups:
    """A group for each worker of this process, below the group that this process is in.

    Every method does nothing where groups cannot be made.
    """

    def __init__(self, own: Path | None = None) -> None:
        self._own = own
        self._root: Path | None = None
        self._is_looked_for = False
        self._looking = threading.Lock()

    def take(self, pid: int) -> bool:
        """Put a worker into a group of its own; say whether that was possible. It may take some milliseconds."""
        root = self._made_root()
        if root is None:
            return False
        group = root / str(pid)
        try:
            group.mkdir()
            (group / "cgroup.procs").write_text(str(pid))
        except OSError:
            with suppress(OSError):
                group.rmdir()
            return False
        return True

    def kill(self, pid: int) -> bool:
        """End a worker and all that it has started; say whether it had a group."""
        return self._root is not None and _kill(self._root / str(pid))

    def drop(self, pid: int) -> None:
        """Let the group of a worker go that has ended; what is still ending keeps it until `close`."""
        if self._root is not None:
            with suppress(OSError):
                (self._root / str(pid)).rmdir()

    def close(self) -> None:
        """End what is left in any group, and let all go."""
        if self._root is not None:
            _remove(self._root)
            self._root = None

    def _made_root(self) -> Path | None:
        with self._looking:  # two workers that start at once ask from two threads
            if not self._is_looked_for:
                self._root = self._new_root(self._own or own_group())
                self._is_looked_for = True
            return self._root

    def _new_root(self, own: Path | None) -> Path | None:
        if own is None:
            return None
        root = own / f"{PREFIX}{os.getpid()}-{id(self):x}"
        try:
            root.mkdir()
        except OSError:
            return None
        _remove_abandoned(own)
        return root


def own_group() -> Path | None:
    """Return the folder of the group that this process is in; None where there is none of version 2."""
    try:
        mounts = [line.split() for line in MOUNTS.read_text().splitlines()]
        lines = OWN.read_text().splitlines()
    except OSError:
        return None
    mount = next((fields[4] for fields in mounts if fields[fields.index("-") + 1] == "cgroup2"), None)
    path = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), None)
    return None if mount is None or path is None else Path(mount) / path


def _remove_abandoned(own: Path) -> None:
    """End what servers have left that were killed, and remove their groups."""
    for root in own.glob(f"{PREFIX}*"):
        owner = root.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            _remove(root)


def _kill(group: Path) -> bool:
    try:
        (group / "cgroup.kill").write_text("1")
    except OSError:
        return False
    return True


def _remove(root: Path) -> None:
    """End all in a group and in those below it, and remove them as soon as nothing is left."""
    _kill(root)
    deadline = time.monotonic() + GONE_WITHIN_S
    while root.is_dir() and not _is_removed(root) and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN_AFTER_S)


def _is_removed(root: Path) -> bool:
    with suppress(OSError):
        for group in [found for found in root.iterdir() if found.is_dir()]:
            group.rmdir()
        root.rmdir()
        return True
    return False
