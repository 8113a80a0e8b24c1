"""The code of a project as it was when a run started, kept by content, so that later edits change no run."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.disk.publish import publish
from flowstone.store.artifacts import hash_bytes
from flowstone.store.claims import claiming

CODE_SUFFIXES = frozenset({".py", ".sql", ".md", ".yaml", ".yml", ".json", ".toml", ".txt", ".jinja"})
MAX_FILE_BYTES = 2 << 20
"""A larger file is data; blocks read data from the project's folder, which is their working directory."""
SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})
DATA_FOLDERS = frozenset({"data", "lake", "dist", "build"})
"""Folders that hold no code, but for blocks that lie right in them, unless they are packages."""
BLOCK_SUFFIXES = frozenset({".py", ".sql", ".md"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a project's code: its content's hash, and the folder that stands for the project's root."""

    id: str
    root: Path


def take_snapshot(project: Path, snapshots: Path) -> Snapshot:
    """Copy a project's code, unless a snapshot of the same content is there.

    Raises: OSError, when a file cannot be read or the copy not be written.
    """
    files = [(path.relative_to(project).as_posix(), path.read_bytes()) for path in sorted(code_paths(project))]
    name = _name_of(files)
    target = snapshots / name
    # It may be there and be torn: its files are not synced one by one.
    if not (claim_snapshot(target) and _is_whole(files, target)):
        shutil.rmtree(target, ignore_errors=True)
        _write(files, target)
    reach("snapshot.taken")
    return Snapshot(name, target)


def is_whole(snapshot: Path) -> bool:
    """Say whether a snapshot is there and has just the content that its name promises."""
    try:
        paths = sorted(path for path in snapshot.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        files = [(path.relative_to(snapshot).as_posix(), path.read_bytes()) for path in paths]
    except OSError:
        return False
    return snapshot.is_dir() and _name_of(files) == snapshot.name


def _name_of(files: list[tuple[str, bytes]]) -> str:
    return hash_bytes(b"".join(f"{path}\0{hash_bytes(content)}\n".encode() for path, content in files))


def code_paths(folder: Path, *, is_data: bool = False) -> Iterator[Path]:
    """Give the files of a project that a snapshot takes, in no order. Raises: OSError."""
    suffixes = BLOCK_SUFFIXES if is_data else CODE_SUFFIXES
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in SKIPPED_FOLDERS:
                continue
            if entry.is_dir(follow_symlinks=False):
                within = Path(entry.path)
                if not is_data and not (within / "pyvenv.cfg").exists():
                    yield from code_paths(within, is_data=_is_data(within))
            elif _is_code(entry, suffixes):
                yield Path(entry.path)


def _is_data(folder: Path) -> bool:
    return folder.name in DATA_FOLDERS and not (folder / "__init__.py").exists()


def _is_code(entry: os.DirEntry[str], suffixes: frozenset[str]) -> bool:
    return (
        Path(entry.name).suffix in suffixes
        and entry.is_file(follow_symlinks=False)
        and entry.stat().st_size <= MAX_FILE_BYTES
    )


def claim_snapshot(snapshot: Path) -> bool:
    """Take a snapshot up for use, so that no collection removes it soon; say whether it is there."""
    try:
        with claiming(snapshot.parent.parent):
            os.utime(snapshot)
    except FileNotFoundError:
        return False
    return True


def _is_whole(files: list[tuple[str, bytes]], target: Path) -> bool:
    try:
        return all((target / path).read_bytes() == content for path, content in files)
    except OSError:
        return False


def _write(files: list[tuple[str, bytes]], target: Path) -> None:
    draft = target.with_name(f"draft-{os.getpid()}-{uuid.uuid4().hex}")
    draft.mkdir(parents=True)
    for path, content in files:
        publish(draft / path, content, durable=False)
    reach("snapshot.drafted")
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
        if not target.exists():  # else another run has just written the same content
            raise
