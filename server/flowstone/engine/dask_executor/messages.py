"""What this machine and a cluster's workers say to each other: plain values that travel as JSON, never as pickles.

A worker that has room asks for a block, and is given it: what a block needs to know, secrets among it, is never
part of a task that the scheduler keeps. Source: decision 0014, "A cluster's worker asks for its block".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.store.codec import decode, encode_text

PROTOCOL = 1
"""Goes up when these messages change, so that machines with two versions of them do not try to talk."""


@dataclass(frozen=True, slots=True)
class Call:
    """The task's argument: which attempt it stands for, where to say so, and the key that the scheduler knows it by."""

    attempt: str
    topic: str
    key: str


@dataclass(frozen=True, slots=True)
class Ready:
    """From a worker: a task has begun here, and waits for its block. `start` tells one beginning from another."""

    attempt: str
    start: str
    worker: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """To a worker: the block that a beginning waits for, or that none is to run."""

    attempt: str
    start: str
    job: BlockJob | None
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class StopOrder:
    """To a worker: end an attempt."""

    attempt: str
    start: str


@dataclass(frozen=True, slots=True)
class Alive:
    """From a worker: the attempt is still at work."""

    attempt: str
    start: str


@dataclass(frozen=True, slots=True)
class Printed:
    """From a worker: a piece of what a block printed, as base64."""

    attempt: str
    start: str
    stream: Literal["stdout", "stderr"]
    content: str

    @classmethod
    def of(cls, attempt: str, start: str, stream: Literal["stdout", "stderr"], content: bytes) -> Printed:
        """Return the message for a piece of output."""
        return cls(attempt, start, stream, base64.b64encode(content).decode("ascii"))

    def bytes(self) -> bytes:
        """Return what was printed."""
        return base64.b64decode(self.content)


@dataclass(frozen=True, slots=True)
class Dropped:
    """From a worker: how many lines were printed here and not sent, because there were too many."""

    attempt: str
    start: str
    lines: int


@dataclass(frozen=True, slots=True)
class Progressed:
    """From a worker: how far the block says it is."""

    attempt: str
    start: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """From a worker: how the attempt ended. Nothing of it follows."""

    attempt: str
    start: str
    outcome: BlockOutcome


Said: TypeAlias = Ready | Alive | Printed | Dropped | Progressed | Ended
"""Whatever a worker says."""

_KINDS: dict[str, type[Said]] = {kind.__name__: kind for kind in (Ready, Alive, Printed, Dropped, Progressed, Ended)}


def told(message: Said) -> dict[str, str]:
    """Return a worker's message as it travels. Raises: ValueError, for one with what JSON cannot say."""
    return {"op": type(message).__name__, "body": encode_text(message)}


def heard(plain: Mapping[str, str]) -> Said:
    """Read a worker's message. Raises: Undecodable; KeyError, for a message of a kind that is not known here."""
    return decode(_KINDS[plain["op"]], plain["body"])
