"""Which process a run belongs to, so that another can tell that it is gone."""

from __future__ import annotations

import os
import socket

import psutil


def this_process() -> str:
    """Return a name for this process that no later one shares: host, id and the moment it began."""
    return _name(psutil.Process(os.getpid()))


def is_alive(owner: str) -> bool:
    """Say whether an owner may still be running; of another host nothing can be told, so it may."""
    host, _, rest = owner.rpartition("/")
    if host != socket.gethostname():
        return True
    pid = rest.partition("@")[0]
    try:
        return _name(psutil.Process(int(pid))) == owner
    except (psutil.NoSuchProcess, ValueError):
        return False


def _name(process: psutil.Process) -> str:
    return f"{socket.gethostname()}/{process.pid}@{process.create_time():.2f}"
