"""Files on their way in: there whole or not at all, and what was there before is never lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from flowstone.errors.store import DiskFull, NotFound, PathRefused
from flowstone.store import trash, uploads
from flowstone.store.trash import Deleted
from flowstone.store.uploads import Upload


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one file and one folder."""
    folder = tmp_path / "demo"
    (folder / "figures").mkdir(parents=True)
    (folder / "figures/a.txt").write_text("a")
    (folder / "rows.csv").write_text("old")
    return folder


def begun(root: Path, path: str = "rows.csv", content: bytes = b"new") -> Upload:
    upload = Upload.begin(root, path, size_bytes=len(content), replaces=True)
    upload.write(content)
    return upload


def left_of(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.name != ".flowstone")


def test_a_sender_who_leaves_while_the_file_is_put_in_place_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file is in the trash by then, so the new one must still get there."""
    upload = begun(root)

    def left_meanwhile(folder: Path, path: str) -> Deleted:
        upload.abandon()
        return trash.delete(folder, path)

    monkeypatch.setattr(uploads, "delete", left_meanwhile)

    made_way = upload.finish()

    assert made_way is not None
    assert (root / "rows.csv").read_text() == "new"
    assert left_of(root) == ["figures", "rows.csv"]


def test_a_sender_who_leaves_during_a_write_leaves_no_draft(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write goes on in a thread: its file must not be closed under it, for the number may be another's by then."""
    upload = begun(root)
    plain = os.write

    def left_meanwhile(file: int, content: bytes) -> int:
        upload.abandon()
        return plain(file, content)

    monkeypatch.setattr(os, "write", left_meanwhile)

    upload.write(b"more")

    assert left_of(root) == ["figures", "rows.csv"]
    assert (root / "rows.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("wrong", "told"), [(OSError(errno.ENOSPC, "full"), DiskFull), (NotFound("file", "x"), NotFound)]
)
def test_the_old_file_comes_back_when_the_new_one_cannot_take_its_place(
    root: Path, monkeypatch: pytest.MonkeyPatch, wrong: Exception, told: type[Exception]
) -> None:
    """A refusal says that nothing has changed."""
    upload = begun(root)

    def full(*_: object, **__: object) -> None:
        raise wrong

    monkeypatch.setattr(uploads, "place", full)

    with pytest.raises(told):
        upload.finish()

    assert (root / "rows.csv").read_text() == "old"
    assert (left_of(root), trash.deleted_files(root)) == (["figures", "rows.csv"], ())


def test_a_folder_is_not_replaced_by_a_file(root: Path) -> None:
    """All that is in it would go to the trash for one file."""
    with pytest.raises(PathRefused, match="only a file"):
        begun(root, "figures")
    upload = begun(root)
    (root / "rows.csv").unlink()
    (root / "rows.csv").mkdir()
    with pytest.raises(PathRefused, match="only a file"):
        upload.finish()

    assert left_of(root) == ["figures", "rows.csv"]
    assert trash.deleted_files(root) == ()
