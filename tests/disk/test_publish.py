"""A write is whole or it is not there."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest
from tests.store.projects import names_in

from flowstone.disk.publish import is_draft, publish, publish_file, publish_in
from flowstone.errors.store import AlreadyExists, DiskFull


def test_a_write_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    """A program that is stopped in a save must cost its last words and not the file."""
    path = tmp_path / "a.py"
    publish(path, b"old")

    def stop_half_way(file: BinaryIO) -> None:
        file.write(b"ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(path, stop_half_way)

    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.py"]


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    """Disks fill up; the error must say so, and what was there must stay."""
    path = tmp_path / "a.py"
    publish(path, b"old")

    def find_no_room(_file: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull):
        publish(path, find_no_room)

    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.py"]


def test_a_file_keeps_its_mode_and_a_new_one_takes_the_umask(tmp_path: Path) -> None:
    """A script that loses its x, or a secret that becomes readable, is a change that nobody asked for."""
    kept, new = tmp_path / "run.py", tmp_path / "deep/new.py"
    kept.write_bytes(b"")
    kept.chmod(0o750)
    before = os.umask(0o027)
    try:
        publish(kept, b"x")
        publish(new, b"x")
    finally:
        os.umask(before)

    assert stat.S_IMODE(kept.stat().st_mode) == 0o750
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_a_new_file_does_not_replace_one_that_is_there(tmp_path: Path) -> None:
    """Two tabs that create the same file at the same time must not both believe it."""
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        publish_in(folder, "a.py", b"first", replace=False)
        with pytest.raises(AlreadyExists):
            publish_in(folder, "a.py", b"second", replace=False)
    finally:
        os.close(folder)

    assert (tmp_path / "a.py").read_bytes() == b"first"
    assert [name for name in names_in(tmp_path) if is_draft(name)] == []


def test_a_staged_file_is_published_whole_and_is_gone_where_it_was(tmp_path: Path) -> None:
    """Large outputs are written once, beside their place, and not copied into it."""
    staged = tmp_path / "staged"
    staged.write_bytes(b"new")
    (tmp_path / "target").write_bytes(b"old")

    publish_file(staged, tmp_path / "target")

    assert (tmp_path / "target").read_bytes() == b"new"
    assert not staged.exists()
