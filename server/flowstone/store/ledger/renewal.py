"""A ledger that cannot be used is set aside, never overwritten: somebody may still save what is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flowstone.store.lock import ProjectLock
from flowstone.store.state import StateFolder

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside its file: it belongs to that file and to no other."""


def set_aside(state: StateFolder) -> Path | None:
    """Rename a project's ledger and what belongs to it; return its new name, None where there is none.

    Raises: ProjectBusy, while a server holds the project; OSError.
    """
    ledger = state.ledger
    if not ledger.exists():
        return None
    lock = ProjectLock(state.lock)
    lock.acquire(holder="`flowstone doctor --new-ledger`")
    try:
        kept = ledger.with_name(f"{ledger.stem}-until-{datetime.now().astimezone():%Y%m%d-%H%M%S}{ledger.suffix}")
        for suffix in (*BESIDE, ""):
            part = ledger.with_name(ledger.name + suffix)
            if part.exists():
                part.rename(kept.with_name(kept.name + suffix))
    finally:
        lock.release()
    return kept
