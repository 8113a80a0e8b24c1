"""What a YAML scalar says, and what is told to its author when YAML readers would disagree about it."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from flowstone.errors.base import Place, Problem, SourceError
from flowstone.errors.source import BadId, NewerVersion, UnknownKey, WrongType, WrongValue
from flowstone.model.ids import ID_HINT, check_id, is_id
from flowstone.store.yaml_nodes import Document, Entry, Mapping, Node, Scalar, Sequence

VERSION = 1
"""The version of the YAML files that this Flowstone reads and writes; a file without one has it."""

NULL = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
AMBIGUOUS = re.compile(
    r"""(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)       # booleans in YAML 1.1, texts in 1.2
      | [-+]?0[0-9_]+ | [-+]?0o[0-7]+ | [-+]?0b[01_]+       # octal and binary in one of the two
      | [-+]?[0-9][0-9]*_[0-9_]*(?:\.[0-9_]*)?              # 1_000
      | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?    # 12:30:45 is sexagesimal in 1.1
      | [-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+ # 1e3 is a text in 1.1
      | = | <<""",
    re.VERBOSE,
)
MAX_DIGITS = 400
"""More than any double has; longer numbers only cost time."""


class NotText(Exception):
    """A scalar's value cannot be told, with why and what to write instead."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


def plain_value(text: str) -> Any:
    """Return what a scalar without quotes is: None, a boolean, a number or a text; dates are their text.

    Raises: NotText, where YAML 1.1 and 1.2 disagree, and for numbers that JSON does not have.
    Source: https://yaml.org/type/ and https://yaml.org/spec/1.2.2/#1032-tag-resolution
    """
    if text in NULL:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if len(text) <= MAX_DIGITS:
        if INTEGER.fullmatch(text):
            return int(text)
        if HEXADECIMAL.fullmatch(text):
            return int(text, 16)
        if NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
    if NOT_FINITE.fullmatch(text) or NUMBER.fullmatch(text) or INTEGER.fullmatch(text):
        raise NotText(f"{_cut(text)} is not a number that can be kept", "Quote it if it is meant as text.")
    if AMBIGUOUS.fullmatch(text):
        raise NotText(
            f"{_cut(text)} without quotes is a text to some YAML readers and not to others",
            f'Quote it if it is meant as text: "{_cut(text)}".',
        )
    return text


def is_text_everywhere(text: str) -> bool:
    """Say whether every YAML reader takes these characters, without quotes, for a text."""
    if is_id(text):
        return text not in _WORDS
    patterns = (INTEGER, HEXADECIMAL, NUMBER, TIMESTAMP, NOT_FINITE, AMBIGUOUS)
    return text not in NULL and text not in BOOLEANS and not any(pattern.fullmatch(text) for pattern in patterns)


_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
"""The ids that some reader takes for something else."""


@dataclass(slots=True)
class Reading:
    """One YAML file being read: its problems are gathered, so that its author sees all of them at once."""

    document: Document
    errors: list[SourceError] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.errors.extend(self.document.errors)

    def place(self, node: Node) -> Place:
        """Return where a node begins."""
        return self.document.place(node)

    def wrong(self, kind: type[SourceError], message: str, node: Node, *, hint: str = "") -> None:
        """Note an error at a node."""
        self.errors.append(kind(message, place=self.place(node), hint=hint))

    def warn(self, code: str, message: str, node: Node, *, hint: str = "") -> None:
        """Note something that works, and that its author will want to know."""
        self.warnings.append(Problem(self.place(node), code, message, hint, is_warning=True))

    def problems(self) -> tuple[Problem, ...]:
        """Return what was noted, in the order of the file."""
        found = [*(error.problem() for error in self.errors), *self.warnings]
        return tuple(sorted(found, key=lambda problem: (problem.place.line or 0, problem.place.column or 0)))

    def first_error(self) -> SourceError | None:
        """Return the error that comes first in the file."""
        return min(self.errors, key=lambda error: (error.place.line or 0, error.place.column or 0), default=None)

    # --- What a node is -------------------------------------------------------------------------

    def mapping(self, node: Node, what: str, known: Collection[str] | None = None) -> Mapping | None:
        """Return a node that must be a mapping, with only known keys if they are given. Nothing at all is empty."""
        if isinstance(node, Scalar) and node.is_plain and node.text in NULL:
            return Mapping(node.start, node.end, (), is_flow=False)
        if not isinstance(node, Mapping):
            self.wrong(WrongType, f"{what} must be a mapping, not {kind_of(node)}", node)
            return None
        if known is not None:
            for entry in node.entries:
                self._refuse_unknown(entry.key, what, known)
        return node

    def _refuse_unknown(self, key: Scalar, what: str, known: Collection[str]) -> None:
        if key.text not in known:
            self.wrong(UnknownKey, f"{what} has no key {_cut(key.text)!r}", key, hint=did_you_mean(key.text, known))

    def sequence(self, node: Node, what: str) -> tuple[Node, ...]:
        """Return the items of a node that must be a list."""
        if isinstance(node, Scalar) and node.is_plain and node.text in NULL:
            return ()
        if not isinstance(node, Sequence):
            hint = "Write it as [a, b]."
            self.wrong(WrongType, f"{what} must be a list, not {kind_of(node)}", node, hint=hint)
            return ()
        return node.items

    def value(self, node: Node) -> Any:
        """Return a node as JSON; what cannot be told is noted and None."""
        if isinstance(node, Sequence):
            return [self.value(item) for item in node.items]
        if isinstance(node, Mapping):
            return {self.key(entry): self.value(entry.value) for entry in node.entries}
        if not node.is_plain:
            return node.text
        try:
            return plain_value(node.text)
        except NotText as unclear:
            self.wrong(WrongValue, unclear.why, node, hint=unclear.hint)
            return None

    def key(self, entry: Entry) -> str:
        """Return a key, which must be a text whoever reads it."""
        key = entry.key
        if key.is_plain and not is_text_everywhere(key.text):
            shown = _cut(key.text)
            self.wrong(WrongValue, f"{shown} without quotes is not a text", key, hint=f'Quote it: "{shown}".')
        return key.text

    def text(self, node: Node, what: str) -> str:
        """Return a node that must be a text; the empty one when it is not."""
        found = self.value(node) if isinstance(node, Scalar) else node
        if isinstance(found, str):
            return found
        if isinstance(node, Scalar) and not self._has_error_at(node):
            hint = "" if node.text in NULL else f'Quote it: "{_cut(node.text)}".'
            self.wrong(WrongType, f"{what} must be a text, not {kind_of(node)}", node, hint=hint)
        elif not isinstance(node, Scalar):
            self.wrong(WrongType, f"{what} must be a text, not {kind_of(node)}", node)
        return ""

    def _has_error_at(self, node: Node) -> bool:
        return any(error.place == self.place(node) for error in self.errors)

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        """Return a node that must be a list of texts."""
        return tuple(self.text(item, f"an entry of {what}") for item in self.sequence(node, what))

    def boolean(self, node: Node, what: str) -> bool:
        """Return a node that must be true or false."""
        if isinstance(node, Scalar) and node.is_plain and node.text in BOOLEANS:
            return BOOLEANS[node.text]
        self.wrong(WrongType, f"{what} must be true or false, not {kind_of(node)}", node)
        return False

    def identifier(self, node: Node, kind: str) -> str | None:
        """Return a node that must be an id, None when it is not."""
        if not isinstance(node, Scalar):
            self.wrong(WrongType, f"a {kind}'s id must be a text, not {kind_of(node)}", node)
            return None
        if node.is_plain and not is_text_everywhere(node.text):
            shown = _cut(node.text)
            quote = f'Quote it if it is meant as text: "{shown}".'
            self.wrong(
                BadId,
                f"{shown or 'nothing'} without quotes is not a text to every YAML reader",
                node,
                hint=quote if is_id(node.text) else f"{quote} {ID_HINT}",
            )
            return None
        try:
            return check_id(node.text, kind=kind, place=self.place(node))
        except BadId as bad:
            self.errors.append(bad)
            return None


def read_root(document: Document, what: str, known: Iterable[str]) -> tuple[Reading, Mapping]:
    """Begin to read a file whose root is a mapping with `version` among its keys.

    Raises: NewerVersion; WrongType, when the root is no mapping; WrongValue, for a version that never was.
    """
    reading = Reading(document)
    root = document.root
    if not isinstance(root, Mapping):
        raise WrongType(f"{what} must be a mapping, not {kind_of(root)}", place=reading.place(root))
    version = root.get("version")
    if version is not None:
        _check_version(reading, version.value)
    mapping = reading.mapping(root, what, [*known, "version"])
    assert mapping is not None
    return reading, mapping


def _check_version(reading: Reading, node: Node) -> None:
    found = plain_value(node.text) if isinstance(node, Scalar) and node.is_plain and len(node.text) < 10 else None
    place = reading.place(node)
    if isinstance(found, int) and not isinstance(found, bool) and found > VERSION:
        raise NewerVersion(
            f"this file is of version {found}, and this Flowstone knows version {VERSION}",
            place=place,
            hint="Upgrade Flowstone; the file is left as it is.",
        )
    if found != VERSION or isinstance(found, bool | float):
        raise WrongValue(f"the version must be {VERSION}", place=place, hint=f"Write `version: {VERSION}`.")


def kind_of(node: Node) -> str:
    """Name what a node is, with an article."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if not node.is_plain:
        return "a text"
    try:
        value = plain_value(node.text)
    except NotText:
        return _cut(node.text)
    names = {type(None): "nothing", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "a text")


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return a hint with the nearest known word, or with all of them."""
    close = difflib.get_close_matches(word[:64], sorted(known), n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(sorted(known))}." if len(known) <= 12 else ""


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
