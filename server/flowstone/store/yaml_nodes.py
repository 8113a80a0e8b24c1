"""YAML read into nodes that know where they stand: ruamel.yaml's parser, and our own rules on what it may say.

No aliases, anchors, tags, merge keys, directives or second documents; bounded depth and size. Nothing is
converted here: a scalar keeps its text and its style, and yaml_values decides what it is.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from flowstone.errors.base import Place, SourceError
from flowstone.errors.source import DuplicateKey, FileTooLarge, SyntaxInvalid, YamlRefused

try:
    from ruamel.yaml.cyaml import CParser as _CParser  # type: ignore[attr-defined]
except ImportError:  # where no wheel of ruamel.yaml.clib is to be had
    _CParser = None
HAS_C_PARSER = _CParser is not None

MAX_DEPTH = 32
MAX_CHARACTERS = 2 << 20
MAX_SECOND_LOOK = 100_000
"""Characters that the parser in Python reads in a third of a second."""
BLOCK_STYLES = ("|", ">")
BYTE_ORDER_MARK = "\ufeff"
CONFLICT_MARK = re.compile(r"^(<{7}|>{7})( .*)?$", re.MULTILINE)
COLON = re.compile(r"\s*:")
NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. Units: start and end count characters of the file; `style` is empty for one without quotes."""

    start: int
    end: int
    text: str
    style: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it has no quotes, so that YAML readers may take it for something other than text."""
        return not self.style


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes. Units: start and end count characters; a block one ends with its last item."""

    start: int
    end: int
    items: tuple[Node, ...]
    is_flow: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping and its value."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order written. Units: as Sequence."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    is_flow: bool

    def get(self, key: str) -> Entry | None:
        """Return the first entry of that key."""
        return next((entry for entry in self.entries if entry.key.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


class Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in NEWLINE.finditer(text))]

    def place(self, file: str, index: int) -> Place:
        """Return the line and column of a character, both from 1."""
        line = bisect.bisect_right(self.starts, index)
        return Place(file, line, index - self.starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file's one document; `errors` are duplicate keys, of which the first counts."""

    file: str
    text: str
    root: Node
    lines: Lines
    errors: tuple[SourceError, ...] = ()

    def place(self, node: Node) -> Place:
        """Return where a node begins."""
        return self.lines.place(self.file, node.start)


def parse_document(text: str, *, file: str) -> Document:
    """Read a text as one YAML document.

    Raises: SyntaxInvalid, where it is no YAML or empty; YamlRefused, for what Flowstone does not take;
    FileTooLarge; each with its place.
    """
    if len(text) > MAX_CHARACTERS:
        raise FileTooLarge(f"the file has more than {MAX_CHARACTERS:,} characters", place=Place(file))
    conflict = CONFLICT_MARK.search(text)
    if conflict:
        place = Lines(text).place(file, conflict.start())
        raise SyntaxInvalid("a merge was left unfinished here", place=place, hint="Keep one of the two versions.")
    if HAS_C_PARSER:
        try:
            return _Composer(text, file, c_events).document()
        except SyntaxInvalid:
            # The C parser refuses some right YAML, so that what it refuses is looked at twice, if that is soon done.
            if len(text) > MAX_SECOND_LOOK:
                raise
    return _Composer(text, file, python_events).document()


def python_events(text: str) -> Iterator[Any]:
    """Parse in Python: right in everything, and slow. Raises: YAMLError."""
    yield from YAML(typ="safe", pure=True).parse(text)


def c_events(text: str) -> Iterator[Any]:
    """Parse in C, twenty times as fast. Raises: YAMLError, also where a colon is in a plain text in flow style."""
    parser = _CParser(text)
    while (event := parser.get_event()) is not None:
        yield event


class _Composer:
    """Builds nodes from the parser's events, and refuses as soon as it sees what it does not take."""

    def __init__(self, text: str, file: str, events: Callable[[str], Iterator[Any]]) -> None:
        self.file = file
        self.text = text
        self.lines = Lines(text)
        self.shift = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
        self.events = events(text[self.shift :])
        self.errors: list[SourceError] = []

    def document(self) -> Document:
        try:
            root = self._document()
        except YAMLError as wrong:
            raise self._syntax_error(wrong) from wrong
        except (UnicodeError, ValueError) as wrong:
            raise SyntaxInvalid("the text cannot be read as YAML", place=Place(self.file, 1, 1)) from wrong
        return Document(self.file, self.text, root, self.lines, tuple(self.errors))

    def _document(self) -> Node:
        next(self.events)  # the stream's start
        start = next(self.events)
        if isinstance(start, StreamEndEvent):
            raise SyntaxInvalid(
                "the file is empty", place=Place(self.file, 1, 1), hint="See the documentation for what it should say."
            )
        assert isinstance(start, DocumentStartEvent)
        if start.version or start.tags:
            raise YamlRefused("YAML directives are not accepted", place=Place(self.file, 1, 1), hint="Delete the line.")
        root = self._node(next(self.events), 0)
        assert isinstance(next(self.events), DocumentEndEvent)
        after = next(self.events)
        if isinstance(after, DocumentStartEvent):
            raise YamlRefused(
                "a second document begins here", place=self._at(after), hint="Put it into a file of its own."
            )
        return root

    def _node(self, event: Any, depth: int) -> Node:
        self._refuse(event, depth)
        start, end = event.start_mark.index + self.shift, event.end_mark.index + self.shift
        if isinstance(event, ScalarEvent):
            style = event.style or ""
            return Scalar(start, self._content_end(start, end) if style in BLOCK_STYLES else end, event.value, style)
        assert isinstance(event, CollectionStartEvent)
        is_flow = bool(event.flow_style)
        if isinstance(event, MappingStartEvent):
            entries, closing = self._entries(depth)
            return Mapping(start, self._end(closing, entries[-1].value if entries else None, is_flow), entries, is_flow)
        items, closing = self._items(depth)
        return Sequence(start, self._end(closing, items[-1] if items else None, is_flow), items, is_flow)

    def _items(self, depth: int) -> tuple[tuple[Node, ...], Any]:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items), event

    def _entries(self, depth: int) -> tuple[tuple[Entry, ...], Any]:
        entries: dict[str, Entry] = {}
        last: Entry | None = None
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise YamlRefused("a key must be a text", place=self._at(event))
            if key.text == "<<" and key.is_plain:
                raise YamlRefused("merge keys are not accepted", place=self._at(event), hint="Write the keys out.")
            last = Entry(key, self._placed(key, self._node(next(self.events), depth + 1)))
            if key.text in entries:
                self._note_duplicate(key, entries[key.text].key)
            entries.setdefault(key.text, last)
        return tuple(entries.values()), event

    def _placed(self, key: Scalar, value: Node) -> Node:
        """Put a value that is nothing right after its colon; the parsers differ on where nothing is."""
        if not isinstance(value, Scalar) or value.start != value.end:
            return value
        colon = COLON.match(self.text, key.end)
        at = colon.end() if colon else key.end
        return Scalar(at, at, value.text, value.style)

    def _note_duplicate(self, key: Scalar, first: Scalar) -> None:
        line = self.lines.place(self.file, first.start).line
        self.errors.append(
            DuplicateKey(
                f"the key {_cut(key.text)!r} is here twice, first in line {line}",
                place=self.lines.place(self.file, key.start),
                hint="Keep one of the two, or give one another name.",
            )
        )

    def _refuse(self, event: Any, depth: int) -> None:
        if isinstance(event, AliasEvent) or event.anchor:
            raise YamlRefused("anchors and aliases are not accepted", place=self._at(event), hint="Write it out.")
        if event.tag:
            raise YamlRefused(f"the tag {_cut(event.tag)} is not accepted", place=self._at(event), hint="Delete it.")
        if depth > MAX_DEPTH:
            raise YamlRefused(f"this is nested more than {MAX_DEPTH} deep", place=self._at(event))

    def _end(self, closing: Any, last: Node | None, is_flow: bool) -> int:  # noqa: FBT001
        # The parser ends a block collection where the next thing starts, comments and empty lines later.
        if is_flow or last is None:
            return int(closing.end_mark.index) + self.shift
        return last.end

    def _content_end(self, start: int, end: int) -> int:
        """Return where a block scalar's last line with anything on it ends."""
        return start + len(self.text[start:end].rstrip())

    def _at(self, event: Any) -> Place:
        return self.lines.place(self.file, event.start_mark.index + self.shift)

    def _syntax_error(self, wrong: YAMLError) -> SyntaxInvalid:
        mark = wrong.problem_mark or wrong.context_mark if isinstance(wrong, MarkedYAMLError) else None
        if mark is None or not isinstance(wrong, MarkedYAMLError):
            position = getattr(wrong, "position", 0) or 0
            place = self.lines.place(self.file, min(position + self.shift, len(self.text)))
            return SyntaxInvalid(_unmarked_problem(wrong), place=place)
        index = min(mark.index + self.shift, len(self.text))
        place = self.lines.place(self.file, index)
        hint = ""
        if "\t" in self.text[max(index - 1, 0) : index + 1]:
            hint = "YAML is indented with spaces: replace the tab."
        return SyntaxInvalid(str(wrong.problem or wrong.context), place=place, hint=hint)


def _unmarked_problem(wrong: YAMLError) -> str:
    reason = getattr(wrong, "reason", "")
    return f"a character here cannot be in YAML: {reason}" if reason else "the text cannot be read as YAML"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "…"
