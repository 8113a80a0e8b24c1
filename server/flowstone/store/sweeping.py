"""Removes from a project's state folder what its ledger does not name, and nobody has touched for a while."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.model.ids import ArtifactHash
from flowstone.store.artifacts import HASH_LENGTH
from flowstone.store.claims import removing
from flowstone.store.reachable import Reachable
from flowstone.store.state import StateFolder

AT_ONCE = 64
"""So many are removed in one go while nobody can claim anything: a few milliseconds."""


class Kind(StrEnum):
    """What lies in a state folder."""

    OUTPUT = "output"
    SNAPSHOT = "snapshot"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Stored:
    """Something on the disk, by its files. Units: size_bytes; changed_at in seconds since the epoch."""

    kind: Kind
    name: str
    paths: tuple[Path, ...]
    size_bytes: int


def everything(state: StateFolder, artifacts: Path) -> tuple[Stored, ...]:
    """Return all outputs, snapshots and logs there are, whether anything names them or not."""
    return (
        *_outputs(artifacts),
        *_folders(state.snapshots, Kind.SNAPSHOT),
        *_folders(state.logs, Kind.LOG),
    )


def sizes_of(stored: Iterable[Stored]) -> dict[ArtifactHash, int]:
    """Return how much each output takes on the disk."""
    return {ArtifactHash(each.name): each.size_bytes for each in stored if each.kind is Kind.OUTPUT}


def is_named(each: Stored, named: Reachable) -> bool:
    """Say whether a ledger names something that is stored."""
    match each.kind:
        case Kind.OUTPUT:
            return each.name in named.artifacts
        case Kind.SNAPSHOT:
            return each.name in named.snapshots
        case Kind.LOG:
            return each.name in named.runs


def is_untouched(each: Stored, *, since: float) -> bool:
    """Say whether nobody has written or claimed something since a moment; what is gone has nobody to miss it."""
    try:
        return all(path.stat().st_mtime < since for path in each.paths)
    except FileNotFoundError:
        return False


def sweep(unnamed: Iterable[Stored], *, untouched_since: float) -> Iterator[Stored]:
    """Remove what nobody has touched since, and give each thing that went.

    Raises: OSError, when something cannot be removed; what went before has gone.
    """
    rest = iter(unnamed)
    while portion := list(islice(rest, AT_ONCE)):
        for each in portion:
            if _taken_away(each, untouched_since):
                yield each


def _taken_away(each: Stored, untouched_since: float) -> bool:
    """Look once more, and remove it while nobody can claim it."""
    folder = each.paths[0].parent
    aside: list[Path] = []
    with removing(folder.parent):
        if not is_untouched(each, since=untouched_since):
            return False
        for path in each.paths:  # a manifest before its content: what has no manifest is no output
            if path.is_dir():
                aside.append(_put_aside(path))
            else:
                path.unlink(missing_ok=True)
            reach("collection.removing")
    for path in aside:
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        if each.kind is Kind.OUTPUT:
            folder.rmdir()  # if it was the last
    return True


def _put_aside(path: Path) -> Path:
    """Give a folder a name that means nothing to anybody, so that it goes in one step; see `leftovers`."""
    aside = path.with_name(f"draft-{os.getpid()}-{secrets.token_hex(8)}")
    path.rename(aside)
    return aside


def _outputs(artifacts: Path) -> Iterator[Stored]:
    for folder in sorted(artifacts.glob("[0-9a-f][0-9a-f]")):
        files: dict[str, list[tuple[bool, Path, int]]] = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.partition(".")[0]
                if len(name) == HASH_LENGTH and name.isalnum():
                    is_content = not entry.name.endswith(".manifest.json")
                    with contextlib.suppress(FileNotFoundError):
                        files.setdefault(name, []).append((is_content, Path(entry.path), entry.stat().st_size))
        for name, found in files.items():
            paths = tuple(path for _, path, _ in sorted(found))
            yield Stored(Kind.OUTPUT, name, paths, sum(size for *_, size in found))


def _folders(parent: Path, kind: Kind) -> Iterator[Stored]:
    if not parent.is_dir():
        return
    for folder in sorted(parent.iterdir()):
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith("draft-"):
            files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
            sizes = []
            for path in files:
                with contextlib.suppress(FileNotFoundError):
                    sizes.append(path.stat().st_size)
            yield Stored(kind, folder.name, (folder,), sum(sizes))
