"""Copies of what lies elsewhere: they go when there are too many, and never under somebody's hands."""

from __future__ import annotations

import os
import time
from pathlib import Path

from flowstone.store.cached import shrink


def copy(folder: Path, name: str, *, size_bytes: int, used_s_ago: float) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size_bytes)
    at = time.time() - used_s_ago
    os.utime(path, (at, at))
    return path


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    """A worker that lives for months would fill its disk."""
    old = copy(tmp_path, "aa/old", size_bytes=400, used_s_ago=90_000)
    newer = copy(tmp_path, "bb/newer", size_bytes=400, used_s_ago=80_000)
    newest = copy(tmp_path, "bb/newest", size_bytes=400, used_s_ago=70_000)

    shrink(tmp_path, to_bytes=900)

    assert [path.exists() for path in (old, newer, newest)] == [False, True, True]


def test_code_is_left_alone(tmp_path: Path) -> None:
    """A block may import another module of it after hours."""
    code = copy(tmp_path, "code/abc/lib/rate.py", size_bytes=4_000, used_s_ago=90_000)

    shrink(tmp_path, to_bytes=100)

    assert code.exists()


def test_what_is_in_use_stays_even_when_there_is_too_much(tmp_path: Path) -> None:
    """A block may be about to open it."""
    used = copy(tmp_path, "aa/used", size_bytes=4_000, used_s_ago=60)

    shrink(tmp_path, to_bytes=100)

    assert used.exists()
