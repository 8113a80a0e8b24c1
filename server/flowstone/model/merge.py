"""Two people's changes of one text brought together, line by line and, where both changed a line, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Hunk:
    """A part of the base, and what stands there instead. Units: indices of pieces."""

    start: int
    end: int
    pieces: tuple[str, ...]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Return a text with what both sides changed; None where they changed the same words in different ways.

    What both put in at the same place stands there one after the other, mine first.
    Source: Khanna, Kunal, Pierce, "A formal investigation of diff3" (2007), for lines.
    """
    if theirs == base or mine == theirs:
        return mine
    if mine == base:
        return theirs
    return _merged(LINES, base, mine, theirs)


def _merged(pattern: re.Pattern[str], base: str, mine: str, theirs: str) -> str | None:
    pieces = pattern.findall(base)
    out: list[str] = []
    at = 0
    for start, end, ours, others in _regions(
        list(_hunks(pieces, pattern.findall(mine))), list(_hunks(pieces, pattern.findall(theirs)))
    ):
        out += pieces[at:start]
        at = end
        found = _region(pattern, pieces[start:end], _side(pieces, start, end, ours), _side(pieces, start, end, others))
        if found is None:
            return None
        out.append(found)
    return "".join([*out, *pieces[at:]])


def _region(pattern: re.Pattern[str], base: list[str], mine: list[str], theirs: list[str]) -> str | None:
    if mine in (theirs, base):
        return "".join(theirs)
    if theirs == base:
        return "".join(mine)
    if pattern is WORDS:
        return None
    if not base:
        return "".join(mine) + "".join(theirs)
    return _merged(WORDS, "".join(base), "".join(mine), "".join(theirs))


def _hunks(base: Sequence[str], other: Sequence[str]) -> Iterator[_Hunk]:
    first = 0
    while first < min(len(base), len(other)) and base[first] == other[first]:
        first += 1
    last = 0
    while last < min(len(base), len(other)) - first and base[-1 - last] == other[-1 - last]:
        last += 1
    matcher = SequenceMatcher(None, base[first : len(base) - last], other[first : len(other) - last], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            yield _Hunk(first + start, first + end, tuple(other[first + other_start : first + other_end]))


def _regions(mine: list[_Hunk], theirs: list[_Hunk]) -> Iterator[tuple[int, int, list[_Hunk], list[_Hunk]]]:
    """Gather hunks of both sides that meet into one region of the base each."""
    waiting = sorted(
        [(hunk, True) for hunk in mine] + [(hunk, False) for hunk in theirs],
        key=lambda found: (found[0].start, found[0].end),
    )
    while waiting:
        (first, is_mine), *waiting = waiting
        region = [(first, is_mine)]
        start, end = first.start, first.end
        while waiting and (waiting[0][0].start < end or waiting[0][0].start == start):
            region.append(waiting.pop(0))
            end = max(end, region[-1][0].end)
        yield (
            start,
            end,
            [hunk for hunk, is_ours in region if is_ours],
            [hunk for hunk, is_ours in region if not is_ours],
        )


def _side(base: list[str], start: int, end: int, hunks: list[_Hunk]) -> list[str]:
    """Return what one side has where the base has the pieces from start to end."""
    out: list[str] = []
    for hunk in hunks:
        out += [*base[start : hunk.start], *hunk.pieces]
        start = hunk.end
    return out + base[start:end]
