"""Which of a project's own modules, and which installed packages, a block's code imports, however indirectly."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flowstone.errors.source import SyntaxInvalid
from flowstone.model.imports import EVERYTHING, exported_names, imported_modules
from flowstone.model.python_source import parse_python, without_block_docstrings

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
    exports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What importing a name runs: the project's files, each with its code."""

    files: tuple[tuple[str, _Code], ...]
    names: tuple[str, ...]
    """What these files import in their turn."""


class ProjectModules:
    """A project's modules as they are now: each file is read once, so make a new one to look again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._found: dict[str, _Found] = {}

    def imports_of(self, names: Iterable[str]) -> Imports:
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
            found = self._look_up(name)
            modules.update((path, code.hash) for path, code in found.files)
            waiting.extend(found.names)
            top = name.partition(".")[0]
            if not found.files and top not in sys.stdlib_module_names and top != OWN_PACKAGE:
                packages |= packages_of(top)
        return Imports(tuple(sorted(modules.items())), tuple(sorted(packages.items())))

    def _look_up(self, name: str) -> _Found:
        known = self._found.get(name)
        if known is None:
            known = self._found[name] = self._all_of(name) if name.endswith(".*") else self._one(name)
        return known

    def _one(self, name: str) -> _Found:
        files = tuple((path.relative_to(self._root).as_posix(), package) for path, package in _files(name, self._root))
        codes = tuple((path, _read(self._root / path, path, package)) for path, package in files)
        return _Found(codes, tuple(each for _, code in codes for each in code.imports))

    def _all_of(self, name: str) -> _Found:
        """Look up `package.*`: what `__all__` names, of which some may be modules."""
        package = name.removesuffix(".*")
        codes = self._look_up(package).files
        exports = codes[-1][1].exports if codes else ()
        if exports == (EVERYTHING,):
            exports = tuple(sorted(path.stem for path in self._root.joinpath(*package.split(".")).glob("*.py")))
        return _Found(codes, tuple(f"{package}.{each}" for each in exports if each != "__init__"))


def code_hash(tree: ast.AST) -> str:
    """Return a hash of code that its comments and formatting do not change."""
    return hashlib.blake2b(ast.dump(tree).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=4096)
def python_hash(text: str) -> str:
    """Return the hash of a Python text's code. Raises: SyntaxInvalid."""
    return code_hash(parse_python(text, file=""))


@lru_cache(maxsize=8192)
def block_hash(text: str) -> str:
    """Return the hash of a block file's code. What its title and description say changes nothing.

    Raises: SyntaxInvalid.
    """
    return code_hash(without_block_docstrings(parse_python(text, file=""), text))


def _read(path: Path, relative: str, package: str) -> _Code:
    return _code(path.read_text(encoding="utf-8", errors="replace"), relative, package)


@lru_cache(maxsize=8192)
def _code(text: str, file: str, package: str) -> _Code:
    try:
        tree = parse_python(text, file=file)
    except SyntaxInvalid:
        return _Code(hashlib.blake2b(text.encode(), digest_size=16).hexdigest(), ())
    return _Code(code_hash(tree), imported_modules(tree, package=package), exported_names(tree))


def _files(name: str, root: Path) -> Iterator[tuple[Path, str]]:
    """Give the project's files that importing a name runs: the packages above it, and itself."""
    parts = name.split(".")
    is_package = False
    for depth in range(1, len(parts) + 1):
        package = root.joinpath(*parts[:depth]) / "__init__.py"
        is_package = package.is_file()
        if is_package:
            yield package, ".".join(parts[:depth])
    module = root.joinpath(*parts[:-1], parts[-1] + ".py")
    if not is_package and module.is_file():  # a package hides a module of its name
        yield module, ".".join(parts[:-1])


@cache
def packages_of(top: str) -> dict[str, str]:
    """Return the distribution that a top-level module belongs to and its version; nothing where none is installed."""
    from importlib.metadata import PackageNotFoundError, version  # here, for a worker needs the hashes alone

    try:
        return {top: version(top)}
    except PackageNotFoundError:
        return {name: version(name) for name in _distributions().get(top, [])}


@cache
def _distributions() -> dict[str, list[str]]:
    from importlib.metadata import packages_distributions

    return dict(packages_distributions())
