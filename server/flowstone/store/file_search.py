"""Search in a project's files: their names, and the lines of those that are texts.

It is made to run in a process of its own, which is ended when it takes too long: a regular expression may never end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import QueryRefused
from flowstone.store.paths import Beneath
from flowstone.store.texts import read_bytes
from flowstone.store.tree import walk_tree

MAX_PATTERN = 500
MAX_FILES = 500
MAX_LINES = 2_000
MAX_LINES_OF_FILE = 100
SHOWN_CHARACTERS = 240
BEFORE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class FileSearch:
    """What is looked for: words as they are, or a regular expression of Python's."""

    text: str
    is_regex: bool = False
    is_exact_case: bool = False


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line, from 1, with what was found in it. Units: start and end count characters of `text`."""

    line: int
    text: str
    start: int
    end: int


@dataclass(slots=True)
class FoundFile:
    """A file in whose name or lines something was found."""

    path: str
    is_named: bool
    lines: list[FoundLine] = field(default_factory=list)


@dataclass(slots=True)
class Findings:
    """All that was found; `is_cut` when there was more than is shown."""

    files: list[FoundFile] = field(default_factory=list)
    is_cut: bool = False

    def document(self) -> dict[str, object]:
        """Return it as it travels."""
        return {"files": [asdict(file) for file in self.files], "is_cut": self.is_cut}


def pattern_of(search: FileSearch) -> re.Pattern[str]:
    """Return what to look for. Raises: QueryRefused, for what is empty, too long or no regular expression."""
    if not search.text or len(search.text) > MAX_PATTERN:
        raise QueryRefused(f"Search for 1 to {MAX_PATTERN} characters")
    try:
        text = search.text if search.is_regex else re.escape(search.text)
        return re.compile(text, 0 if search.is_exact_case else re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as wrong:
        raise QueryRefused(
            f"That is no regular expression: {wrong}", hint="Search for the words as they are."
        ) from wrong


def find_in_files(root: Path, search: FileSearch) -> Findings:
    """Look through a project. Raises: QueryRefused, as pattern_of; OSError."""
    pattern = pattern_of(search)
    findings, lines = Findings(), 0
    with Beneath(root) as beneath:
        for entry in walk_tree(root):
            if entry.is_folder:
                continue
            found = FoundFile(entry.path, pattern.search(entry.path) is not None)
            if entry.is_editable:
                found.lines.extend(_lines(beneath, entry.path, pattern))
            if not found.is_named and not found.lines:
                continue
            if len(findings.files) == MAX_FILES or lines >= MAX_LINES:
                findings.is_cut = True
                return findings
            lines += len(found.lines)
            findings.is_cut = findings.is_cut or len(found.lines) == MAX_LINES_OF_FILE
            findings.files.append(found)
    return findings


def _lines(beneath: Beneath, path: str, pattern: re.Pattern[str]) -> Iterator[FoundLine]:
    try:
        text = read_bytes(beneath, path).decode("utf-8")
    except (FlowstoneError, OSError, UnicodeDecodeError):
        return
    count = 0
    for number, line in enumerate(text.splitlines(), start=1):
        match = pattern.search(line)
        if match is not None:
            yield _shown(number, line, match)
            count += 1
            if count == MAX_LINES_OF_FILE:
                return


def _shown(number: int, line: str, match: re.Match[str]) -> FoundLine:
    """Cut a long line around what was found, and the spaces before it."""
    indent = len(line) - len(line.lstrip())
    first = max(min(indent, match.start()), match.start() - BEFORE_CHARACTERS)
    text = line[first : first + SHOWN_CHARACTERS]
    return FoundLine(number, text, match.start() - first, min(match.end() - first, len(text)))
