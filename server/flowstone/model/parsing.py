"""Python's own parser, one text at a time."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_ONE_AT_A_TIME = threading.Lock()
"""CPython 3.11 counts the depth of the tree that it builds in one place for all threads: two at once may fail with
"AST constructor recursion depth mismatch". Source: github.com/python/cpython/issues/106905.
"""


def syntax_of(text: str, *, file: str = "<text>") -> ast.Module:
    """Parse a text. Raises: SyntaxError; ValueError; RecursionError; MemoryError."""
    with _alone():
        return ast.parse(text, filename=file)


def expression_of(text: str) -> ast.Expression:
    """Parse an expression. Raises: as `syntax_of`."""
    with _alone():
        return ast.parse(text, mode="eval")


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else parse meanwhile, and nobody hear what the parser warns of."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        yield
