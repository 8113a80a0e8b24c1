"""Files that were deleted in the browser: kept in `.flowstone/trash`, so that they can be put back.

Layout: `trash/<id>/content`, the file or folder itself, and `trash/<id>/note.json` with its path and when it went.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flowstone.disk.publish import open_folder, publish
from flowstone.errors.store import NotFound, PathRefused
from flowstone.store.moves import found_itself, held, place, refuse_by_link
from flowstone.store.paths import Beneath, Found
from flowstone.store.state import StateFolder

TRASH = "trash"
CONTENT = "content"
NOTE = "note.json"
MAX_KEPT = 500
KEPT_S = 30 * 86_400.0
ID = re.compile(r"[0-9]{13}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Deleted:
    """Something in the trash. Units: `at` in seconds since the epoch."""

    id: str
    path: str
    at: float


def delete(root: Path, path: str, *, last_look: Callable[[Beneath], None] | None = None) -> Deleted:
    """Take a file or folder out of the project, so that it can be put back for 30 days.

    `last_look` sees it when no save can come in between any more, and raises to have it stay.
    Raises: NotFound; PathRefused, for links and what is not the project's own; DiskFull; OSError; what last_look does.
    """
    with Beneath(root) as beneath:
        found = found_itself(beneath, path)
        with held(found.folder):
            if last_look is not None:
                last_look(beneath)
            deleted = _moved(root, found, path)
    _prune(root)
    return deleted


def _moved(root: Path, found: Found, path: str) -> Deleted:
    at = time.time()
    name = f"{int(at * 1000):013}-{secrets.token_hex(6)}"
    folder = _trash(root) / name
    publish(folder / NOTE, json.dumps({"path": path, "at": at}).encode())
    target = open_folder(folder)
    try:
        place(found, Found(target, (CONTENT,)), path=path, to=path)
    finally:
        os.close(target)
    return Deleted(name, path, at)


def restore(root: Path, deleted: str) -> Deleted:
    """Put something back where it was. Raises: NotFound; AlreadyExists, where its place is taken; OSError."""
    found = _noted(root, deleted)
    if found is None:
        raise NotFound("deleted file", deleted[:60], hint="What was deleted is kept for 30 days.")
    source = open_folder(_trash(root) / found.id)
    try:
        with Beneath(root) as beneath, beneath.folder_for(found.path) as target:
            refuse_by_link(target, found.path)
            with held(target.folder):
                place(Found(source, (CONTENT,)), target, path=found.path, to=found.path)
    finally:
        os.close(source)
    shutil.rmtree(_trash(root) / found.id, ignore_errors=True)
    return found


def deleted_files(root: Path) -> tuple[Deleted, ...]:
    """Return what is in the trash, the newest first."""
    return tuple(_all(root))


def _trash(root: Path) -> Path:
    """Return the folder of the trash. Raises: PathRefused, where somebody has put a link in its place."""
    state = StateFolder(root)
    folder = state.path / TRASH
    if state.path.is_symlink() or folder.is_symlink():
        raise PathRefused(f".flowstone/{TRASH}", "it is a link")
    return folder


def _all(root: Path) -> Iterator[Deleted]:
    try:
        names = sorted(os.listdir(_trash(root)), reverse=True)  # noqa: PTH208 - names alone
    except FileNotFoundError:
        return
    for name in names:
        found = _noted(root, name)
        if found is not None:
            yield found


def _noted(root: Path, name: str) -> Deleted | None:
    if ID.fullmatch(name) is None:
        return None
    folder = _trash(root) / name
    with suppress(OSError, ValueError, KeyError, TypeError):
        if os.path.lexists(folder / CONTENT):
            note = json.loads((folder / NOTE).read_bytes())
            return Deleted(name, str(note["path"]), float(note["at"]))
    return None


def _prune(root: Path) -> None:
    """Let go for good of what was deleted long ago, or before very much else."""
    oldest = f"{int((time.time() - KEPT_S) * 1000):013}"
    with suppress(OSError):
        names = sorted((name for name in os.listdir(_trash(root)) if ID.fullmatch(name)), reverse=True)  # noqa: PTH208
        for place_in_line, name in enumerate(names):
            if place_in_line >= MAX_KEPT or name < oldest:
                shutil.rmtree(_trash(root) / name, ignore_errors=True)
