"""What an idle server and its warm worker hold."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.start_up import served, until_answered

SETTLED_AFTER_S = 4.0
WORKER_PROCESSES = 3
"""The server, the process that forks, and one worker."""


def idle_mb(project: Path, *, port: int) -> float:
    """Return the proportional memory of a server with one warm worker, all processes together. Units: MB."""
    with served(project, port=port) as server:
        until_answered(port)
        process = psutil.Process(server.pid)
        deadline = time.monotonic() + 30
        while len(process.children(recursive=True)) + 1 < WORKER_PROCESSES:
            if time.monotonic() > deadline:
                raise TimeoutError("the worker did not come")
            time.sleep(0.1)
        time.sleep(SETTLED_AFTER_S)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_full_info().pss for member in family) / 1e6


def figures(project: Path) -> list[Figure]:
    """Measure everything about memory."""
    return [Figure("server and one warm worker, idle (proportional)", idle_mb(project, port=8990), "MB", 150)]
