"""Sizes of memory as people write them: `512MB`, `4GB`, `1.5GiB`, or plain bytes."""

from __future__ import annotations

import re

SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)[ ]?(B|[KMGT]i?B)?")
UNITS = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
    "TiB": 1 << 40,
}
MAX_BYTES = 1 << 50
HINT = "Write it as 512MB, 4GB, or as a number of bytes."


def read_size(text: str) -> int:
    """Return a size. Units: bytes. Raises: ValueError, when it is none or larger than any machine."""
    match = SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not a size")
    size = int(float(match[1]) * UNITS[match[2] or "B"])
    if size > MAX_BYTES:
        raise ValueError(f"{text[:40]!r} is larger than any machine's memory")
    return size


def write_size(size_bytes: int) -> str:
    """Return the shortest text that reads back as the same size."""
    for unit in ("TB", "GB", "MB", "KB"):
        if size_bytes and size_bytes % UNITS[unit] == 0:
            return f"{size_bytes // UNITS[unit]}{unit}"
    return f"{size_bytes}B"
