"""Between two blocks of a worker: what the one took is told, what it left is ended, and whether another may follow."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from dataclasses import replace

import pyarrow as pa

from flowstone.engine.jobs import BlockOutcome
from flowstone.engine.worker.leftovers import Leftovers
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.meter import Meter, Standing, with_amounts

MAX_BLOCKS = 1_000
"""After so many a worker is replaced: whatever libraries gather without end, gathers no further."""
MAX_GROWTH_BYTES = 1 << 30
"""What a worker may hold beyond its first state and the frames it keeps, when no block runs."""
TRIM_EVERY_BYTES = 256 << 20
"""After so much growth freed memory is handed back to the system, which takes milliseconds."""


class Upkeep:
    """Looks after one worker process."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._meter = Meter()
        self._leftovers = Leftovers()
        self._blocks = 0
        self._trimmed = 0
        """What it held when it had last handed back what it could."""
        first = self._meter.standing()
        self._first = 0 if first is None else first.anonymous

    def begin(self) -> None:
        """Take note of how things stand before a block."""
        self._leftovers.begin()
        self._meter.begin()

    def end(self, outcome: BlockOutcome) -> tuple[BlockOutcome, str]:
        """Return the outcome with what the block took, and why the worker is to run no other block, if so."""
        self._blocks += 1
        left = self._leftovers.end()
        now = self._meter.standing()
        usage = with_amounts(self._meter.usage(now), outcome.result)
        return replace(outcome, usage=usage), left or self._worn(now)

    def _worn(self, now: Standing | None) -> str:
        if self._blocks >= MAX_BLOCKS:
            return f"it ran {self._blocks} blocks"
        if self._growth(now) <= self._trimmed + TRIM_EVERY_BYTES:
            return ""
        _hand_back()
        self._trimmed = max(0, self._growth(self._meter.standing()))
        return "it holds too much memory" if self._trimmed > MAX_GROWTH_BYTES else ""

    def _growth(self, now: Standing | None) -> int:
        return 0 if now is None else now.anonymous - self._first - self._memory.size_bytes


def _hand_back() -> None:
    """Give memory that was freed, and that the allocators keep for next time, back to the system."""
    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError):  # the C library of another system
        ctypes.CDLL(None).malloc_trim(0)
