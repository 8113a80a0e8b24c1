"""The tree of a project's folder: its files and folders, as a person browses them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flowstone.disk.publish import is_draft
from flowstone.store.texts import EDITABLE_SUFFIXES, MAX_FOLDER_DEPTH, MAX_TEXT_BYTES, SKIPPED_FOLDERS

MAX_ENTRIES = 20_000
EDITABLE_NAMES = frozenset({".gitignore", ".gitattributes", ".editorconfig", ".dockerignore", "Makefile", "Dockerfile"})
"""Texts that are known by their whole name."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file or folder. Units: size in bytes, 0 of a folder; times in seconds since the epoch."""

    path: str
    is_folder: bool
    size_bytes: int = 0
    modified_at: float = 0.0
    is_editable: bool = False


def read_tree(root: Path) -> tuple[list[TreeEntry], bool]:
    """List a project's files and folders in order of path, at most 20,000, and say whether there were more.

    Links are not followed, and folders that no person edits are left out. Raises: OSError, when root is unreadable.
    """
    entries: list[TreeEntry] = []
    for entry in walk_tree(root):
        if len(entries) == MAX_ENTRIES:
            return sorted(entries, key=lambda found: found.path), True
        entries.append(entry)
    return sorted(entries, key=lambda found: found.path), False


def walk_tree(root: Path, prefix: str = "") -> Iterator[TreeEntry]:
    """Yield what lies below a folder, each folder before what is in it. Raises: OSError, when root is unreadable."""
    if prefix.count("/") > MAX_FOLDER_DEPTH:
        return
    for entry in _scanned(root, prefix):
        path = prefix + entry.name
        if not _is_speakable(path):
            continue
        if entry.is_dir(follow_symlinks=False):
            if entry.name.casefold() not in SKIPPED_FOLDERS and os.access(entry.path, os.R_OK | os.X_OK):
                yield TreeEntry(path, is_folder=True)
                yield from walk_tree(root, f"{path}/")
        elif entry.is_file(follow_symlinks=False) and not is_draft(entry.name):
            found = _file(entry, path)
            if found is not None:
                yield found


def is_text_name(name: str) -> bool:
    """Say whether a file's name is that of a text."""
    return Path(name).suffix.lower() in EDITABLE_SUFFIXES or name in EDITABLE_NAMES


def _file(entry: os.DirEntry[str], path: str) -> TreeEntry | None:
    try:
        facts = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    is_editable = is_text_name(entry.name) and facts.st_size <= MAX_TEXT_BYTES
    return TreeEntry(
        path, is_folder=False, size_bytes=facts.st_size, modified_at=facts.st_mtime, is_editable=is_editable
    )


def _scanned(root: Path, prefix: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(root / prefix) as scanned:
            return sorted(scanned, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        if prefix:
            return []
        raise


def _is_speakable(path: str) -> bool:
    """Say whether a name is Unicode; names in other encodings cannot travel as JSON."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
