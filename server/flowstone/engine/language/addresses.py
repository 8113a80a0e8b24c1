"""What a browser calls a file: `project:` and its path; `module:`, a number and a name for one that lies elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

PROJECT = "project:/"
MODULE = "module:/"
MAX_MODULES = 5_000
URI_FIELDS = frozenset({"uri", "targetUri"})


class Addresses:
    """Files by both names. A file beyond the project has one only once the language server has pointed there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._modules: list[Path] = []
        self._numbers: dict[Path, int] = {}

    def path(self, address: str) -> str | None:
        """Return the path below the project's root that an address has; None for any other address."""
        path = unquote(address.removeprefix(PROJECT))
        parts = PurePosixPath(path).parts
        is_whole = address.startswith(PROJECT) and bool(parts) and not path.startswith("/")
        return path if is_whole and ".." not in parts and "\0" not in path else None

    def module(self, address: str) -> Path | None:
        """Return the file that a module's address stands for; None where the language server never pointed there."""
        number = address.removeprefix(MODULE).partition("/")[0]
        if not address.startswith(MODULE) or not number.isdecimal() or len(number) > 6:
            return None
        return self._modules[int(number)] if int(number) < len(self._modules) else None

    def uri(self, path: str) -> str:
        """Return what the language server calls a file of the project."""
        return (self._root / path).as_uri()

    def address(self, uri: str) -> str:
        """Return what a browser calls a file that the language server has named."""
        path = Path(unquote(urlsplit(uri).path))
        if path.is_relative_to(self._root):
            return PROJECT + quote(path.relative_to(self._root).as_posix())
        return f"{MODULE}{self._number(path)}/{quote('/'.join(path.parts[-3:]).lstrip('/'))}"

    def readdressed(self, value: Any) -> Any:
        """Return an answer of the language server with its URIs as addresses."""
        if isinstance(value, list):
            return [self.readdressed(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        return {name: self._field(name, one) for name, one in value.items()}

    def _field(self, name: str, value: Any) -> Any:
        if name in URI_FIELDS and isinstance(value, str):
            return self.address(value)
        if name == "changes" and isinstance(value, Mapping):
            return {self.address(uri): edits for uri, edits in value.items()}
        return self.readdressed(value)

    def _number(self, path: Path) -> int:
        if path not in self._numbers:
            if len(self._modules) >= MAX_MODULES:
                self._modules.clear()
                self._numbers.clear()
            self._numbers[path] = len(self._modules)
            self._modules.append(path)
        return self._numbers[path]
