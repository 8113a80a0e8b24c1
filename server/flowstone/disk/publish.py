"""The one way that Flowstone writes files: whole or not at all, and on the disk when it says so."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from flowstone.disk.failpoints import reach
from flowstone.errors.store import AlreadyExists, DiskFull

Content: TypeAlias = bytes | Callable[[BinaryIO], None]

DRAFT_PREFIX = ".flowstone-"
DRAFT_SUFFIX = ".tmp"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
PRIVATE = 0o600


def publish(path: Path, content: Content, *, durable: bool = True, private: bool = False) -> None:
    """Write a file so that readers, a crash or a power cut see all of it or what was there before.

    A file that is there keeps its mode, unless it is `private`: then its owner alone may ever read it. Missing
    folders are made. With `durable` false the content may be lost in a power cut, though it is still never torn.
    Raises: DiskFull, with nothing changed; OSError.
    """
    folder = open_folder(path.parent)
    try:
        publish_in(folder, path.name, content, durable=durable, private=private)
    finally:
        os.close(folder)


def publish_in(
    folder: int,
    name: str,
    content: Content,
    *,
    durable: bool = True,
    replace: bool = True,
    private: bool = False,
    last_look: Callable[[], None] | None = None,
) -> None:
    """Publish as a file of the folder that a descriptor holds, wherever that folder is called from.

    `last_look` is called when all is ready, right before the file appears; what it raises leaves all as it was.
    Raises: AlreadyExists, when `replace` is false and the name is taken; DiskFull; OSError.
    """
    draft = f"{DRAFT_PREFIX}{secrets.token_hex(8)}{DRAFT_SUFFIX}"
    mode = PRIVATE if private else _mode_of(folder, name)
    reach("publish.begun")
    try:
        with _opened(folder, draft, begun_as=PRIVATE if mode == PRIVATE else 0o666) as file:
            _write(file, content, mode=mode, durable=durable)
            if last_look is not None:
                last_look()
            if replace:
                os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                _place_new(folder, draft, name)
            reach("publish.renamed")
        if durable:
            os.fsync(folder)
        reach("publish.done")
    except OSError as failed:
        if failed.errno in NO_ROOM:
            raise DiskFull(name) from failed
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)


def publish_file(staged: Path, path: Path, *, durable: bool = True) -> None:
    """Publish a file that was written elsewhere on the same file system; it is gone there afterwards.

    With `durable` false the content may be lost in a power cut. Raises: DiskFull, with nothing changed; OSError.
    """
    try:
        if durable:
            _flush(staged)
        staged.replace(path)
        if durable:
            _flush(path.parent)
    except OSError as failed:
        if failed.errno in NO_ROOM:
            raise DiskFull(path.name) from failed
        raise


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_folder(path: Path) -> int:
    """Open a folder, making it and those above it when missing, each durably. Raises: DiskFull; OSError."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        parent = open_folder(path.parent)
        try:
            return make_folder_in(parent, path.name)
        finally:
            os.close(parent)


def make_folder_in(parent: int, name: str) -> int:
    """Make a folder unless it is there, durably, and open it without following a link. Raises: DiskFull; OSError."""
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
            os.fsync(parent)
    except OSError as failed:
        if failed.errno in NO_ROOM:
            raise DiskFull(name) from failed
        raise
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW, dir_fd=parent)


def is_draft(name: str) -> bool:
    """Say whether a file name is that of a write which has not been published, so nobody's business."""
    return name.startswith(DRAFT_PREFIX) and name.endswith(DRAFT_SUFFIX)


def _mode_of(folder: int, name: str) -> int | None:
    try:
        return stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None


def _write(file: BinaryIO, content: Content, *, mode: int | None, durable: bool) -> None:
    if callable(content):
        content(file)
    else:
        file.write(content)
    file.flush()
    if mode is not None:
        os.fchmod(file.fileno(), mode)
    reach("publish.written")
    if durable:
        os.fsync(file.fileno())
    reach("publish.synced")


@contextlib.contextmanager
def _opened(folder: int, draft: str, *, begun_as: int) -> Iterator[BinaryIO]:
    # The umask cuts 0o666, as for any file that an editor makes; a secret is never readable, not even half written.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, begun_as, dir_fd=folder)
    file = os.fdopen(descriptor, "wb")
    with contextlib.suppress(OSError):  # where there are no locks, a draft's age alone says whether it is abandoned
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield file
    finally:
        # A full disk may show at the flush: closing the descriptor must not then hide what happened.
        with contextlib.suppress(OSError):
            file.close()


def _place_new(folder: int, draft: str, name: str) -> None:
    # A hard link fails where the name is taken; renaming would silently win.
    try:
        os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as taken:
        raise AlreadyExists("file", name) from taken
