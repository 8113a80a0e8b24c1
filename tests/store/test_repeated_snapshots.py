"""A run takes a snapshot of the code as it is, even where nothing is read because nothing has changed."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from flowstone.store.repeated_snapshots import RepeatedSnapshots
from flowstone.store.snapshots import Snapshot

LATER_NS = 10_000_000_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for path, text in {"flowstone.yaml": "name: x\n", "loaders/a.py": "A = 1\n"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def later(project: Path) -> RepeatedSnapshots:
    """Take snapshots at a time when all files have long been as they are."""
    return RepeatedSnapshots(project, project.parent / "snapshots", clock_ns=lambda: time.time_ns() + LATER_NS)


def text_in(snapshot: Snapshot) -> str:
    return (snapshot.root / "loaders/a.py").read_text(encoding="utf-8")


def test_code_that_has_not_changed_is_not_read_again(project: Path) -> None:
    """A click in a project of a thousand files must not read them all."""
    snapshots = later(project)
    first = snapshots.take()
    taken = snapshots._last

    assert snapshots.take() == first
    assert snapshots._last is taken


def test_an_edit_is_in_the_next_snapshot_also_one_of_the_same_length(project: Path) -> None:
    """A run of yesterday's code under today's name is the worst that can happen."""
    snapshots = later(project)
    snapshots.take()
    (project / "loaders/a.py").write_text("A = 2\n", encoding="utf-8")
    edited = snapshots.take()
    (project / "loaders/b.py").write_text("B = 1\n", encoding="utf-8")
    grown = snapshots.take()
    (project / "loaders/b.py").unlink()

    assert text_in(edited) == "A = 2\n"
    assert (grown.root / "loaders/b.py").exists()
    assert snapshots.take() == edited


def test_a_file_that_was_just_written_is_read_again(project: Path) -> None:
    """A disk's clock may stand still while a file is written twice."""
    snapshots = RepeatedSnapshots(project, project.parent / "snapshots")
    first = snapshots.take()

    assert snapshots.take() == first
    assert snapshots._last is None


def test_a_snapshot_that_was_damaged_or_collected_is_taken_again(project: Path) -> None:
    """Somebody may clear .flowstone while a server runs."""
    snapshots = later(project)
    first = snapshots.take()
    (first.root / "loaders/a.py").unlink()
    mended = snapshots.take()
    text = text_in(mended)
    shutil.rmtree(first.root)

    assert (mended, text) == (first, "A = 1\n")
    assert text_in(snapshots.take()) == "A = 1\n"
