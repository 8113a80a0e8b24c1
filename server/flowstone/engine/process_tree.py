"""A process and everything below it, in whatever session or group: found through /proc, and ended.

Those whose parents have ended are below it too, where it adopts them: see PR_SET_CHILD_SUBREAPER in prctl(2).
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress

PROC = "/proc"
STAT_BYTES = 512
ROUNDS = 50
"""How often a tree is looked at again for what was started while it was being stopped."""
ZOMBIE = b"Z"


def below(pid: int) -> list[int]:
    """Return the processes below one that live, parents before their children."""
    if not os.path.isdir(f"{PROC}/self"):  # noqa: PTH112 - the hot way of it
        return _below_elsewhere(pid)
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        of_this = children.get(waiting.pop(), [])
        found.extend(of_this)
        waiting.extend(of_this)
    return found


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started or adopted, and that live."""
    return [child for child, parent in _parents() if parent == pid]


def kill_tree(pid: int) -> None:
    """Kill a process and every one below it. All stand still before the first dies, so that none starts another."""
    _signal(pid, signal.SIGSTOP)
    for process in (*_stopped_below(pid), pid):
        _signal(process, signal.SIGKILL)


def kill_below(pid: int) -> frozenset[int]:
    """Kill everything below a process, and return the ids of what that was."""
    found = _stopped_below(pid)
    for process in found:
        _signal(process, signal.SIGKILL)
    return frozenset(found)


def _stopped_below(pid: int) -> list[int]:
    """Stop all that live below a process, looking again until there is nothing new."""
    stopped: dict[int, None] = {}
    for _ in range(ROUNDS):
        new = [child for child in below(pid) if child not in stopped]
        if not new:
            break
        for child in new:
            _signal(child, signal.SIGSTOP)
        stopped |= dict.fromkeys(new)
    return list(stopped)


def _parents() -> list[tuple[int, int]]:
    """Return each living process with its parent. Ten times as fast as asking for one after the other."""
    found = []
    for name in os.listdir(PROC):  # noqa: PTH208
        if not name.isdigit():
            continue
        try:
            descriptor = os.open(f"{PROC}/{name}/stat", os.O_RDONLY)
        except OSError:
            continue  # it has just ended
        try:
            after_name = os.read(descriptor, STAT_BYTES).rpartition(b") ")[2].split(None, 2)
        except OSError:
            continue
        finally:
            os.close(descriptor)
        if len(after_name) > 1 and after_name[0] != ZOMBIE:
            found.append((int(name), int(after_name[1])))
    return found


def _below_elsewhere(pid: int) -> list[int]:
    import psutil

    with suppress(psutil.Error):
        children = psutil.Process(pid).children(recursive=True)
        return [child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return []


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
