"""A process and everything below it, in whatever session or group: found through /proc, and ended.

Those whose parents have ended are below it too, where it adopts them: see PR_SET_CHILD_SUBREAPER in prctl(2).
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

ROUNDS = 20
"""How often a tree is looked at again for what was started while it was being stopped."""


def kill_tree(pid: int) -> None:
    """Kill a process and every one below it. All stand still before the first dies, so that none starts another."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        _signal(root, signal.SIGSTOP)
        for process in _stopped_below(root):
            _signal(process, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_below(pid: int) -> frozenset[int]:
    """Kill everything below a process, and return the ids of what that was."""
    import psutil

    try:
        found = _stopped_below(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return frozenset()
    for process in found:
        _signal(process, signal.SIGKILL)
    return frozenset(process.pid for process in found)


def _stopped_below(root: psutil.Process) -> list[psutil.Process]:
    """Stop all that live below a process, looking again until there is nothing new."""
    stopped: dict[int, psutil.Process] = {}
    for _ in range(ROUNDS):
        new = [child for child in root.children(recursive=True) if child.pid not in stopped and _is_living(child)]
        if not new:
            break
        for child in new:
            _signal(child, signal.SIGSTOP)
            stopped[child.pid] = child
    return list(stopped.values())


def _is_living(process: psutil.Process) -> bool:
    import psutil

    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    import psutil

    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process.send_signal(number)
