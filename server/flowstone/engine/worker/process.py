"""A worker's main loop: read a command, run the block, tell how it ended."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from flowstone.disk.failpoints import reach
from flowstone.engine.framing import StreamBroken, receive
from flowstone.engine.jobs import CONNECTION_GONE, BlockOutcome, FromWorker, Progress, RunCommand
from flowstone.engine.signing import KEY_BYTES, Signature
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.run_block import Stopped, flush_output, run_block
from flowstone.engine.worker.standard_streams import Streams
from flowstone.engine.worker.upkeep import Upkeep
from flowstone.errors.engine import OutputUnfit
from flowstone.model.run import Failure
from flowstone.store.codec import decode, encode

PROGRESS_EVERY_S = 0.1


class Interrupts:
    """Turns SIGINT into Stopped, but only while user code runs; elsewhere there is nothing to stop."""

    def __init__(self) -> None:
        self._may_raise = False
        self.renew()

    def renew(self) -> None:
        """Hear SIGINT, whatever a block has put in its place."""
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
    """Serve commands from the control socket until it closes; stdout and stderr go to the given descriptors.

    The first message is the key that answers are signed with.
    """
    streams = Streams(output, errors)
    os.register_at_fork(after_in_child=control.close)  # what a block forks must neither hold nor use this socket
    _show_logs()
    interrupts = Interrupts()
    memory = Memory()
    upkeep = Upkeep(memory)
    own_pid = os.getpid()
    try:
        answers = _Answers(control, _key(control))
        while True:
            command = decode(RunCommand, receive(control))
            streams.renew()
            upkeep.begin()
            report = _Reporter(answers)
            outcome = run_block(command.job, memory=memory, report=report, interruptible=interrupts.allowed)
            flush_output()
            if os.getpid() != own_pid:
                os._exit(0)  # the block forked, and this is its child, which has come to the block's end as well
            interrupts.renew()
            answers.send(_finished(*upkeep.end(outcome)))
            reach("worker.answered")
    except (StreamBroken, OSError):
        os._exit(CONNECTION_GONE)


def _key(control: socket.socket) -> bytes:
    """Receive the key. Raises: StreamBroken, when the other end went away before it sent one."""
    key = receive(control)
    if len(key) != KEY_BYTES:
        raise StreamBroken("the first message is no key")
    return key


def _finished(outcome: BlockOutcome, spent: str) -> bytes:
    """Return an outcome as it travels; one that holds what JSON cannot say becomes a failure that says so."""
    try:
        return encode(FromWorker(finished=outcome, spent=spent))
    except ValueError as wrong:
        failure = Failure.of(OutputUnfit(f"What the block returned cannot be told: {wrong}"))
        return encode(FromWorker(finished=BlockOutcome(failure=failure, usage=outcome.usage), spent=spent))


class _Answers:
    """Sends what the worker says, signed. Several threads of a block may report progress."""

    def __init__(self, control: socket.socket, key: bytes) -> None:
        self._control = control
        self._signature = Signature(key)

    def send(self, message: bytes) -> None:
        """Send a message. Raises: OSError, when the block has closed the connection, or the server is gone."""
        with self._signature.turn:
            self._control.sendall(self._signature.packed(message))


class _Reporter:
    """Sends progress, at most ten times a second."""

    def __init__(self, answers: _Answers) -> None:
        self._answers = answers
        self._last = 0.0
        self._pid = os.getpid()

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        is_too_soon = now - self._last < PROGRESS_EVERY_S and done != total
        if is_too_soon or os.getpid() != self._pid:
            return
        self._last = now
        message = Progress(int(done), None if total is None else int(total))
        self._answers.send(encode(FromWorker(progress=message)))


class _ToStderr(logging.Handler):
    """Prints to whatever stderr is when something is logged."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)  # noqa: T201 - a block's log is what it prints


def _show_logs() -> None:
    """Let what a block tells its `run.logger` be seen, from INFO on."""
    logger = logging.getLogger("flowstone.block")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler = _ToStderr()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
