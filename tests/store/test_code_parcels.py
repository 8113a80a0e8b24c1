"""Code on its way to other machines arrives as it was, or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from flowstone.errors.store import NotFound
from flowstone.store.code_parcels import received, ship
from flowstone.store.places import FolderPlace
from flowstone.store.snapshots import Snapshot, take_snapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """A project's code, with an empty file, an accent and a helper module."""
    for path, text in {"loaders/b.py": "x = 1\n", "lib/__init__.py": "", "lib/é.py": "é = 'é'\n"}.items():
        file = tmp_path / "project" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return take_snapshot(tmp_path / "project", tmp_path / "snapshots")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_code_arrives_as_it_was(snapshot: Snapshot, tmp_path: Path) -> None:
    """The same files, the same results."""
    place = FolderPlace(tmp_path / "shared")

    ship(snapshot.root, place)
    there = received(snapshot.id, place, tmp_path / "cache")

    assert files(there) == files(snapshot.root)


def test_a_parcel_is_made_and_fetched_once(snapshot: Snapshot, tmp_path: Path) -> None:
    """A hundred blocks of a run share it."""
    place = FolderPlace(tmp_path / "shared")
    ship(snapshot.root, place)
    parcel = next((tmp_path / "shared").rglob("*.zip"))
    first = received(snapshot.id, place, tmp_path / "cache")
    parcel.write_bytes(b"no longer read")

    ship(snapshot.root, place)

    assert received(snapshot.id, place, tmp_path / "cache") == first
    assert parcel.read_bytes() == b"no longer read"


def test_code_that_was_changed_on_a_worker_is_fetched_again(snapshot: Snapshot, tmp_path: Path) -> None:
    """A block may write into its own folder; the next run must not run that."""
    place = FolderPlace(tmp_path / "shared")
    ship(snapshot.root, place)
    (received(snapshot.id, place, tmp_path / "cache") / "loaders/b.py").write_text("x = 2\n")

    assert files(received(snapshot.id, place, tmp_path / "cache")) == files(snapshot.root)


def test_a_parcel_with_another_content_is_refused(snapshot: Snapshot, tmp_path: Path) -> None:
    """Code runs with the worker's rights: nothing runs that was not asked for."""
    place = FolderPlace(tmp_path / "shared")
    ship(snapshot.root, place)
    with zipfile.ZipFile(next((tmp_path / "shared").rglob("*.zip")), "w") as archive:
        archive.writestr("loaders/b.py", "x = 3\n")

    with pytest.raises(NotFound, match=snapshot.id):
        received(snapshot.id, place, tmp_path / "cache")


def test_a_parcel_that_nobody_sent_is_not_found(tmp_path: Path) -> None:
    """It says which, and waits for nothing."""
    with pytest.raises(NotFound, match="abc"):
        received("abc", FolderPlace(tmp_path / "shared"), tmp_path / "cache")


@pytest.mark.parametrize(
    "name", ["loaders/__pycache__/b.cpython-312.pyc", "lib/__pycache__/b.py", "b.so", "../b.py", "/b.py", "lib/"]
)
def test_a_parcel_with_more_than_code_is_refused(snapshot: Snapshot, tmp_path: Path, name: str) -> None:
    """Compiled code would run in place of the code that its name promises."""
    place = FolderPlace(tmp_path / "shared")
    ship(snapshot.root, place)
    with zipfile.ZipFile(next((tmp_path / "shared").rglob("*.zip")), "a") as archive:
        archive.writestr(name, b"")

    with pytest.raises(NotFound, match=snapshot.id):
        received(snapshot.id, place, tmp_path / "cache")

    assert files(tmp_path / "cache") == {}
