"""What running blocks take of the machine, and the end of those that take too much."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flowstone.engine import process_memory
from flowstone.engine.process_memory import Probe
from flowstone.engine.process_tree import below
from flowstone.engine.watch import Machine, Watch
from flowstone.errors.engine import MemoryLimitPassed

MB = 1_000_000
HOLDING = """
import os, sys
print(flush=True); sys.stdin.readline()
kept = b"x" * int(sys.argv[1]) if sys.argv[1] != "0" else b""
for _ in range(int(sys.argv[2])):
    if os.fork() == 0:
        break
print(flush=True); sys.stdin.readline()
"""


class SmallMachine(Machine):
    """A machine with one gigabyte, of which so much is left."""

    def __init__(self, left: int) -> None:
        self._left = left

    def total(self) -> int:
        return 1000 * MB

    def left(self) -> int:
        return self._left


class Ended:
    """Hears why a block is to be ended."""

    def __init__(self) -> None:
        self.why: MemoryLimitPassed | None = None
        self._heard = threading.Event()

    def __call__(self, why: MemoryLimitPassed) -> None:
        self.why = why
        self._heard.set()

    def is_heard(self, *, within_s: float) -> bool:
        return self._heard.wait(within_s)


@contextmanager
def holding(size: int, *, children: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that takes so much memory when `go` has been told, and shares it with forked children."""
    command = [sys.executable, "-c", HOLDING, str(size), str(children)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        hear(process)
        try:
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[bytes], *, children: int = 0) -> None:
    """Let it take its memory, and wait until it and its children have."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    for _ in range(1 + children):
        hear(process)


def hear(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    process.stdout.readline()


def test_a_block_over_its_limit_is_told_with_both_figures() -> None:
    """`Killed` tells nobody whether to raise the limit or to look for a leak."""
    watch, ended = Watch(), Ended()
    with holding(300 * MB) as process:
        watched = watch.begin(Probe(process.pid), limit=100 * MB, ended=ended)
        go(process)

        assert ended.is_heard(within_s=60)

        assert ended.why is not None
        assert ended.why.limit == 100 * MB
        assert 100 * MB < ended.why.used < 400 * MB
        peak = watch.end(watched).peak_memory_bytes
    watch.close()
    assert peak is not None
    assert peak >= ended.why.used


def test_memory_that_forked_children_share_is_counted_once() -> None:
    """A pool of four on one big frame is no reason to end a block."""
    watch, ended = Watch(), Ended()
    with holding(200 * MB, children=3) as process:
        watched = watch.begin(Probe(process.pid), limit=400 * MB, ended=ended)
        go(process, children=3)
        together = sum(process_memory.held(pid) for pid in (process.pid, *below(process.pid)))

        assert not ended.is_heard(within_s=1.0)

        peak = watch.end(watched).peak_memory_bytes
    watch.close()
    assert together > 600 * MB
    assert peak is not None
    assert 150 * MB < peak < 350 * MB


def test_when_the_machine_is_almost_full_the_largest_block_ends_and_no_other() -> None:
    """Else the system picks one, and it may pick the server."""
    watch, large, small = Watch(SmallMachine(left=10 * MB)), Ended(), Ended()
    with holding(200 * MB) as process, holding(0) as other:
        seen = [
            watch.begin(Probe(process.pid), limit=None, ended=large),
            watch.begin(Probe(other.pid), limit=None, ended=small),
        ]
        go(process)

        assert large.is_heard(within_s=60)
        assert not small.is_heard(within_s=0.3)

        for watched in seen:
            watch.end(watched)
    watch.close()
    assert large.why is not None
    assert "the machine had only 10 MB left" in large.why.message


def test_a_small_block_on_a_full_machine_goes_on() -> None:
    """It is not to blame, and ending it would free nothing."""
    watch, ended = Watch(SmallMachine(left=10 * MB)), Ended()
    with holding(0) as process:
        watched = watch.begin(Probe(process.pid), limit=None, ended=ended)
        go(process)

        assert not ended.is_heard(within_s=0.5)

        watch.end(watched)
    watch.close()


@pytest.mark.parametrize("figure", [process_memory.machine_total, process_memory.machine_left])
def test_a_machine_has_memory(figure: object) -> None:
    """A figure of zero would end every block."""
    assert callable(figure)
    assert figure() > 50 * MB
