"""A query process: answers what is asked of stored outputs. It runs no code of a project.

A message is a question, and its answer a byte that says whether it went well and then a content or an error; what is
asked for as a stream is several such answers, the last of them empty. See `answers` for what can be asked.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from typing import NoReturn

from flowstone.engine.framing import StreamBroken, pack, receive
from flowstone.engine.questions import Question, Refusal
from flowstone.errors.base import FlowstoneError
from flowstone.store.codec import decode, encode

MAX_ANSWER_BYTES = 64 << 20
"""The server holds an answer whole before it sends it."""


def main(control: socket.socket) -> NoReturn:
    """Answer questions until the socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while True:
            for answer in _answers(receive(control)):
                control.sendall(pack(answer))
    except (StreamBroken, BrokenPipeError, ConnectionResetError):
        os._exit(0)


def _answers(message: bytes) -> Iterator[bytes]:
    from flowstone.engine.worker.answers import answers_to

    try:
        for content in answers_to(decode(Question, message)):
            if len(content) > MAX_ANSWER_BYTES:
                yield _refused(
                    Refusal(f"{len(content) >> 20:,} MiB is too much at once", "Ask for fewer rows or columns.")
                )
                return
            yield b"+" + content
    except FlowstoneError as refused:
        yield _refused(Refusal(refused.message, refused.hint))
    except Exception as wrong:  # noqa: BLE001 - whatever is wrong with stored data is told, and the process lives on
        yield _refused(Refusal(f"The table cannot be read like this: {wrong}"[:1_000]))


def _refused(refusal: Refusal) -> bytes:
    return b"-" + encode(refusal)
