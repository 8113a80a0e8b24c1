"""What is wrong in a text, as values: where, what, and how it is mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LINE_END = re.compile(r"\r\n|\r|\n")


class Severity(StrEnum):
    """Whether a text will fail for it, or is only not as it should be."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Other text in place of what is between two offsets. Units: UTF-16 code units from the text's beginning."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a finding. One that is not safe may change what the code does."""

    title: str
    edits: tuple[TextEdit, ...]
    is_safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a text. Units: offsets in UTF-16 code units, as browsers count."""

    start: int
    end: int
    code: str
    message: str
    severity: Severity
    url: str | None = None
    fix: Fix | None = None


class Offsets:
    """Turns a text's lines and columns into offsets as browsers count them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_plain = text.isascii() or max(text) < "\U00010000"
        self._lines = [0]
        self._lines += [found.end() for found in LINE_END.finditer(text)]

    def at(self, line: int, column: int) -> int:
        """Return the offset of a place, or of the nearest that the text has.

        Units: line and column count characters from 1.
        """
        begin = self._lines[min(max(line, 1), len(self._lines)) - 1]
        return self.of(min(begin + max(column, 1) - 1, len(self._text)))

    def of(self, index: int) -> int:
        """Return the offset of a character."""
        if self._is_plain:
            return index
        return len(self._text[:index].encode("utf-16-le", "surrogatepass")) // 2
