"""A declared file is read once for as long as it is surely the same, and again as soon as it may not be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowstone.engine.file_hashes import LARGE_BYTES, MISSING, SETTLED_AFTER_NS, FileHashes
from flowstone.store.artifacts import hash_file


class Clock:
    """Says how late it is, seen from the files' own times."""

    def __init__(self, path: Path, *, after_ns: int) -> None:
        self._path = path
        self._after_ns = after_ns

    def __call__(self) -> int:
        return self._path.stat().st_ctime_ns + self._after_ns


def settled(path: Path) -> Clock:
    return Clock(path, after_ns=SETTLED_AFTER_NS + 1)


class Reader:
    """Reads files, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, path: Path) -> str:
        self.count += 1
        return hash_file(path)


def test_a_file_that_stays_is_read_once(tmp_path: Path) -> None:
    """A year of CSV files must not be read for each look at the graph."""
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    reader = Reader()
    hashes = FileHashes(clock_ns=settled(path), read=reader)

    first, second = hashes.hash(path), hashes.hash(path)

    assert (first, reader.count) == (second, 1)


def test_one_that_was_written_a_moment_ago_is_read_again(tmp_path: Path) -> None:
    """A second write within one tick of the disk's clock leaves size and times as they were."""
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    reader = Reader()
    hashes = FileHashes(clock_ns=Clock(path, after_ns=SETTLED_AFTER_NS - 1), read=reader)

    first, second = hashes.hash(path), hashes.hash(path)

    assert (first, reader.count) == (second, 2)


def test_setting_a_files_time_back_does_not_deceive(tmp_path: Path) -> None:
    """`cp -p`, `git checkout` and `tar` bring files with old times."""
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    hashes = FileHashes(clock_ns=settled(path))
    before, times = hashes.hash(path), path.stat()

    path.write_text("a\n2\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert path.stat().st_size == times.st_size
    assert hashes.hash(path) != before


def test_a_file_that_comes_or_goes_or_is_put_in_anothers_place_is_noticed(tmp_path: Path) -> None:
    """Data is often replaced by renaming."""
    path, other = tmp_path / "a.csv", tmp_path / "b.csv"
    other.write_text("a\n2\n")
    hashes = FileHashes(clock_ns=settled(tmp_path))
    missing = hashes.hash(path)
    path.write_text("a\n1\n")
    first = hashes.hash(path)

    other.rename(path)

    assert missing == hashes.hash(tmp_path) == MISSING
    assert len({missing, first, hashes.hash(path)}) == 3


def test_what_is_known_of_large_files_is_kept_for_the_next_process(tmp_path: Path) -> None:
    """`flowstone run` in a schedule would else read a gigabyte each time to learn that nothing changed."""
    large, small = tmp_path / "large.csv", tmp_path / "small.csv"
    large.write_bytes(b"x" * LARGE_BYTES)
    small.write_bytes(b"x")
    first = FileHashes(tmp_path / "kept.json", clock_ns=settled(large))
    known = first.hash(large), first.hash(small)

    reader = Reader()
    second = FileHashes(tmp_path / "kept.json", clock_ns=settled(large), read=reader)

    assert (second.hash(large), reader.count) == (known[0], 0)
    assert (second.hash(small), reader.count) == (known[1], 1)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"a": 1}', b'{"a": [1, 2]}', b"\xff\xfe"])
def test_notes_that_cannot_be_read_cost_time_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    """They may be torn by a power cut, or be somebody else's."""
    large, kept = tmp_path / "large.csv", tmp_path / "kept.json"
    large.write_bytes(b"x" * LARGE_BYTES)
    kept.write_bytes(content)

    assert FileHashes(kept).hash(large) == FileHashes().hash(large)
