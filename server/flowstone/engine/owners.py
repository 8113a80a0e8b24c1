"""Which process a run belongs to, so that another can tell that it is gone."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
STARTED_FIELD = 19
"""Where a process's start, in ticks since the machine's, stands after its name in /proc/PID/stat. Source: proc(5)."""


def this_process() -> str:
    """Return a name for this process that no later one shares: host, id and the moment it began."""
    return _name(os.getpid())


def is_alive(owner: str) -> bool:
    """Say whether an owner may still be running; of another host nothing can be told, so it may."""
    host, _, rest = owner.rpartition("/")
    if host != socket.gethostname():
        return True
    try:
        return _name(int(rest.partition("@")[0])) == owner
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError, ValueError):
        return False


def _name(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}@{_began(pid)}"


def _began(pid: int) -> str:
    """Say when a process began, by the machine's own count where it tells: setting the clock must end no run."""
    if not BOOT_ID.exists():
        return f"{psutil.Process(pid).create_time():.2f}"
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2]
    return f"{BOOT_ID.read_text(encoding='ascii')[:8]}-{after_name.split()[STARTED_FIELD]}"
