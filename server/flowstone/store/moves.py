"""Files and folders of a project moved by their names alone: nothing is overwritten, and no link is followed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from flowstone.errors.store import AlreadyExists, NotFound, PathRefused
from flowstone.store.paths import Beneath, Found
from flowstone.store.project_yaml import PROJECT_FILE
from flowstone.store.texts import EDITABLE_SUFFIXES, MAX_NEW_NAME


def move(root: Path, path: str, to: str) -> None:
    """Give a file or folder another path, beneath folders that are made when missing.

    Raises: NotFound; AlreadyExists; PathRefused, for links, for what leads out of the project or is not its own, for
    a folder into itself and for flowstone.yaml; DiskFull; OSError.
    """
    if f"{to}/".startswith(f"{path}/"):
        raise PathRefused(to, "a folder cannot lie in itself")
    with Beneath(root) as beneath, Beneath(root) as beside:
        source = found_itself(beneath, path)
        refuse_new_name(to)
        with beside.folder_for(to) as target:
            refuse_by_link(target, to)
            with held(source.folder), _held_other(source, target):
                place(source, target, path=path, to=to)


def make_folder(root: Path, path: str) -> None:
    """Make a folder, and those above it. Raises: AlreadyExists; PathRefused; DiskFull; OSError."""
    refuse_new_name(path)
    with Beneath(root) as beneath, beneath.folder_for(path) as found:
        refuse_by_link(found, path)
        try:
            os.mkdir(found.name, dir_fd=found.folder)
        except FileExistsError as taken:
            raise AlreadyExists("file", path) from taken


def found_itself(beneath: Beneath, path: str) -> Found:
    """Find a file or folder that is there under just that path. Raises: NotFound; PathRefused, for links."""
    if path == PROJECT_FILE:
        raise PathRefused(path, "it makes the folder a project")
    found = beneath.walk(path)
    if found.missing or _mode(found) is None:
        raise NotFound("file", path)
    refuse_by_link(found, path)
    mode = _mode(found) or 0
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise PathRefused(path, "it is neither a file nor a folder")
    return found


def refuse_by_link(found: Found, path: str) -> None:
    """See that no link was followed: what is moved is what is named. Raises: PathRefused."""
    if found.names != tuple(path.split("/")):
        raise PathRefused(path, "a part of it is a link")


def refuse_new_name(path: str) -> None:
    """See that a new name is no longer than those that Flowstone makes. Raises: PathRefused."""
    name = path.rpartition("/")[2]
    suffix = Path(name).suffix
    if len(name.removesuffix(suffix if suffix in EDITABLE_SUFFIXES else "")) > MAX_NEW_NAME:
        raise PathRefused(path, f"a new name has at most {MAX_NEW_NAME} characters")


def place(source: Found, target: Found, *, path: str, to: str) -> None:
    """Move by name from one open folder to another; what is there stays. Raises: NotFound; AlreadyExists; OSError."""
    mode = _mode(source)
    if mode is None:
        raise NotFound("file", path)
    if stat.S_ISDIR(mode):
        _place_folder(source, target, to=to)
        return
    try:
        # A hard link fails where the name is taken; renaming would silently win.
        os.link(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder, follow_symlinks=False)
    except FileExistsError as taken:
        raise AlreadyExists("file", to) from taken
    os.unlink(source.name, dir_fd=source.folder)
    os.fsync(target.folder)


def _place_folder(source: Found, target: Found, *, to: str) -> None:
    if _mode(target) is not None:
        raise AlreadyExists("file", to)
    os.rename(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder)
    os.fsync(target.folder)


def _mode(found: Found) -> int | None:
    try:
        return os.stat(found.name, dir_fd=found.folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def held(folder: int) -> Iterator[None]:
    """Hold off saves into a folder, which take the same lock."""
    lock = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _held_other(source: Found, target: Found) -> Iterator[None]:
    """Hold the second folder if it is another one; two moves that cross would wait for each other, so it is tried."""
    if os.path.sameopenfile(source.folder, target.folder):
        yield
        return
    lock = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=target.folder)
    try:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)
