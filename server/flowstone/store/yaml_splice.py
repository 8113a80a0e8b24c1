"""Changes to a YAML text at known places: whatever they do not name stays byte for byte.

Lines are put in and taken out whole in block style, entries with their commas in flow style. Comments on the lines
of an entry that is taken out go with it; all others stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flowstone.errors.source import EditImpossible
from flowstone.store import yaml_nodes
from flowstone.store.yaml_nodes import BLOCK_STYLES, BYTE_ORDER_MARK, NEWLINE, Document, Entry, Node, Scalar
from flowstone.store.yaml_scalars import write_text

DASH = re.compile(r"[ ]*-[ ]+")
REST_OF_LINE = re.compile(r"[ ]*,?[ ]*(?:#[^\r\n]*)?(?=[\r\n])")
STEP = "  "


def flow(fields: Mapping[str, str]) -> str:
    """Return keys and values, each written already, as a mapping on one line."""
    return f"{{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}"


@dataclass(frozen=True, slots=True)
class Change:
    """Put `text` where the characters from start to end are."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Splice:
    """Changes gathered for one text, that must not overlap."""

    document: Document
    changes: list[Change] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as it was."""
        return self.document.text

    @property
    def newline(self) -> str:
        """The line ending that the text uses first."""
        found = NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def result(self) -> str:
        """Return the text with all changes. Raises: EditImpossible, when two of them meet."""
        parts, at = [], 0
        for change in sorted(self.changes, key=lambda change: (change.start, change.end)):
            if change.start < at:
                raise self.impossible(at)
            parts += [self.text[at : change.start], change.text]
            at = change.end
        return "".join([*parts, self.text[at:]])

    def impossible(self, index: int) -> EditImpossible:
        """Return the error that says that this text must be edited by hand."""
        return EditImpossible(
            "the file is written in a way that this edit cannot be put into",
            place=self.document.lines.place(self.document.file, index),
            hint="Change it in the text, or write this entry in a plainer way first.",
        )

    # --- Scalars --------------------------------------------------------------------------------

    def rename(self, scalar: Scalar, to: str) -> None:
        """Put another id into a scalar, in the quotes that it has."""
        quote = scalar.style
        self.changes.append(Change(scalar.start, scalar.end, f"{quote}{to}{quote}" if quote else write_text(to)))

    def set_value(self, entry: Entry, value: str) -> None:
        """Put another value, written on one line, after a key."""
        old = entry.value
        if isinstance(old, Scalar) and old.start == old.end:
            has_colon = ":" in self.text[entry.key.end : old.start]
            self.changes.append(Change(old.start, old.end, f" {value}" if has_colon else f": {value}"))
        elif isinstance(old, Scalar) or old.is_flow:
            self.changes.append(Change(old.start, old.end, value))
        else:
            self.changes.append(Change(self._after_colon(entry), old.end, f" {value}"))

    def set_lines(self, entry: Entry, lines: Sequence[str], *, indent: str) -> None:
        """Put lines of a block collection below a key whose value is on its own line or is nothing."""
        after = self._after_colon(entry)
        if entry.value.end > after:
            self.changes.append(Change(after, entry.value.end, ""))
        self._insert_lines(self._line_end(entry.value.end), [indent + line for line in lines])

    def set_empty(self, entry: Entry, mapping: yaml_nodes.Mapping) -> None:
        """Leave a mapping without entries, and the comments between them where they are."""
        if mapping.is_flow:
            self.changes.append(Change(mapping.start, mapping.end, "{}"))
            return
        after = self._after_colon(entry)
        self.changes.append(Change(after, after, " {}"))
        for each in mapping.entries:
            self._remove_lines(each.key.start, each.value.end)

    def is_alone(self, scalar: Scalar) -> bool:
        """Say whether nothing, not even a comment, comes after a scalar on its line."""
        rest = NEWLINE.split(self.text[scalar.end :], maxsplit=1)[0]
        return not rest.strip()

    # --- Mappings -------------------------------------------------------------------------------

    def set_fields(
        self, mapping: yaml_nodes.Mapping, wanted: Mapping[str, str | None], *, order: Sequence[str] = ()
    ) -> None:
        """Give keys new values on one line; None takes a key out. New keys go where `order` has them.

        At least one entry of the mapping must stay, or a new one come into a mapping in flow style.
        """
        there = {entry.key.text: entry for entry in mapping.entries}
        gone = {key for key, value in wanted.items() if value is None and key in there}
        kept = [entry for entry in mapping.entries if entry.key.text not in gone]
        new = {key: value for key, value in wanted.items() if value is not None and key not in there}
        if not kept:
            self._set_all(mapping, new)
            return
        for key, value in wanted.items():
            if value is not None and key in there:
                self.set_value(there[key], value)
        for key, value in new.items():
            gap = "" if value.startswith(("\r", "\n")) else " "
            self._insert(mapping, _before(kept, key, order), kept[0], f"{key}:{gap}{value}")
        self.remove(mapping, gone)

    def _set_all(self, mapping: yaml_nodes.Mapping, new: Mapping[str, str]) -> None:
        if not mapping.is_flow:
            raise self.impossible(mapping.start)
        inner = ", ".join(f"{key}: {value}" for key, value in new.items())
        self.changes.append(Change(mapping.start, mapping.end, f"{{{inner}}}"))

    def _insert(self, mapping: yaml_nodes.Mapping, after: Entry | None, first: Entry, text: str) -> None:
        if mapping.is_flow:
            if after is None:
                self.changes.append(Change(first.key.start, first.key.start, f"{text}, "))
            else:
                self.changes.append(Change(after.value.end, after.value.end, f", {text}"))
        elif after is None:
            start = first.key.start - len(self.indent_of(first))
            self.changes.append(Change(start, start, f"{self.indent_of(first)}{text}{self.newline}"))
        else:
            self.insert_after(after, [text])

    def insert_after(self, entry: Entry, lines: Iterable[str]) -> None:
        """Put lines after a block mapping's entry, indented as its key is."""
        indent = self.indent_of(entry)
        self._insert_lines(self._entry_end(entry.value), [indent + line for line in lines])

    def set_root_lines(
        self, root: yaml_nodes.Mapping, key: str, fields: Mapping[str, str], *, order: Sequence[str]
    ) -> None:
        """Give a key of the root, there already or not, a mapping with a line for each field."""
        if root.is_flow:
            self.set_fields(root, {key: flow(fields)}, order=order)
            return
        indent = self.indent_of(root.entries[0]) + STEP
        lines = [f"{name}: {value}" for name, value in fields.items()]
        entry = root.get(key)
        if entry is not None:
            # What is below the key goes first: the new lines then stand on their own.
            self.set_lines(entry, lines, indent=indent)
        else:
            below = "".join(f"{self.newline}{indent}{line}" for line in lines)
            self.set_fields(root, {key: below}, order=order)

    def append(self, mapping: yaml_nodes.Mapping, key: str, lines: Sequence[str], flow: str) -> None:
        """Put an entry after the last one, as lines in block style or on one line in flow style."""
        last = mapping.entries[-1]
        if mapping.is_flow:
            self.changes.append(Change(last.value.end, last.value.end, f", {key}: {flow}"))
        else:
            self.insert_after(last, lines)

    def remove(self, mapping: yaml_nodes.Mapping, keys: Collection[str]) -> None:
        """Take entries out; at least one must stay."""
        spans = [(entry.key.start, entry.value.end) for entry in mapping.entries]
        gone = [entry.key.text in keys for entry in mapping.entries]
        self._remove_spans(spans, gone, is_flow=mapping.is_flow)
        if not mapping.is_flow:
            self._remove_comments_below(mapping, gone)

    def _remove_comments_below(self, mapping: yaml_nodes.Mapping, gone: list[bool]) -> None:
        """Take out what is indented below entries that go, where the text before them would swallow it."""
        before: Entry | None = None
        for entry, is_gone in zip(mapping.entries, gone, strict=True):
            if not is_gone:
                before = entry
            elif before is not None and _last_scalar(before.value).style in BLOCK_STYLES:
                start = end = self._line_end(entry.value.end)
                while (line := self.text[end : self._line_end(end)]) and line.startswith(self.indent_of(entry) + " "):
                    if not line.strip().startswith("#"):
                        break
                    end = self._line_end(end)
                self.changes.append(Change(start, end, ""))

    # --- Sequences ------------------------------------------------------------------------------

    def append_items(self, sequence: yaml_nodes.Sequence, items: Iterable[str]) -> None:
        """Put items after the last one."""
        last = sequence.items[-1]
        for item in items:
            if sequence.is_flow:
                self.changes.append(Change(last.end, last.end, f", {item}"))
            else:
                self._insert_lines(self._line_end(last.end), [self._dash_of(last) + item])

    def remove_items(self, sequence: yaml_nodes.Sequence, texts: Collection[str]) -> None:
        """Take scalars out; at least one item must stay."""
        spans = [(item.start, item.end) for item in sequence.items]
        gone = [isinstance(item, Scalar) and item.text in texts for item in sequence.items]
        self._remove_spans(spans, gone, is_flow=sequence.is_flow)

    def _dash_of(self, item: Node) -> str:
        prefix = self.text[self._line_start(item.start) : item.start]
        if DASH.fullmatch(prefix) is None:
            raise self.impossible(item.start)
        return prefix

    # --- Lines ----------------------------------------------------------------------------------

    def indent_of(self, entry: Entry) -> str:
        """Return the spaces before a block mapping's key. Raises: EditImpossible, when there is more than spaces."""
        prefix = self.text[self._line_start(entry.key.start) : entry.key.start].removeprefix(BYTE_ORDER_MARK)
        if prefix.strip(" "):
            raise self.impossible(entry.key.start)
        return prefix

    def _remove_spans(self, spans: list[tuple[int, int]], gone: list[bool], *, is_flow: bool) -> None:
        if not is_flow:
            for (start, end), is_gone in zip(spans, gone, strict=True):
                if is_gone:
                    self._remove_lines(start, end)
            return
        removed = [span for span, is_gone in zip(spans, gone, strict=True) if is_gone]
        if all(self._has_own_lines(start, end) for start, end in removed):
            for start, end in removed:
                self.changes.append(Change(self._line_start(start), self._line_end(end), ""))
        else:
            self._remove_within_lines(spans, gone)

    def _has_own_lines(self, start: int, end: int) -> bool:
        """Say whether nothing but a flow entry, its comma and its comment is on its lines."""
        before = self.text[self._line_start(start) : start]
        return not before.strip(" ") and REST_OF_LINE.match(self.text, end) is not None

    def _remove_within_lines(self, spans: list[tuple[int, int]], gone: list[bool]) -> None:
        index = 0
        while index < len(spans):
            if not gone[index]:
                index += 1
                continue
            first = index
            while index < len(spans) and gone[index]:
                index += 1
            if index < len(spans):
                self.changes.append(Change(spans[first][0], spans[index][0], ""))
            else:
                # A comment in between is the entry's before; the comma then stays, as YAML allows.
                before = spans[first - 1][1]
                has_comment = "#" in self.text[before : spans[first][0]]
                self.changes.append(Change(spans[first][0] if has_comment else before, spans[-1][1], ""))

    def _remove_lines(self, start: int, end: int) -> None:
        first = self._line_start(start)
        prefix = self.text[first:start]
        if prefix.startswith(BYTE_ORDER_MARK):
            first += len(BYTE_ORDER_MARK)
        if prefix.removeprefix(BYTE_ORDER_MARK).strip(" ") and DASH.fullmatch(prefix) is None:
            raise self.impossible(start)
        self.changes.append(Change(first, self._line_end(end), ""))

    def _insert_lines(self, at: int, lines: Sequence[str]) -> None:
        ended = at == 0 or self.text[at - 1] in "\r\n"
        text = "".join(line + self.newline if ended else self.newline + line for line in lines)
        self.changes.append(Change(at, at, text))

    def _line_start(self, index: int) -> int:
        starts = self.document.lines.starts
        return starts[self.document.lines.place("", index).line - 1]  # type: ignore[operator]

    def _line_end(self, index: int) -> int:
        """Return where the line after the one that holds `index` begins, or the text's end."""
        found = NEWLINE.search(self.text, index)
        return found.end() if found else len(self.text)

    def _entry_end(self, value: Node) -> int:
        end = self._line_end(value.end)
        if not _keeps_empty_lines(self.text, value):
            return end
        while end < len(self.text) and not self.text[end : self._line_end(end)].strip():
            end = self._line_end(end)
        return end

    def _after_colon(self, entry: Entry) -> int:
        return self.text.index(":", entry.key.end) + 1


def _before(kept: list[Entry], key: str, order: Sequence[str]) -> Entry | None:
    """Return the entry that a new key goes after: the last of those that `order` puts before it."""
    if key not in order:
        return kept[-1]
    earlier = order[: order.index(key)]
    found = [entry for entry in kept if entry.key.text in earlier]
    return found[-1] if found else None


def _keeps_empty_lines(text: str, node: Node) -> bool:
    """Say whether a node ends with a block scalar to which the empty lines after it belong."""
    last = _last_scalar(node)
    return last.style in BLOCK_STYLES and "+" in NEWLINE.split(text[last.start : last.start + 4], maxsplit=1)[0]


def _last_scalar(node: Node) -> Scalar:
    """Return the scalar that ends a node in block style; one of no style for what ends otherwise."""
    while not isinstance(node, Scalar):
        if node.is_flow:
            return Scalar(node.end, node.end, "")
        node = node.items[-1] if isinstance(node, yaml_nodes.Sequence) else node.entries[-1].value
    return node
