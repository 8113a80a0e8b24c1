"""A file that comes in piece by piece: written beside its place, and there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from flowstone.disk.publish import DRAFT_PREFIX, DRAFT_SUFFIX, NO_ROOM
from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import AlreadyExists, DiskFull, PathRefused
from flowstone.store.moves import place, refuse_by_link, refuse_new_name
from flowstone.store.paths import Beneath, Found
from flowstone.store.project_yaml import CONNECTIONS_FILE, PROJECT_FILE
from flowstone.store.trash import Deleted, delete, restore

ROOM_LEFT_BYTES = 256 << 20
"""What an upload leaves free of a disk, for runs and saves must go on."""


@dataclass(slots=True)
class Upload:
    """A file on its way in. Call `finish` or `abandon`."""

    root: Path
    path: str
    replaces: bool = False
    """Whether a file that is there may go to the trash for this one."""
    received_bytes: int = 0
    _draft: str = field(default="", init=False)
    _file: int = field(default=-1, init=False)
    _is_at_work: bool = field(default=False, init=False)
    _is_abandoned: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @classmethod
    def begin(cls, root: Path, path: str, *, size_bytes: int, replaces: bool = False) -> Self:
        """Look whether a file may come in, and open a draft for it.

        Raises: AlreadyExists, unless it may replace; PathRefused, for links, settings, folders, and texts that are too
        long to be edited here; DiskFull, when it would not fit; OSError.
        """
        _refuse_settings(path)
        refuse_new_name(path)
        upload = cls(root, path, replaces)
        with Beneath(root) as beneath, beneath.folder_for(path) as found:
            refuse_by_link(found, path)
            upload._refuse_taken(found)
            if shutil.disk_usage(found.folder).free < size_bytes + ROOM_LEFT_BYTES:
                raise DiskFull(path)
            upload._draft = f"{DRAFT_PREFIX}{secrets.token_hex(8)}{DRAFT_SUFFIX}"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            upload._file = os.open(upload._draft, flags, 0o666, dir_fd=found.folder)
            with contextlib.suppress(OSError):  # by it, drafts that nobody writes any more are told apart
                fcntl.flock(upload._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return upload

    def write(self, piece: bytes) -> None:
        """Take the next piece. Raises: DiskFull; OSError."""
        with self._at_work():
            left = memoryview(piece)
            try:
                while left:
                    left = left[os.write(self._file, left) :]
            except OSError as failed:
                if failed.errno in NO_ROOM:
                    raise DiskFull(self.path) from failed
                raise
            self.received_bytes += len(piece)

    def finish(self) -> Deleted | None:
        """Put the file in its place, on the disk for good; return what made way for it, if something did.

        Raises: AlreadyExists; PathRefused; DiskFull; OSError; each with nothing changed.
        """
        with self._at_work():
            try:
                os.fsync(self._file)
                made_way = self._placed()
            except OSError as failed:
                self._drop()
                if failed.errno in NO_ROOM:
                    raise DiskFull(self.path) from failed
                raise
            except BaseException:
                self._drop()
                raise
            self._close()
            return made_way

    def abandon(self) -> None:
        """Drop what has come so far; nothing, once it is in its place.

        A write that is going on in another thread ends first, and drops it then; `finish` is not held up by it.
        """
        with self._lock:
            self._is_abandoned = True
            if self._is_at_work:
                return
        self._drop()

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """Keep the file open against those who abandon it meanwhile."""
        with self._lock:
            self._is_at_work = True
        try:
            yield
        finally:
            with self._lock:
                self._is_at_work = False
                is_abandoned = self._is_abandoned
            if is_abandoned:
                self._drop()

    def _placed(self) -> Deleted | None:
        made_way = None
        with Beneath(self.root) as beneath, beneath.folder_for(self.path) as found:
            refuse_by_link(found, self.path)
            if self.replaces and self._is_taken(found):
                made_way = delete(self.root, self.path)
            try:
                place(Found(found.folder, (self._draft,)), found, path=self._draft, to=self.path)
            except BaseException:
                if made_way is not None:
                    with contextlib.suppress(FlowstoneError, OSError):  # it is in the trash still
                        restore(self.root, made_way.id)
                raise
        return made_way

    def _drop(self) -> None:
        if self._file < 0:
            return
        self._close()
        with contextlib.suppress(OSError, PathRefused), Beneath(self.root) as beneath:
            found = beneath.walk(self.path)
            if not found.missing:
                os.unlink(self._draft, dir_fd=found.folder)

    def _close(self) -> None:
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = -1

    def _refuse_taken(self, found: Found) -> None:
        if self._is_taken(found) and not self.replaces:
            raise AlreadyExists("file", self.path)

    def _is_taken(self, found: Found) -> bool:
        """Say whether a file is there. Raises: PathRefused, when it is a folder or anything else but a file."""
        try:
            mode = os.stat(found.name, dir_fd=found.folder, follow_symlinks=False).st_mode
        except OSError as missing:
            if missing.errno in (errno.ENOENT, errno.ENOTDIR):
                return False
            raise
        if not stat.S_ISREG(mode):
            raise PathRefused(self.path, "what is there is no file, and only a file can be replaced")
        return True


def _refuse_settings(path: str) -> None:
    if path in (PROJECT_FILE, CONNECTIONS_FILE):
        raise PathRefused(path, "it says how the project is set up; edit it instead")
