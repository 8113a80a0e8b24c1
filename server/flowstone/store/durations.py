"""Durations as people write them: `10s`, `5m`, `2h`, `1d`, or plain seconds."""

from __future__ import annotations

import math
import re
from decimal import Decimal

DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,24})?)[ ]?(ms|s|m|h|d)?")
UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
MAX_S = 366 * 86_400.0
HINT = "Write it as 10s, 5m, 2h, 1d, or as a number of seconds."


def read_duration(text: str) -> float:
    """Return a duration. Units: seconds. Raises: ValueError, when it is none or longer than a year."""
    match = DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a duration")
    seconds = float(match[1]) * UNITS_S[match[2] or "s"]
    if seconds > MAX_S:
        raise ValueError(f"{text[:40]!r} is longer than a year")
    return seconds


def write_duration(seconds: float) -> str:
    """Return the shortest text that reads back as the same seconds. Raises: ValueError, when none does."""
    if not 0 <= seconds <= MAX_S or not math.isfinite(seconds):
        raise ValueError(f"{seconds} seconds cannot be written")
    for unit in ("d", "h", "m"):
        count, rest = divmod(seconds, UNITS_S[unit])
        if seconds and not rest:
            return f"{int(count)}{unit}"
    if seconds == int(seconds):
        return f"{int(seconds)}s"
    text = f"{format(Decimal(repr(seconds)), 'f')}s"
    if DURATION.fullmatch(text) is None:
        raise ValueError(f"{seconds} seconds cannot be written")
    return text
