"""Whether a failed attempt is followed by another, and after how long."""

from __future__ import annotations

import hashlib

from flowstone.model.ids import BlockId
from flowstone.model.rules import Backoff, Retries
from flowstone.model.run import Failure

MAX_DOUBLINGS = 60
"""After which any delay has passed any limit."""


def is_worth_trying(retries: Retries, failure: Failure, *, tried: int) -> bool:
    """Say whether another attempt may mend a failure; `tried` counts the attempts that were made."""
    return tried < retries.attempts and (not retries.only_on or any(_is(failure, name) for name in retries.only_on))


def _is(failure: Failure, name: str) -> bool:
    """Say whether a failure is of a class, with or without its module, or has that code."""
    kinds = failure.kinds or (failure.exception,)
    return name == failure.code or any(kind == name or kind.endswith(f".{name}") for kind in kinds)


def delay_s(retries: Retries, *, seed: str, block: BlockId, tried: int) -> float:
    """Return how long to wait before the next attempt: always the same for the same seed, block and count.

    Units: seconds. Source: docs/engine.md, "Retries".
    """
    delay = retries.delay_s
    if retries.backoff is Backoff.EXPONENTIAL:
        delay = min(delay * 2.0 ** min(tried - 1, MAX_DOUBLINGS), max(retries.max_delay_s, retries.delay_s))
    if not retries.jitter:
        return delay
    return delay * (1 + retries.jitter * (2 * _share(f"{seed}/{block}/{tried}") - 1))


def _share(text: str) -> float:
    """Return a number from 0 up to 1 that a text stands for, spread evenly."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest(), "big") / (1 << 48)
