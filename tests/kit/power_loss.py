"""A disk that forgets: every state in which a power cut may leave what a program has written.

What was not synced may be lost, torn or there, each file and each change of a folder on its own; changes of a folder
that were not synced may also come to last in another order than they were made in. This is weaker than what common
file systems do, and all that POSIX promises.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeAlias

from tests.kit.system_calls import Call

Write: TypeAlias = tuple[int, bytes] | int
"""A piece of content at an offset, or a length that a file was cut or grown to."""
Entries: TypeAlias = tuple[tuple[str, int | None], ...]
"""Names of a folder and what they are made to stand for at once; None is nothing."""
TOLD = ("told",)
SECTOR = 512
"""Units: bytes. What a disk writes whole. Source: the smallest sector of disks that are sold."""
MAX_CUTS = 6
"""At so many places a piece is torn; a short one in its middle."""
MAX_SUBSETS_OF = 6
"""Of so many changes of folders every subset is tried; of more, every beginning, and all but each one."""


@dataclass(frozen=True, slots=True)
class Crash:
    """What is found after a power cut: the files by path, and what the program had told somebody before it."""

    files: dict[str, bytes]
    told: str
    after: int


@dataclass
class _File:
    kept: bytes = b""
    pending: list[Write] = field(default_factory=list)


@dataclass
class _Folder:
    kept: dict[str, int] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    pending: list[Entries] = field(default_factory=list)


class Disk:
    """A file system under one folder, with what lasts apart from what does not yet."""

    def __init__(self, root: str, files: dict[str, bytes]) -> None:
        """Begin with files that are there for good, their paths relative to the root."""
        self._root = PurePosixPath(root)
        self._nodes: dict[int, _File | _Folder] = {0: _Folder()}
        self._open: dict[str, int] = {}
        self._told = ""
        for path, content in files.items():
            folder = self._folder_at(PurePosixPath(path).parent, make=True)
            self._new(folder, PurePosixPath(path).name, _File(kept=content), lasts=True)

    def _new(self, folder: _Folder, name: str, node: _File | _Folder, *, lasts: bool = False) -> None:
        number = len(self._nodes)
        self._nodes[number] = node
        folder.live[name] = number
        if lasts:
            folder.kept[name] = number
        else:
            folder.pending.append(((name, number),))

    def _folder_at(self, path: PurePosixPath, *, make: bool = False) -> _Folder:
        at = self._nodes[0]
        for name in path.parts:
            assert isinstance(at, _Folder)
            if make and name not in at.live:
                self._new(at, name, _Folder(), lasts=True)
            at = self._nodes[at.live[name]]
        assert isinstance(at, _Folder)
        return at

    def _place(self, path: str) -> tuple[_Folder, str]:
        relative = PurePosixPath(path).relative_to(self._root)
        return self._folder_at(relative.parent), relative.name

    def _node(self, path: str) -> _File | _Folder:
        if PurePosixPath(path) == self._root:
            return self._nodes[0]
        folder, name = self._place(path)
        return self._nodes[folder.live[name]]

    def apply(self, call: Call) -> None:
        """Do what a program did."""
        match call.name:
            case "openat":
                self._opened(call)
            case "write" if call.paths == TOLD:
                self._told += call.content.decode()
            case "write" | "pwrite64":
                self._write(call)
            case "ftruncate":
                file = self._node(call.paths[0])
                assert isinstance(file, _File)
                file.pending.append(call.numbers[-1])
            case "fsync" | "fdatasync":
                self._sync(self._node(call.paths[0]))
            case "mkdir" | "mkdirat":
                folder, name = self._place(call.paths[0])
                self._new(folder, name, _Folder())
            case "rename" | "renameat" | "renameat2":
                self._rename(*call.paths)
            case "link" | "linkat":
                node = self._number(call.paths[0])
                folder, name = self._place(call.paths[1])
                folder.live[name] = node
                folder.pending.append(((name, node),))
            case "unlink" | "unlinkat":
                folder, name = self._place(call.paths[0])
                del folder.live[name]
                folder.pending.append(((name, None),))
            case other:
                raise AssertionError(f"the model knows no {other}")

    def _number(self, path: str) -> int:
        folder, name = self._place(path)
        return folder.live[name]

    def _opened(self, call: Call) -> None:
        if "O_CREAT" in call.flags:
            folder, name = self._place(call.paths[0])
            if name not in folder.live:
                self._new(folder, name, _File())
        if "O_TRUNC" in call.flags:
            file = self._node(call.paths[0])
            assert isinstance(file, _File)
            file.pending.append(0)
        self._open.pop(call.paths[0], None)

    def _write(self, call: Call) -> None:
        file = self._node(call.paths[0])
        assert isinstance(file, _File)
        if call.name == "pwrite64":
            file.pending.append((call.numbers[-1], call.content))
            return
        at = self._open.get(call.paths[0], 0)
        file.pending.append((at, call.content))
        self._open[call.paths[0]] = at + len(call.content)

    def _sync(self, node: _File | _Folder) -> None:
        if isinstance(node, _File):
            node.kept = _written(node.kept, node.pending)
        else:
            node.kept = dict(node.live)
        node.pending = []

    def _rename(self, source: str, target: str) -> None:
        node = self._number(source)
        (old, old_name), (new, new_name) = self._place(source), self._place(target)
        del old.live[old_name]
        new.live[new_name] = node
        if old is new:
            new.pending.append(((old_name, None), (new_name, node)))
        else:
            new.pending.append(((new_name, node),))
            old.pending.append(((old_name, None),))

    def crashes(self, after: int, *, late: bool) -> Iterator[Crash]:
        """Give every state that may be found if the power goes now; `late`, when later pieces may be alone."""
        changes = [
            (number, entries)
            for number, node in self._nodes.items()
            if isinstance(node, _Folder)
            for entries in node.pending
        ]
        for lasting in _subsets(changes):
            tree = self._tree(lasting)
            contents = {number: list(_contents(self._nodes[number], late=late)) for number in set(tree.values())}
            numbers = list(contents)
            for chosen in itertools.product(*(contents[number] for number in numbers)):
                found = dict(zip(numbers, chosen, strict=True))
                yield Crash({path: found[number] for path, number in tree.items()}, self._told, after)

    def _tree(self, lasting: Sequence[tuple[int, Entries]]) -> dict[str, int]:
        """Return the files that can be reached, by path, if just these changes of folders came to last."""
        folders = {number: dict(node.kept) for number, node in self._nodes.items() if isinstance(node, _Folder)}
        for folder, entries in lasting:
            for name, number in entries:
                if number is None:
                    folders[folder].pop(name, None)
                else:
                    folders[folder][name] = number
        return dict(_reached(folders, 0, ""))


def _reached(folders: dict[int, dict[str, int]], number: int, prefix: str) -> Iterator[tuple[str, int]]:
    for name, found in folders[number].items():
        if found in folders:
            yield from _reached(folders, found, f"{prefix}{name}/")
        else:
            yield prefix + name, found


def _subsets(changes: Sequence[tuple[int, Entries]]) -> Iterator[tuple[tuple[int, Entries], ...]]:
    if len(changes) <= MAX_SUBSETS_OF:
        for size in range(len(changes) + 1):
            yield from itertools.combinations(changes, size)
        return
    for size in range(len(changes) + 1):
        yield tuple(changes[:size])
    for left_out in range(len(changes)):
        yield tuple(change for number, change in enumerate(changes) if number != left_out)


def _contents(node: _File | _Folder, *, late: bool) -> Iterator[bytes]:
    """Give what a file may hold: every beginning of what was not synced, the last piece torn, late or as zeros."""
    assert isinstance(node, _File)
    seen: set[bytes] = set()
    for writes in _surviving(node.pending, late=late):
        content = _written(node.kept, writes)
        if content not in seen:
            seen.add(content)
            yield content


def _surviving(pending: Sequence[Write], *, late: bool) -> Iterator[Sequence[Write]]:
    for size in range(len(pending) + 1):
        yield pending[:size]
    if pending and isinstance(pending[-1], tuple):  # those before it were torn in the states before this one
        at, piece = pending[-1]
        yield [*pending[:-1], (at, bytes(len(piece)))]
        for cut in _cuts(len(piece)):
            yield [*pending[:-1], (at, piece[:cut])]
            yield [*pending[:-1], (at, bytes(cut) + piece[cut:])]
    for number in range(len(pending) if late else 0):
        yield [*pending[:number], *pending[number + 1 :]]


def _cuts(size: int) -> list[int]:
    """Return where a piece may be torn: between sectors, of a long one between some; and within a short one."""
    cuts = list(range(SECTOR, size, SECTOR)) or [size // 2]
    return cuts[:: max(1, len(cuts) // MAX_CUTS)]


def _written(content: bytes, writes: Sequence[Write]) -> bytes:
    made = bytearray(content)
    for write in writes:
        if isinstance(write, int):
            made = made[:write] + bytes(max(0, write - len(made)))
            continue
        at, piece = write
        made.extend(bytes(max(0, at - len(made))))
        made[at : at + len(piece)] = piece
    return bytes(made)


def crashes(root: str, files: dict[str, bytes], calls: Sequence[Call]) -> Iterator[Crash]:
    """Give every state that a power cut may leave, before, between and after a program's calls; none twice."""
    disk = Disk(root, files)
    seen: set[tuple[frozenset[tuple[str, bytes]], str]] = set()
    for number in range(len(calls) + 1):
        is_writing = number < len(calls) and calls[number].name in ("write", "pwrite64") and calls[number].paths != TOLD
        for crash in disk.crashes(number, late=not is_writing):
            key = (frozenset(crash.files.items()), crash.told)
            if key not in seen:
                seen.add(key)
                yield crash
        if number < len(calls):
            disk.apply(calls[number])
