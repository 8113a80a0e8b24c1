"""Text files of a project, read and saved so that nobody's words are lost."""

from __future__ import annotations

import codecs
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.disk.publish import is_draft, publish_in
from flowstone.errors.base import Place
from flowstone.errors.source import EncodingInvalid, FileTooLarge
from flowstone.errors.store import AlreadyExists, EditConflict, NotFound, PathRefused
from flowstone.store.paths import Beneath, Found

MAX_TEXT_BYTES = 2 << 20
MAX_NEW_NAME = 64
"""Characters of the name of a file that Flowstone makes, without the suffix of a text, so that every id fits.

Files that are there may have longer names.
"""
MAX_FILES = 20_000
MAX_FOLDER_DEPTH = 50
SKIPPED_FOLDERS = frozenset(
    {
        ".flowstone",
        ".git",
        ".hg",
        ".venv",
        "venv",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".ipynb_checkpoints",
    }
)
EDITABLE_SUFFIXES = frozenset(
    {".py", ".sql", ".md", ".yaml", ".yml", ".toml", ".txt", ".json", ".csv", ".cfg", ".ini", ".jinja", ".html", ".css"}
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text as it is on disk, line endings and byte order mark included; `etag` names exactly these bytes."""

    path: str
    text: str
    etag: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the project's tree; `is_editable` where its name and size are those of a text."""

    path: str
    size_bytes: int
    is_editable: bool


def etag_of(content: bytes) -> str:
    """Return the strong entity tag of a content, in its quotes. Source: RFC 9110, section 8.8.3."""
    return f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def read_text(root: Path, path: str) -> TextFile:
    """Read a text file of a project. It never waits, whatever stands under that name.

    Raises: NotFound; PathRefused, for anything but a plain file; FileTooLarge, over 2 MiB; EncodingInvalid.
    """
    with Beneath(root) as beneath:
        return read_beneath(beneath, path)


def read_beneath(beneath: Beneath, path: str) -> TextFile:
    """Read a text file as `read_text` does, with a root that is open already. Raises: as read_text."""
    content = read_bytes(beneath, path)
    return TextFile(path, decoded(content, file=path), etag_of(content))


def read_bytes(beneath: Beneath, path: str) -> bytes:
    """Read a small file whole. Raises: NotFound, PathRefused, FileTooLarge."""
    descriptor, facts = beneath.open_file(path)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if facts.st_size > MAX_TEXT_BYTES:
            raise _too_large(path, facts.st_size)
        chunks, size = [], 0
        while chunk := file.read(MAX_TEXT_BYTES + 1 - size):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_TEXT_BYTES:
                raise _too_large(path, size)
    return b"".join(chunks)


def _too_large(path: str, size_bytes: int) -> FileTooLarge:
    return FileTooLarge(
        f"the file has {size_bytes:,} bytes; Flowstone opens up to {MAX_TEXT_BYTES:,}",
        place=Place(path),
        hint="Data belongs in a file that a loader reads.",
    )


def decoded(content: bytes, *, file: str) -> str:
    """Return a content as text. Raises: EncodingInvalid, with the place of the first byte that is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:64]
        before = content[: wrong.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        raise EncodingInvalid(
            "the file is UTF-16, not UTF-8" if is_utf16 else f"byte {content[wrong.start]:#04x} here is not UTF-8",
            place=Place(file, line, len(before) - (before.rfind("\n") + 1) + 1),
            hint="Save it as UTF-8.",
        ) from wrong


def encoded(text: str, *, file: str) -> bytes:
    """Return a text as the bytes to store. Raises: EncodingInvalid, for lone surrogates; FileTooLarge."""
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as wrong:
        before = text[: wrong.start]
        raise EncodingInvalid(
            f"the character U+{ord(text[wrong.start]):04X} here is half of a pair and cannot be saved",
            place=Place(file, before.count("\n") + 1, wrong.start - (before.rfind("\n") + 1) + 1),
            hint="Delete it.",
        ) from wrong
    if len(content) > MAX_TEXT_BYTES:
        raise _too_large(file, len(content))
    return content


def save_text(root: Path, path: str, text: str, *, if_match: str | None) -> TextFile:
    """Save a text over the version that it was based on; with `if_match` None, as a new file.

    An `if_match` of `*` takes whatever version is there.
    Raises: AlreadyExists, for a new file whose name is taken; EditConflict, with the text that is there (both
    empty when the file is gone), when it is not that version; EncodingInvalid; FileTooLarge; PathRefused; DiskFull.
    """
    content = encoded(text, file=path)
    with Beneath(root) as beneath, beneath.folder_for(path) as found:
        # Held over looking and renaming, so that of two tabs' saves the second sees the first. It is taken on a
        # description of its own: other threads and processes queue, and it goes with the process.
        lock = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=found.folder)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _replace(beneath, found, path, content, if_match)
        finally:
            os.close(lock)
    return TextFile(path, text, etag_of(content))


def _replace(beneath: Beneath, found: Found, path: str, content: bytes, if_match: str | None) -> None:
    if if_match is None:
        suffix = Path(found.name).suffix
        if len(found.name.removesuffix(suffix if suffix in EDITABLE_SUFFIXES else "")) > MAX_NEW_NAME:
            raise PathRefused(path, f"a new file's name has at most {MAX_NEW_NAME} characters")
        try:
            publish_in(found.folder, found.name, content, replace=False)
        except AlreadyExists as taken:
            raise AlreadyExists("file", path) from taken
        return
    # Before anything is written, and again when all is: other editors and Git do not take our lock.
    check_unchanged(beneath, path, if_match)
    publish_in(found.folder, found.name, content, last_look=lambda: check_unchanged(beneath, path, if_match))


def check_unchanged(beneath: Beneath, path: str, if_match: str) -> None:
    """See that a file is the version that a save was based on. Raises: EditConflict."""
    try:
        current = read_bytes(beneath, path)
    except NotFound as gone:
        raise EditConflict(path, current_etag="", current_text="") from gone
    if if_match not in ("*", etag_of(current)):
        raise EditConflict(path, current_etag=etag_of(current), current_text=current.decode("utf-8", "replace"))
    reach("save.looked")


def list_files(root: Path) -> tuple[list[FileEntry], bool]:
    """List a project's files in order of path, at most 20,000, and say whether there were more.

    Links are not followed, and folders that no person edits are left out. Raises: OSError, when root is unreadable.
    """
    entries: list[FileEntry] = []
    for entry in _walk(root, ""):
        if len(entries) == MAX_FILES:
            return sorted(entries, key=lambda found: found.path), True
        entries.append(entry)
    return sorted(entries, key=lambda found: found.path), False


def _walk(folder: Path, prefix: str) -> Iterator[FileEntry]:
    if prefix.count("/") > MAX_FOLDER_DEPTH:
        return
    for entry in _entries(folder, may_be_gone=bool(prefix)):
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name.casefold() not in SKIPPED_FOLDERS and os.access(entry.path, os.R_OK | os.X_OK):
                yield from _walk(Path(entry.path), f"{path}/")
        elif entry.is_file(follow_symlinks=False) and not is_draft(entry.name) and _is_speakable(path):
            try:
                size_bytes = entry.stat(follow_symlinks=False).st_size
            except FileNotFoundError:
                continue
            suffix = Path(entry.name).suffix.lower()
            yield FileEntry(path, size_bytes, suffix in EDITABLE_SUFFIXES and size_bytes <= MAX_TEXT_BYTES)


def _entries(folder: Path, *, may_be_gone: bool) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as scanned:
            return sorted(scanned, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        if may_be_gone:
            return []
        raise


def _is_speakable(path: str) -> bool:
    """Say whether a name is Unicode; names in other encodings cannot travel as JSON."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
