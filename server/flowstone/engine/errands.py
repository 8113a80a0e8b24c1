"""Short tasks in a process of their own, that is ended when it takes too long: what must not stop the server.

An errand is given its question by standard input and answers by standard output, so that nothing of it, secrets
least of all, stands among a process's arguments.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from flowstone.engine.process_tree import kill_tree
from flowstone.errors.engine import ExecutorUnavailable, QueryRefused

ErrandName = Literal["search", "preview", "connection"]
MAX_ANSWER_BYTES = 32 << 20
MAX_AT_ONCE = 8

_going_on: set[int] = set()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an errand brought back: what it says of itself, and what comes after that."""

    said: Mapping[str, Any]
    content: bytes
    is_whole: bool = True
    """False when it was ended before it was done; `said` is the last that it said."""


async def run_errand(name: ErrandName, question: Mapping[str, Any], *, within_s: float) -> Answer:
    """Do an errand; one that takes longer is ended, and its last word counts.

    Raises: QueryRefused, when the errand refuses, or brings more than 32 MiB; ExecutorUnavailable, when no process
    can be started, or very many are at work.
    """
    if len(_going_on) >= MAX_AT_ONCE:
        raise ExecutorUnavailable("Too much is being looked for at once", hint="Wait a moment, and try again.")
    process = await _started(name)
    _going_on.add(process.pid)
    try:
        answer = await _answer(process, json.dumps(question).encode(), within_s)
    finally:
        _going_on.discard(process.pid)
        if process.returncode is None:
            kill_tree(process.pid)
            await process.wait()
    return _checked(answer)


async def _started(name: str) -> Process:
    words = ["-P", "-m", "flowstone.engine.worker.errand", name]
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            start_new_session=True,
            limit=MAX_ANSWER_BYTES,
        )
    except OSError as wrong:
        raise ExecutorUnavailable(f"No process can be started: {wrong}") from wrong


async def _answer(process: Process, question: bytes, within_s: float) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    said: dict[str, Any] = {}
    is_done = False
    content = bytearray()
    with suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(within_s):
            process.stdin.write(question)
            await process.stdin.drain()
            process.stdin.close()
            while not is_done and (line := await _line(process.stdout)).endswith(b"\n"):
                said |= json.loads(line)
                is_done = bool(said.get("done"))
            while is_done and (piece := await process.stdout.read(1 << 20)):
                content += piece
                if len(content) > MAX_ANSWER_BYTES:
                    raise _too_much()
    return Answer(said, bytes(content), is_done)


async def _line(stream: asyncio.StreamReader) -> bytes:
    """Return the next line; one without an end is all that came before the process ended."""
    try:
        return await stream.readline()
    except ValueError as too_long:
        raise _too_much() from too_long


def _too_much() -> QueryRefused:
    return QueryRefused("There is too much to show", hint="Look at less of it.")


def _checked(answer: Answer) -> Answer:
    refusal = answer.said.get("refused")
    if isinstance(refusal, str):
        raise QueryRefused(refusal, hint=str(answer.said.get("hint", "")))
    return answer
