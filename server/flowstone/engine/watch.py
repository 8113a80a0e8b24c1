"""Watches what running blocks take of the machine, and says when one takes too much.

A limit on address space would not do: an artifact that is mapped takes addresses and no memory. So the memory of
each block's processes is looked at twenty times a second, from a thread of its own: a look may have to wait for a
process that is busy with its memory, and the loop must not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from flowstone.engine import process_memory
from flowstone.engine.process_memory import Probe
from flowstone.engine.process_tree import below
from flowstone.errors.engine import MemoryLimitPassed
from flowstone.model.run import Usage

LOOK_EVERY_S = 0.05
TREE_EVERY = 5
"""Every so many looks the processes below the worker are looked for, which takes longer."""
REST_AFTER = 40
"""After so many looks at nothing the thread waits until there is something."""
RESERVE_SHARE = 0.03
"""What part of the machine's memory is to stay free: below it, the largest block is ended before the system picks."""

Ended = Callable[[MemoryLimitPassed], None]


@dataclass(slots=True, eq=False)
class Watched:
    """A block that is running, and what it was seen to take. Units: bytes, seconds."""

    probe: Probe
    limit: int | None
    ended: Ended
    began: int
    cpu_began_s: float | None = None
    below: list[int] = field(default_factory=list)
    used: int = 0
    peak: int = 0
    cpu_s: float = 0.0
    is_over: bool = False

    @property
    def usage(self) -> Usage:
        """What it took, as far as it was seen."""
        return Usage(cpu_s=self.cpu_s, peak_memory_bytes=self.peak)


class Machine:
    """How much memory there is, and is left. Tests have one of their own."""

    def total(self) -> int:
        """Return all there is, in bytes."""
        return process_memory.machine_total()

    def left(self) -> int:
        """Return what is left, in bytes."""
        return process_memory.machine_left()


class Watch:
    """One thread that looks at all blocks of an executor. It ends with the process, or by `close`."""

    def __init__(self, machine: Machine | None = None) -> None:
        self._machine = machine or Machine()
        self._reserve = 0
        self._watched: list[Watched] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_resting = False
        self._is_closed = False

    def begin(self, probe: Probe, *, limit: int | None, ended: Ended) -> Watched:
        """Watch the block that a worker begins. `ended` is called once, from the thread, when it takes too much."""
        watched = Watched(probe, limit, ended, probe.memory())
        with self._changed:
            self._watched.append(watched)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_looking, name="flowstone-watch", daemon=True)
                self._thread.start()
            elif self._is_resting:
                self._changed.notify()
        return watched

    def end(self, watched: Watched) -> Usage:
        """Watch a block no more, and return what it took."""
        with self._changed:
            self._watched.remove(watched)
        return watched.usage

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _keep_looking(self) -> None:
        self._reserve = int(self._machine.total() * RESERVE_SHARE)
        round_, idle = 0, 0
        while not self._is_closed:
            with self._changed:
                self._is_resting = idle >= REST_AFTER
                self._changed.wait(None if self._is_resting else LOOK_EVERY_S)
                watched = list(self._watched)
            round_, idle = round_ + 1, 0 if watched else idle + 1
            for one in watched:
                _look(one, is_thorough=round_ % TREE_EVERY == 0)
            if watched:
                self._end_largest(watched)

    def _end_largest(self, watched: list[Watched]) -> None:
        """End the block that took most, when the machine has hardly anything left and it is why."""
        left = self._machine.left()
        largest = max(watched, key=lambda one: one.used)
        if left < self._reserve < largest.used:
            _end(largest, _machine_full(largest.used, left))


def _look(watched: Watched, *, is_thorough: bool) -> None:
    if is_thorough:
        watched.below = below(watched.probe.pid)
    of_below = (process_memory.figures(pid) for pid in watched.below)
    found = [figures for figures in (watched.probe.figures(), *of_below) if figures is not None]
    if not found:
        return
    cpu_s = sum(one.cpu_s for one in found)
    if watched.cpu_began_s is None:
        watched.cpu_began_s = cpu_s  # at the first look, not before: most blocks end without one
    watched.cpu_s = max(watched.cpu_s, cpu_s - watched.cpu_began_s)
    watched.used = _used(watched, sum(one.memory for one in found))
    watched.peak = max(watched.peak, watched.used)
    if watched.limit is not None and watched.used > watched.limit:
        _end(watched, _over_limit(watched.used, watched.limit))


def _used(watched: Watched, together: int) -> int:
    """Return what a block took; what forked processes share is counted once, where counting it twice would matter."""
    used = max(0, together - watched.began)
    if watched.below and used > max(watched.peak, watched.limit or 0):
        exact = process_memory.held_together((watched.probe.pid, *watched.below))
        return min(used, max(0, exact - watched.began))
    return used


def _end(watched: Watched, why: MemoryLimitPassed) -> None:
    if not watched.is_over:
        watched.is_over = True
        watched.ended(why)


def _over_limit(used: int, limit: int) -> MemoryLimitPassed:
    return MemoryLimitPassed(
        f"The block took {_size(used)} of memory; its limit is {_size(limit)}",
        used=used,
        limit=limit,
        hint="Raise `memory:` in the pipeline, or yield the frame in pieces, which are stored one by one.",
    )


def _machine_full(used: int, left: int) -> MemoryLimitPassed:
    return MemoryLimitPassed(
        f"The block took {_size(used)} of memory, and the machine had only {_size(left)} left",
        used=used,
        limit=None,
        hint="Read fewer rows at a time, or set `memory:` in the pipeline so that it ends sooner.",
    )


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
