"""Which process a run belongs to, so that another can tell that it is gone.

Of this machine, or container, the processes tell; of another nothing can be seen but the lease that its process
renews (`store/leases.py`).
"""

from __future__ import annotations

import asyncio
import logging
import os
from functools import cache
from pathlib import Path

from flowstone.store.drafts import this_machine
from flowstone.store.leases import RENEWED_EVERY_S, Leases

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
STATE_FIELD, STARTED_FIELD = 0, 19
"""Where a process's state and its start, in ticks since the machine's, stand after its name in /proc/PID/stat.

Source: proc(5)."""
ENDED_STATES = "ZXx"
"""States of a process that runs no more, and that its parent has not yet taken note of."""

log = logging.getLogger("flowstone.engine")


def this_process() -> str:
    """Return a name for this process that no later one shares: machine, id and the moment it began."""
    return _own_name(os.getpid())


@cache
def _own_name(pid: int) -> str:
    """Return the name of the process that asks; it is asked for at every write, and what forks has another id."""
    return _name(pid)


def is_of_here(owner: str) -> bool:
    """Say whether an owner is a process of this machine, whose processes can be seen from here."""
    return owner.rpartition("/")[0] == this_machine()


def is_alive(owner: str, leases: Leases) -> bool:
    """Say whether an owner is still running; of one that cannot be seen from here, whether its lease is fresh."""
    if not is_of_here(owner):
        return leases.is_fresh(owner)
    try:
        return _name(int(owner.rpartition("/")[2].partition("@")[0])) == owner
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False


async def keep_lease(leases: Leases, *, every_s: float = RENEWED_EVERY_S) -> None:
    """Renew this process's lease until cancelled."""
    me = this_process()
    while True:
        try:
            await asyncio.to_thread(leases.renew, me)
        except OSError as wrong:  # a full disk may get room before the lease is old
            log.warning("the lease of this process cannot be renewed: %s", wrong)
        await asyncio.sleep(every_s)


def _name(pid: int) -> str:
    return f"{this_machine()}/{pid}@{_began(pid)}"


def _began(pid: int) -> str:
    """Say when a process began, by the machine's own count where it tells: setting the clock must end no run.

    Raises: ProcessLookupError, when it has ended.
    """
    if not BOOT_ID.exists():
        return _began_elsewhere(pid)
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
    if after_name[STATE_FIELD] in ENDED_STATES:
        raise ProcessLookupError(pid)
    return f"{BOOT_ID.read_text(encoding='ascii')[:8]}-{after_name[STARTED_FIELD]}"


def _began_elsewhere(pid: int) -> str:
    """Say when a process began where there is no /proc. Raises: ProcessLookupError, when it has ended."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return f"{process.create_time():.2f}"
    except psutil.NoSuchProcess as gone:
        raise ProcessLookupError(pid) from gone
    raise ProcessLookupError(pid)
