"""A code cell as Python: without what only a notebook understands, a statement at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flowstone.interop.notebook_import.cells import Cell
from flowstone.model.parsing import syntax_of

WRAPPERS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun", "%%memit", "%%snakeviz"})
"""Magics that only measure or hide the cell below them, which is Python as it stands."""
NOTEBOOK_LINE = re.compile(r"\s*(?:[%!]|[\w.,\s]+=\s*[%!]|.*[^#\s]\?\s*$|\?)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a cell's top level, with its own text: comments within it are kept."""

    node: ast.stmt
    text: str


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell, read. `left_out` are its lines that are no Python."""

    cell: Cell
    statements: tuple[Statement, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A code cell that is no Python, or none that a block's function can hold, and why."""

    cell: Cell
    why: str


def read_code(cell: Cell) -> CodeCell | Unreadable:
    """Return a code cell's statements; magics, shell lines and help lines are taken out and named."""
    text, left_out = cell.text, list[str]()
    first = text.lstrip().partition("\n")[0]
    if first.startswith("%%"):
        if first.split()[0] not in WRAPPERS:
            return Unreadable(cell, f"{first.split()[0]} cells are no Python")
        left_out.append(first.strip())
        text = text.lstrip().partition("\n")[2]
    try:
        tree, text = _parsed(text, left_out)
    except (SyntaxError, ValueError, RecursionError) as wrong:
        return Unreadable(cell, f"it does not parse: {getattr(wrong, 'msg', None) or wrong}")
    if any(isinstance(node, ast.Await) for node in _outside_functions(tree)):
        return Unreadable(cell, "it awaits something, which a block cannot")
    return CodeCell(cell, tuple(_statements(tree, text)), tuple(left_out))


def _parsed(text: str, left_out: list[str]) -> tuple[ast.Module, str]:
    """Parse a text, if need be without the lines that only notebooks have. Raises: SyntaxError; ValueError."""
    try:
        tree = syntax_of(text)
    except SyntaxError:
        lines = text.splitlines()
        for place, line in enumerate(lines):
            if NOTEBOOK_LINE.match(line) and not line.lstrip().startswith("#"):
                left_out.append(line.strip())
                lines[place] = _nothing(line)
        text = "\n".join(lines)
        tree = syntax_of(text)
    compiled = text if not _shares_lines(tree) else "\n".join(ast.unparse(node) for node in tree.body)
    return syntax_of(compiled), compiled


def _nothing(line: str) -> str:
    """Return a line that does nothing where another was: within a block, Python wants a statement there."""
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass" if indent else ""


def _shares_lines(tree: ast.Module) -> bool:
    return any(
        later.lineno <= (earlier.end_lineno or 0) for earlier, later in zip(tree.body, tree.body[1:], strict=False)
    )


def _statements(tree: ast.Module, text: str) -> Iterator[Statement]:
    """Give each statement with the comments right above it."""
    lines = text.splitlines()
    done = 0
    for node in tree.body:
        start = min([node.lineno, *(found.lineno for found in getattr(node, "decorator_list", ()))]) - 1
        end = node.end_lineno or node.lineno
        while start > done and lines[start - 1].lstrip().startswith("#"):
            start -= 1
        yield Statement(node, "\n".join(lines[start:end]).rstrip().rstrip(";"))
        done = end


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield child
            yield from _outside_functions(child)
