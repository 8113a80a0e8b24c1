"""Snapshots of code on their way to other machines: one file each, named by the content, checked when opened.

Layout: `code/<snapshot>.zip` beside the artifacts.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
import zipfile
from pathlib import Path, PurePosixPath

from flowstone.errors.store import NotFound
from flowstone.store.places import Place
from flowstone.store.snapshots import CODE_SUFFIXES, MAX_FILE_BYTES, SKIPPED_FOLDERS, is_whole

BEGINNING_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format can say, the same for all files, so that the same code gives the same bytes."""

MAX_PARCEL_BYTES = 256 << 20
"""More than any project's code comes to, and less than fills a worker's disk."""


def ship(snapshot: Path, place: Place) -> None:
    """Put a snapshot where other machines can fetch it, unless it is there. Raises: StoreUnreachable; OSError."""
    if place.size(_parcel(snapshot.name)) is not None:
        return
    with tempfile.TemporaryDirectory(prefix="flowstone-code-") as folder:
        packed = Path(folder) / "code.zip"
        _pack(snapshot, packed)
        place.put(packed, _parcel(snapshot.name))


def received(snapshot: str, place: Place, cache: Path) -> Path:
    """Return the folder with a snapshot's code on this machine, fetched if it is not there or not whole.

    Raises: NotFound, when the place has no such snapshot; StoreUnreachable; OSError.
    """
    target = cache / "code" / snapshot
    if target.is_dir() and is_whole(target):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="draft-", dir=target.parent) as folder:
        unpacked = Path(folder) / snapshot
        _fetch(snapshot, place, Path(folder) / "code.zip", unpacked)
        _put_in_place(unpacked, target)
    return target


def _fetch(snapshot: str, place: Place, packed: Path, unpacked: Path) -> None:
    try:
        place.fetch(_parcel(snapshot), packed)
    except FileNotFoundError as gone:
        raise NotFound("code snapshot", snapshot) from gone
    unpacked.mkdir()
    try:
        with zipfile.ZipFile(packed) as archive:
            _unpack(archive, unpacked)
    except (_Strange, zipfile.BadZipFile) as strange:
        raise NotFound(
            "code snapshot", snapshot, hint=f"What is stored under its name is no code: {strange}"
        ) from strange
    if not is_whole(unpacked):
        raise NotFound("code snapshot", snapshot, hint="What is stored under its name has another content.")


class _Strange(ValueError):
    """A parcel holds what no snapshot does."""


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Write a parcel's files one by one: what its name does not promise, such as compiled code, is never written."""
    total = 0
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        is_below = not path.is_absolute() and ".." not in path.parts and "\\" not in member.filename
        is_skipped = bool(SKIPPED_FOLDERS.intersection(path.parts))
        if member.is_dir() or not is_below or is_skipped or path.suffix not in CODE_SUFFIXES:
            raise _Strange(f"{member.filename[:80]!r} is not code")
        total += member.file_size
        if member.file_size > MAX_FILE_BYTES or total > MAX_PARCEL_BYTES:
            raise _Strange("it is too large")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("xb") as file:
            # No more than it says it has: the format lets a file go on.
            file.write(packed.read(member.file_size))


def _put_in_place(unpacked: Path, target: Path) -> None:
    """Move a folder to its name; one that is there and broken makes room, one that is whole wins."""
    if target.exists() and not is_whole(target):
        shutil.move(target, unpacked.with_name(f"broken-{uuid.uuid4().hex}"))
    try:
        unpacked.rename(target)
    except OSError:
        if not target.exists():  # else another worker of this machine was faster
            raise


def _pack(snapshot: Path, packed: Path) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(snapshot.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                name = zipfile.ZipInfo(path.relative_to(snapshot).as_posix(), BEGINNING_OF_ZIP_TIME)
                archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _parcel(snapshot: str) -> str:
    return f"code/{snapshot}.zip"
