"""What processes hold in memory, and what the machine has left: figures of /proc.

Counted is what no file stands behind: a mapped artifact can be dropped and read again, so it is nobody's burden.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KIB = 1024
READ_BYTES = 1 << 14
"""More than /proc/PID/status has."""
PROC = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")
CPU_FIELDS = slice(11, 15)
"""utime, stime, cutime and cstime, counted from the field after the process's name. Source: proc(5)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a process took. Units: bytes, seconds of the processor, its ended children's too."""

    memory: int
    cpu_s: float


def figures(pid: int) -> Figures | None:
    """Return a process's figures; None when it is gone."""
    memory = held(pid)
    cpu_s = _cpu_s(pid)
    return None if memory is None or cpu_s is None else Figures(memory, cpu_s)


def held(pid: int) -> int | None:
    """Return a process's memory, what it shares with a parent included; None when it is gone."""
    try:
        text = _read(pid, "status")
    except FileNotFoundError:
        return _held_elsewhere(pid) if not PROC.exists() else None
    except OSError:
        return None
    return sum(_kilobytes(text, name) for name in (b"RssAnon:", b"RssShmem:", b"VmSwap:")) * KIB


def held_together(pids: Iterable[int]) -> int:
    """Return what processes hold together, what they share counted once. It takes milliseconds for each gigabyte."""
    return sum(_share(pid) for pid in pids)


def below(pid: int) -> list[int]:
    """Return the processes below one."""
    import psutil

    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _share(pid: int) -> int:
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_bytes()
    except OSError:
        return held(pid) or 0
    return sum(_kilobytes(text, name) for name in (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")) * KIB


def _held_elsewhere(pid: int) -> int | None:
    """Return the memory of a process where there is no /proc."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


def _cpu_s(pid: int) -> float | None:
    try:
        after_name = _read(pid, "stat").rpartition(b") ")[2]
    except OSError:
        return None if PROC.exists() else 0.0
    return sum(map(int, after_name.split()[CPU_FIELDS])) / os.sysconf("SC_CLK_TCK")


def _read(pid: int, name: str) -> bytes:
    """Read a small file of a process by one call; it is done twice for each block. Raises: OSError."""
    descriptor = os.open(f"{PROC}/{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, READ_BYTES)
    finally:
        os.close(descriptor)


def _kilobytes(text: bytes, name: bytes) -> int:
    start = text.find(name)
    if start < 0:
        return 0
    start += len(name)
    return int(text[start : text.index(b"kB", start)])


def machine_total() -> int:
    """Return how much memory this process and others may use in all: the machine's, or its container's."""
    import psutil

    total = int(psutil.virtual_memory().total)
    return min(total, _container_limit() or total)


def machine_left() -> int:
    """Return how much memory is left before the system ends processes of its own choosing."""
    import psutil

    left = int(psutil.virtual_memory().available)
    limit = _container_limit()
    return left if limit is None else min(left, limit - _container_used())


def _container_limit() -> int | None:
    with suppress(OSError, ValueError):
        return int((_container() / "memory.max").read_text())
    return None


def _container_used() -> int:
    """Return what the container holds, without the pages of files, which can be dropped."""
    try:
        used = int((_container() / "memory.current").read_text())
        facts = dict(line.split() for line in (_container() / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    return used - int(facts.get("inactive_file", 0)) - int(facts.get("active_file", 0))


def _container() -> Path:
    """Return the folder of this process's control group. Raises: OSError, where there is none."""
    groups = (PROC / "self" / "cgroup").read_text().splitlines()
    own = next((line.partition("::")[2] for line in groups if line.startswith("0::")), None)
    if own is None:
        raise FileNotFoundError("no control group")
    return CGROUPS / own.lstrip("/")
