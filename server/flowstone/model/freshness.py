"""Whether an output still counts, and if not, why: fingerprints compared part by part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Freshness(StrEnum):
    """Whether a block's output still counts."""

    NEVER = "never"
    FRESH = "fresh"
    STALE = "stale"


class PartKind(StrEnum):
    """What a part of a fingerprint is about."""

    SOURCE = "source"
    MODULE = "module"
    PARAM = "param"
    UPSTREAM = "upstream"
    ORDER = "order"
    FILE = "file"
    PACKAGE = "package"
    CONNECTION = "connection"
    TTL = "ttl"
    OUTPUT = "output"
    RUN = "run"
    """The moment that a run stands for, kept of blocks that ask. It is no reason: today has no moment of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a block's output depends on, and its value now: a hash, a version, a param's JSON."""

    kind: PartKind
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that differs between then and now; None where it was or is not there at all."""

    kind: PartKind
    what: str
    was: str | None
    now: str | None


def reasons(was: tuple[Part, ...], now: tuple[Part, ...]) -> tuple[Reason, ...]:
    """Return what differs between two fingerprints, in the order of today's parts; the run's moment is not of today."""
    before, after = _by_name(was), _by_name(now)
    changed = [
        Reason(kind, what, before.get((kind, what)), value)
        for (kind, what), value in after.items()
        if before.get((kind, what)) != value
    ]
    gone = [Reason(kind, what, value, None) for (kind, what), value in before.items() if (kind, what) not in after]
    return (*changed, *gone)


def _by_name(parts: tuple[Part, ...]) -> Mapping[tuple[PartKind, str], str]:
    return {(part.kind, part.what): part.value for part in parts if part.kind is not PartKind.RUN}


_SENTENCES = {
    PartKind.SOURCE: "its code changed",
    PartKind.MODULE: "{what} changed",
    PartKind.FILE: "file {what} changed",
    PartKind.CONNECTION: "connection {what} changed",
    PartKind.TTL: "its output is older than {what}",
    PartKind.ORDER: "its inputs come in another order",
    PartKind.OUTPUT: "its stored output is gone",
}


def sentence(reason: Reason) -> str:
    """Say a reason in words, as the graph shows it."""
    match reason.kind:
        case PartKind.PARAM:
            return f"param {reason.what} {_param(reason.was)} → {_param(reason.now)}"
        case PartKind.PACKAGE:
            return f"package {reason.what} {reason.was or 'absent'} → {reason.now or 'absent'}"
        case PartKind.UPSTREAM:
            return _upstream_sentence(reason)
        case _:
            return _SENTENCES[reason.kind].format(what=reason.what)


def _param(value: str | None) -> str:
    """Return a param's JSON as people write it: a date or a word without quotes."""
    if not value:
        return "unset"
    is_word = value[0] == '"' and WORD.fullmatch(value[1:-1])
    return value[1:-1] if is_word else value


def _upstream_sentence(reason: Reason) -> str:
    if reason.was is None:
        return f"upstream {reason.what} was connected"
    if reason.now is None:
        return f"upstream {reason.what} was disconnected"
    if reason.now == PENDING:
        return f"upstream {reason.what} is stale"
    return f"upstream {reason.what} has new content"


WORD = re.compile(r"[\w.:+/-]+")
"""A text that nobody takes for something else without its quotes."""
PENDING = "pending"
"""The value of an upstream part while the upstream's own output does not count."""
