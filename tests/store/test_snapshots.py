"""The code that a run uses, kept as it was."""

from __future__ import annotations

import os
from pathlib import Path

from flowstone.store.snapshots import MAX_FILE_BYTES, take_snapshot


def files_in(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def project(root: Path) -> Path:
    for path, text in {
        "flowstone.yaml": "name: x\n",
        "loaders/a.py": "A = 1\n",
        "lib/deep/b.py": "B = 2\n",
        "transformers/c.sql": "SELECT 1\n",
        "data/big.parquet": "no code",
        ".flowstone/ledger.db": "state",
        ".git/config": "git",
        "venv/pyvenv.cfg": "home",
        "venv/lib/x.py": "not ours",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_a_snapshot_holds_the_code_and_neither_data_nor_state(tmp_path: Path) -> None:
    """A copy of the lake with every run would fill the disk in a day."""
    root = project(tmp_path / "p")
    (root / "huge.json").write_bytes(b" " * (MAX_FILE_BYTES + 1))

    snapshot = take_snapshot(root, tmp_path / "snapshots")

    assert set(files_in(snapshot.root)) == {"flowstone.yaml", "loaders/a.py", "lib/deep/b.py", "transformers/c.sql"}


def test_the_same_code_is_kept_once_and_other_code_beside_it(tmp_path: Path) -> None:
    """A schedule that runs every minute must not copy the code every minute."""
    root = project(tmp_path / "p")
    first = take_snapshot(root, tmp_path / "snapshots")
    again = take_snapshot(root, tmp_path / "snapshots")
    (root / "loaders/a.py").write_text("A = 2\n", encoding="utf-8")

    changed = take_snapshot(root, tmp_path / "snapshots")

    assert first == again != changed
    assert (first.root / "loaders/a.py").read_text() == "A = 1\n"
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == sorted([first.id, changed.id])


def test_links_and_strange_files_are_left_out(tmp_path: Path) -> None:
    """A link out of the project must not carry a private key into its history, and a pipe must not hang a run."""
    root = project(tmp_path / "p")
    (root / "loaders/link.py").symlink_to("/etc/passwd")
    os.mkfifo(root / "loaders/pipe.py")

    snapshot = take_snapshot(root, tmp_path / "snapshots")

    assert not {"loaders/link.py", "loaders/pipe.py"} & set(files_in(snapshot.root))


def test_a_snapshot_that_a_power_cut_tore_is_taken_again(tmp_path: Path) -> None:
    """Its folder's name promises a content; a run must not take an empty file for the code."""
    root = project(tmp_path / "p")
    first = take_snapshot(root, tmp_path / "snapshots")
    whole = files_in(first.root)
    for path in whole:
        (first.root / path).write_bytes(b"")

    again = take_snapshot(root, tmp_path / "snapshots")

    assert (again, files_in(again.root)) == (first, whole)


def test_a_project_may_itself_be_called_data(tmp_path: Path) -> None:
    """What a folder holds is told by its name only inside a project."""
    root = project(tmp_path / "data")

    names = files_in(take_snapshot(root, tmp_path / "snapshots").root)

    assert names == files_in(take_snapshot(project(tmp_path / "p"), tmp_path / "snapshots").root)
