"""What a block takes of the machine, measured by the process that runs it.

The system itself remembers a process's highest memory, so a block of a millisecond is measured as well as one of an
hour. What its other processes take is added by whoever watches from outside: see `engine.watch`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass

from flowstone.model.output import Output, Receipt
from flowstone.model.run import BlockResult, Usage

FORGET_PEAK = b"5"
"""Written to /proc/self/clear_refs it sets VmHWM back to what is resident now. Source: proc(5)."""
STATUS_BYTES = 8192
KIB = 1024


@dataclass(frozen=True, slots=True)
class Standing:
    """A process's memory at a moment. Units: bytes; `anonymous` is what no file stands behind."""

    resident: int
    peak: int
    anonymous: int
    of_files: int


class Meter:
    """Measures one block after another. Its figures are zero or None where the system does not tell."""

    def __init__(self) -> None:
        # Kept open, for opening them costs more than reading; a block that closes them costs figures and no more.
        self._status = _opened("/proc/self/status", os.O_RDONLY)
        self._forget = _opened("/proc/self/clear_refs", os.O_WRONLY)
        self._began: Standing | None = None
        self._cpu_s = 0.0

    def begin(self) -> None:
        """Take note of how things stand before a block."""
        with suppress(OSError):
            os.pwrite(self._forget, FORGET_PEAK, 0)
        self._began = self.standing()
        self._cpu_s = _cpu_s()

    def usage(self, now: Standing | None) -> Usage:
        """Return what was taken from `begin` until now."""
        return Usage(cpu_s=_cpu_s() - self._cpu_s, peak_memory_bytes=self._peak(now))

    def _peak(self, now: Standing | None) -> int | None:
        """Return how far memory rose, without the pages of files that were mapped meanwhile."""
        if self._began is None or now is None:
            return None
        mapped = max(0, now.of_files - self._began.of_files)
        return max(0, now.peak - self._began.resident - mapped)

    def standing(self) -> Standing | None:
        """Return this process's memory; None where it cannot be told."""
        try:
            text = os.pread(self._status, STATUS_BYTES, 0)
            resident, peak = _field(text, b"VmRSS:"), _field(text, b"VmHWM:")
            return Standing(resident, peak, _field(text, b"RssAnon:"), _field(text, b"RssFile:"))
        except (OSError, ValueError):
            return None


def with_amounts(usage: Usage, result: BlockResult | None) -> Usage:
    """Return a usage with what the result put out or wrote elsewhere."""
    if result is None:
        return usage
    parts: tuple[Output | Receipt, ...] = (*result.outputs, *result.receipts)
    rows = [part.rows for part in parts if part.rows is not None]
    sizes = [part.size_bytes for part in parts if part.size_bytes is not None]
    return Usage(usage.cpu_s, usage.peak_memory_bytes, sum(rows) if rows else None, sum(sizes) if sizes else None)


def _opened(path: str, flags: int) -> int:
    try:
        return os.open(path, flags)
    except OSError:
        return -1


def _field(text: bytes, name: bytes) -> int:
    """Return a figure of /proc/PID/status in bytes. Raises: ValueError, when it is not there."""
    start = text.index(name) + len(name)
    return int(text[start : text.index(b"kB", start)]) * KIB


def _cpu_s() -> float:
    """Return the processor time of this process and of those it has waited for."""
    if sys.platform == "win32":
        return sum(os.times()[:4])
    import resource

    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
