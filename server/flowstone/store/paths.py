"""No path leaves the project: names are checked, and links are followed one at a time, each step held open."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import unicodedata
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from flowstone.disk.publish import make_folder_in
from flowstone.errors.store import NotFound, PathRefused

MAX_PATH_BYTES = 1_024
MAX_NAME_BYTES = 255
MAX_LINKS = 40
"""As many symbolic links on one path as Linux follows."""
PRIVATE = frozenset({".flowstone", ".git"})
"""Folders that are Flowstone's and Git's own; comparing without case keeps them so on any file system."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def resolve_beneath(root: Path, relative: str) -> Path:
    """Return the real path of a name beneath a folder, links within it followed; it need not exist.

    Raises: PathRefused, for `..`, absolute, overlong, private or unprintable names, and for links that lead out.
    """
    with Beneath(root) as beneath:
        return root.joinpath(*beneath.walk(relative).names)


@dataclass(slots=True)
class Found:
    """Where a walk ended: the folder, held open by the walk, the last name in it, and all names below the root.

    `missing` are the folders that would have to be made first.
    """

    folder: int
    names: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1]


@dataclass(slots=True)
class Beneath:
    """A root held open, with the folders below it that walks have come through.

    Each step opens one name in a folder that is held open already, without following links, so that nobody can
    swap a folder for a link between looking and opening. Source: openat2(2), RESOLVE_BENEATH, in user space.
    """

    root: Path
    _folders: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        try:
            self._folders[()] = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError) as gone:
            raise NotFound("folder", str(self.root)) from gone
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for descriptor in self._folders.values():
            os.close(descriptor)
        self._folders.clear()

    def walk(self, relative: str) -> Found:
        """Follow a path to its last name, links included. Raises: PathRefused."""
        waiting = deque(checked_names(relative))
        at: tuple[str, ...] = ()
        links = 0
        while waiting:
            name = waiting.popleft()
            if name == "..":
                if not at:
                    raise PathRefused(relative, "it leads out of the project")
                at = at[:-1]
                continue
            refuse_private(name, relative)
            target = self._link(at, name)
            if target is not None:
                links += 1
                if links > MAX_LINKS:
                    raise PathRefused(relative, "its links lead in a circle")
                at, followed = self._follow(at, target, relative)
                waiting.extendleft(reversed(followed))
            elif not waiting:
                return Found(self._folders[at], (*at, name))
            elif self._enter(at, name, relative):
                at = (*at, name)
            else:
                return self._unmade(at, name, tuple(waiting), relative)
        raise PathRefused(relative, "it is a folder")

    def open_file(self, relative: str, *, kind: str = "file") -> tuple[int, os.stat_result]:
        """Open a plain file for reading.

        Never waits, whatever is there. Raises: NotFound; PathRefused, for folders, pipes, devices and sockets too.
        """
        found = self.walk(relative)
        if found.missing:
            raise NotFound(kind, relative)
        try:
            _refuse_unplain(os.stat(found.name, dir_fd=found.folder, follow_symlinks=False), relative)
            flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
            descriptor = os.open(found.name, flags, dir_fd=found.folder)
        except FileNotFoundError as gone:
            raise NotFound(kind, relative) from gone
        except OSError as failed:
            raise PathRefused(relative, os.strerror(failed.errno or 0).lower()) from failed
        facts = os.fstat(descriptor)
        try:
            _refuse_unplain(facts, relative)
        except PathRefused:
            os.close(descriptor)
            raise
        return descriptor, facts

    @contextlib.contextmanager
    def folder_for(self, relative: str) -> Iterator[Found]:
        """Hold the folder that a file is or will be in, made when missing. Raises: PathRefused; DiskFull; OSError."""
        found = self.walk(relative)
        at = found.names[: len(found.names) - 1 - len(found.missing)]
        for name in found.missing:
            descriptor = make_folder_in(self._folders[at], name)
            at = (*at, name)
            self._keep(at, descriptor)
        yield Found(self._folders[at], found.names)

    def _link(self, at: tuple[str, ...], name: str) -> str | None:
        if (*at, name) in self._folders:
            return None
        try:
            return os.readlink(name, dir_fd=self._folders[at])
        except OSError:
            return None

    def _follow(self, at: tuple[str, ...], target: str, relative: str) -> tuple[tuple[str, ...], list[str]]:
        """Return where a link's target starts from, and its names. An absolute one may only lead back inside."""
        if not target.startswith("/"):
            return at, [name for name in target.split("/") if name not in ("", ".")]
        inside = os.path.relpath(os.path.normpath(target), os.path.realpath(self.root))
        if inside == ".." or inside.startswith("../"):
            raise PathRefused(relative, "it is a link that leads out of the project")
        return (), [name for name in inside.split("/") if name not in ("", ".")]

    def _enter(self, at: tuple[str, ...], name: str, relative: str) -> bool:
        if (*at, name) in self._folders:
            return True
        try:
            self._keep((*at, name), os.open(name, _FOLDER, dir_fd=self._folders[at]))
        except FileNotFoundError:
            return False
        except OSError as failed:
            why = "a part of it is not a folder" if failed.errno in (errno.ENOTDIR, errno.ELOOP) else failed.strerror
            raise PathRefused(relative, why or "it cannot be opened") from failed
        return True

    def _keep(self, at: tuple[str, ...], descriptor: int) -> None:
        self._folders[at] = descriptor

    def _unmade(self, at: tuple[str, ...], name: str, rest: tuple[str, ...], relative: str) -> Found:
        if ".." in rest:
            raise PathRefused(relative, "it leads through a folder that is not there")
        for part in rest:
            refuse_private(part, relative)
        missing = (name, *rest[:-1])
        return Found(self._folders[at], (*at, *missing, rest[-1]), missing)


def checked_names(relative: str) -> list[str]:
    """Split a path that came from outside into its names. Raises: PathRefused, for any that no project file has."""
    try:
        size_bytes = len(relative.encode())
    except UnicodeEncodeError as broken:
        raise PathRefused(relative.encode(errors="replace").decode(), "it is not valid Unicode") from broken
    if size_bytes > MAX_PATH_BYTES:
        raise PathRefused(relative, f"it is longer than {MAX_PATH_BYTES} bytes")
    if relative.startswith("/"):
        raise PathRefused(relative, "it must be relative to the project")
    names = relative.split("/")
    for name in names:
        why = _fault_of(name)
        if why:
            raise PathRefused(relative, why)
    return names


def _fault_of(name: str) -> str:
    if name == "..":
        return "it leads out of its folder"
    if name in ("", "."):
        return "it has an empty part"
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"a name in it is longer than {MAX_NAME_BYTES} bytes"
    if "\\" in name:
        return "it has a backslash; use / between folders"
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") for character in name):
        return "it has characters that cannot be seen"
    return ""


def refuse_private(name: str, relative: str) -> None:
    """Keep Flowstone's and Git's own folders shut. Raises: PathRefused."""
    if name.casefold() in PRIVATE:
        raise PathRefused(relative, f"{name} is not part of the project's files")


def _refuse_unplain(facts: os.stat_result, relative: str) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise PathRefused(relative, f"it is {_KINDS.get(stat.S_IFMT(facts.st_mode), 'no plain file')}")


_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a link",
}
