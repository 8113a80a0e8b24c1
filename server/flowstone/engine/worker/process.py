"""A worker's main loop: read a command, run the block, tell how it ended."""

from __future__ import annotations

import io
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from flowstone.engine.framing import StreamBroken, pack, receive
from flowstone.engine.jobs import BlockOutcome, Finished, FromWorker, Progress, RunCommand
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.run_block import Stopped, flush_output, run_block
from flowstone.store.codec import decode, encode

FLUSH_EVERY_S = 0.05
"""How long a line without an end may stay unseen."""
PROGRESS_EVERY_S = 0.1


class Interrupts:
    """Turns SIGINT into Stopped, but only while user code runs; elsewhere it is remembered for the next block's end."""

    def __init__(self) -> None:
        self._may_raise = False
        signal.signal(signal.SIGINT, self._interrupted)

    def _interrupted(self, _signal: int, _frame: FrameType | None) -> None:
        if self._may_raise:
            self._may_raise = False
            raise Stopped

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Let a stop end what runs inside."""
        self._may_raise = True
        try:
            yield
        finally:
            self._may_raise = False


def main(control: socket.socket, output: int, errors: int) -> NoReturn:
    """Serve commands from the control socket until it closes; stdout and stderr go to the given descriptors."""
    _redirect(output, errors)
    interrupts = Interrupts()
    memory = Memory()
    try:
        while True:
            command = decode(RunCommand, receive(control))
            outcome = run_block(command.job, memory=memory, report=_Reporter(control), interruptible=interrupts.allowed)
            _finish(control, outcome)
    except StreamBroken:
        os._exit(0)


def _finish(control: socket.socket, outcome: BlockOutcome) -> None:
    flush_output()
    control.sendall(pack(encode(FromWorker, FromWorker(Finished(outcome))).encode()))


class _Reporter:
    """Sends progress, at most ten times a second."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._last = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        import time

        now = time.monotonic()
        if now - self._last < PROGRESS_EVERY_S and done != total:
            return
        self._last = now
        self._control.sendall(pack(encode(FromWorker, FromWorker(Progress(done, total))).encode()))


def _redirect(output: int, errors: int) -> None:
    """Put pipes behind descriptors 1 and 2, so that what native code prints is caught too, and nothing behind 0."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (errors, 2)):
        os.dup2(source, target)
        os.close(source)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    sys.stdout = _text(1)
    sys.stderr = _text(2)
    threading.Thread(target=_keep_flushing, name="flush", daemon=True).start()


def _text(descriptor: int) -> io.TextIOWrapper:
    raw = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False), 1 << 16)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace")


def _keep_flushing() -> None:
    wait = threading.Event()
    while not wait.wait(FLUSH_EVERY_S):
        try:
            flush_output()
        except (OSError, ValueError):
            return  # the pipe or the stream is closed: the worker is going away
