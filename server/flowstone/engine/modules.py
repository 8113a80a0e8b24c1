"""Which of a project's own modules, and which installed packages, a block's code imports, however indirectly."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

from flowstone.errors.source import SyntaxInvalid
from flowstone.model.python_source import imported_modules, parse_python

OWN_PACKAGE = "flowstone"


@dataclass(frozen=True, slots=True)
class Imports:
    """What some code depends on besides itself: project files with their code's hash, packages with their version."""

    modules: tuple[tuple[str, str], ...]
    packages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Code:
    hash: str
    imports: tuple[str, ...]


def imports_of(names: Iterable[str], *, root: Path) -> Imports:
    """Follow imported module names through the project's own files.

    Files that cannot be read or parsed count by their bytes: the run will say what is wrong with them.
    """
    modules: dict[str, str] = {}
    packages: dict[str, str] = {}
    waiting = list(names)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = list(_files(name, root))
        for path, package in found:
            relative = path.relative_to(root).as_posix()
            code = _code(path.read_text(encoding="utf-8", errors="replace"), relative, package)
            modules[relative] = code.hash
            waiting.extend(code.imports)
        top = name.partition(".")[0]
        if not found and top not in sys.stdlib_module_names and top != OWN_PACKAGE:
            packages |= packages_of(top)
    return Imports(tuple(sorted(modules.items())), tuple(sorted(packages.items())))


def code_hash(tree: ast.AST) -> str:
    """Return a hash of code that its comments and formatting do not change."""
    return hashlib.blake2b(ast.dump(tree).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=4096)
def python_hash(text: str) -> str:
    """Return the hash of a Python text's code. Raises: SyntaxInvalid."""
    return code_hash(parse_python(text, file=""))


@lru_cache(maxsize=4096)
def _code(text: str, file: str, package: str) -> _Code:
    try:
        tree = parse_python(text, file=file)
    except SyntaxInvalid:
        return _Code(hashlib.blake2b(text.encode(), digest_size=16).hexdigest(), ())
    return _Code(code_hash(tree), imported_modules(tree, package=package))


def _files(name: str, root: Path) -> Iterator[tuple[Path, str]]:
    """Give the project's files that importing a name runs: the packages above it, and itself."""
    parts = name.split(".")
    if parts[-1] == "*":
        yield from _modules_in(root.joinpath(*parts[:-1]), ".".join(parts[:-1]))
        return
    for depth in range(1, len(parts) + 1):
        folder = root.joinpath(*parts[:depth])
        package = folder / "__init__.py"
        if package.is_file():
            yield package, ".".join(parts[:depth])
    module = root.joinpath(*parts[:-1], parts[-1] + ".py")
    if module.is_file():
        yield module, ".".join(parts[:-1])


def _modules_in(folder: Path, package: str) -> Iterator[tuple[Path, str]]:
    if (folder / "__init__.py").is_file():
        for module in sorted(folder.glob("*.py")):
            yield module, package


@cache
def packages_of(top: str) -> dict[str, str]:
    """Return the distribution that a top-level module belongs to and its version; nothing where none is installed."""
    try:
        return {top: metadata.version(top)}
    except metadata.PackageNotFoundError:
        names = _distributions().get(top, [])
        return {name: metadata.version(name) for name in names}


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())
