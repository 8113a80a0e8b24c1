"""Names of files that are being written, from which it can be told whether somebody still writes them.

Layout: `PID-abcdef…@MACHINE`, and a suffix, if it is whole (`held.py`). A folder of artifacts may be shared by
machines, and of another's processes nothing can be told: what they left is cleared away when it is old.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

import xxhash

from flowstone.disk.living import is_running

OLD_S = 2 * 86_400.0
"""A draft of another machine that was not written to for so long is nobody's any more."""


def draft_name() -> str:
    """Return a new name for a draft of this process."""
    return f"{os.getpid()}-{uuid.uuid4().hex}@{this_machine()}"


def is_abandoned(draft: Path) -> bool:
    """Say whether nobody writes a draft any more; of a name without a machine the process counts, as one of here."""
    name, _, machine = draft.name.partition(".")[0].partition("@")
    if machine and machine != this_machine():
        with suppress(OSError):
            return time.time() - draft.lstat().st_mtime > OLD_S
        return False
    return not is_writer_running(name.partition("-")[0])


@cache
def this_machine() -> str:
    """Return a short name for this machine, or for the container that counts its own processes."""
    facts = [socket.gethostname()]
    with suppress(OSError):
        facts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
    with suppress(OSError):
        facts.append(str(Path("/proc/self/ns/pid").readlink()))
    return xxhash.xxh3_64_hexdigest("|".join(facts).encode())[:8]


def is_writer_running(pid: str) -> bool:
    """Say whether the process that a name begins with is there; a text that is no number names none."""
    try:
        return is_running(int(pid))
    except ValueError:
        return False
