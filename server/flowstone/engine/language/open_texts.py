"""Which texts are open in which browser windows, and which of them the language server has before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Window: TypeAlias = int

MAX_OPEN = 1_000
MAX_CHARACTERS = 2 << 20
MAX_CHARACTERS_TOGETHER = 32 << 20


class Told(Protocol):
    """What is told of texts: a language server."""

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Tell of a change."""
        ...


@dataclass(slots=True)
class OpenTexts:
    """The texts of every window. Two windows may hold different texts of one file; the server sees one at a time."""

    _texts: dict[Window, dict[str, str]] = field(default_factory=dict)
    _seen: dict[str, str] = field(default_factory=dict)
    """What the server has, by the URI of the file."""
    _version: int = 0

    def put(self, window: Window, uri: str, text: str) -> bool:
        """Note a window's text of a file; False for one that is beyond the bounds, which is not kept."""
        texts = self._texts.setdefault(window, {})
        others = sum(len(one) for other, one in texts.items() if other != uri)
        is_bounded = len(text) <= MAX_CHARACTERS and others + len(text) <= MAX_CHARACTERS_TOGETHER
        if not is_bounded or (uri not in texts and len(texts) >= MAX_OPEN):
            texts.pop(uri, None)
            return False
        texts[uri] = text
        return True

    def has(self, window: Window, uri: str) -> bool:
        """Say whether a window has a file open."""
        return uri in self._texts.get(window, {})

    def drop(self, window: Window, uri: str) -> None:
        """Forget a window's text of a file."""
        self._texts.get(window, {}).pop(uri, None)

    def leave(self, window: Window) -> None:
        """Forget all of a window's texts."""
        self._texts.pop(window, None)

    def forget_seen(self) -> None:
        """Note that there is no server that has seen anything: it ended."""
        self._seen.clear()

    def show(self, server: Told, window: Window, uri: str) -> None:
        """Have the server see a window's text of a file."""
        text = self._texts.get(window, {}).get(uri)
        if text is not None:
            self._tell(server, uri, text)

    def show_all(self, server: Told) -> None:
        """Have the server see every open file, and no other; where windows differ, what it has seen stays."""
        held = dict(self._held())
        for uri in [seen for seen in self._seen if seen not in held]:
            del self._seen[uri]
            server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        for uri, texts in held.items():
            if self._seen.get(uri) not in texts:
                self._tell(server, uri, texts[0])

    def _held(self) -> Iterator[tuple[str, list[str]]]:
        uris = dict.fromkeys(uri for texts in self._texts.values() for uri in texts)
        for uri in uris:
            yield uri, [texts[uri] for texts in self._texts.values() if uri in texts]

    def _tell(self, server: Told, uri: str, text: str) -> None:
        seen = self._seen.get(uri)
        if seen == text:
            return
        self._version += 1
        self._seen[uri] = text
        if seen is None:
            document = {"uri": uri, "languageId": "python", "version": self._version, "text": text}
            server.tell("textDocument/didOpen", {"textDocument": document})
        else:
            known = {"uri": uri, "version": self._version}
            server.tell("textDocument/didChange", {"textDocument": known, "contentChanges": [{"text": text}]})
