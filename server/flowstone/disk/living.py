"""Whether a process of this machine lives."""

from __future__ import annotations

import os


def is_running(pid: int) -> bool:
    """Say whether a process of this machine is there, whoever's it is; a number that none can have names none."""
    if pid <= 0:
        return False  # to the system these name groups of processes
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # somebody else's
    return True
