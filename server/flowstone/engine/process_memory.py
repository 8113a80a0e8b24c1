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
READ_BYTES = 8192
"""More than /proc/PID/status has."""
PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
CGROUPS = Path("/sys/fs/cgroup")
CPU_FIELDS = slice(11, 15)
"""utime, stime, cutime and cstime, counted from the field after the process's name. Source: proc(5)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a process took. Units: bytes, seconds of the processor, its ended children's too."""

    memory: int
    cpu_s: float


class Probe:
    """Tells a process's figures again and again; opening its files once halves what that costs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status = _opened(pid, "status")
        self._stat = _opened(pid, "stat")

    def memory(self) -> int:
        """Return its memory of now, what it shares with a parent included; nothing when it is gone."""
        try:
            return _held(os.pread(self._status, READ_BYTES, 0))
        except OSError:
            found = _figures_elsewhere(self.pid)
            return 0 if found is None else found.memory

    def figures(self) -> Figures | None:
        """Return the figures of now; None when the process is gone."""
        try:
            return Figures(self.memory(), _cpu_s(os.pread(self._stat, READ_BYTES, 0)))
        except OSError:
            return _figures_elsewhere(self.pid)

    def close(self) -> None:
        """Let its files go."""
        for descriptor in (self._status, self._stat):
            if descriptor >= 0:
                os.close(descriptor)
        self._status = self._stat = -1


def figures(pid: int) -> Figures | None:
    """Return a process's figures once; None when it is gone."""
    probe = Probe(pid)
    try:
        return probe.figures()
    finally:
        probe.close()


def held(pid: int) -> int:
    """Return a process's memory once, what it shares with a parent included; nothing when it is gone."""
    probe = Probe(pid)
    try:
        return probe.memory()
    finally:
        probe.close()


def _opened(pid: int, name: str) -> int:
    try:
        return os.open(f"{PROC}/{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _held(status: bytes) -> int:
    return sum(_kilobytes(status, name) for name in (b"RssAnon:", b"RssShmem:", b"VmSwap:")) * KIB


def _cpu_s(stat: bytes) -> float:
    return sum(map(int, stat.rpartition(b") ")[2].split()[CPU_FIELDS])) / TICKS_PER_S


def held_together(pids: Iterable[int]) -> int:
    """Return what processes hold together, what they share counted once. It takes milliseconds for each gigabyte."""
    return sum(_share(pid) for pid in pids)


def _share(pid: int) -> int:
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_bytes()
    except OSError:
        return held(pid)
    return sum(_kilobytes(text, name) for name in (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")) * KIB


def _figures_elsewhere(pid: int) -> Figures | None:
    """Return a process's figures where there is no /proc; None when it is gone."""
    if PROC.exists():
        return None
    import psutil

    try:
        return Figures(int(psutil.Process(pid).memory_info().rss), 0.0)
    except psutil.Error:
        return None


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
