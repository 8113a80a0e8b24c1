"""What an annotation asks for: resolved to the class that it means, under whatever name the block knows it."""

from __future__ import annotations

import ast
import builtins
import collections.abc
import importlib
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from flowstone.model.python_source import parse_python


class Form(Enum):
    """The forms in which a table can be given."""

    PANDAS = "pd.DataFrame"
    SERIES = "pd.Series"
    POLARS = "pl.DataFrame"
    LAZY = "pl.LazyFrame"
    ARROW = "pa.Table"
    READER = "pa.RecordBatchReader"
    RELATION = "duckdb.DuckDBPyRelation"
    PANDAS_CHUNKS = "Iterator[pd.DataFrame]"
    POLARS_CHUNKS = "Iterator[pl.DataFrame]"
    ARROW_CHUNKS = "Iterator[pa.Table]"
    BATCHES = "Iterator[pa.RecordBatch]"
    AS_IT_IS = ""
    """No annotation, or one that says nothing of tables: whatever the upstream gave, a table as a pandas frame."""
    OTHER = "other"
    """A class of something else: the upstream's value, if it is no table."""


FRAMES = {
    ("pandas", "DataFrame"): Form.PANDAS,
    ("pandas", "Series"): Form.SERIES,
    ("polars", "DataFrame"): Form.POLARS,
    ("polars", "LazyFrame"): Form.LAZY,
    ("pyarrow", "Table"): Form.ARROW,
    ("pyarrow", "RecordBatchReader"): Form.READER,
    ("duckdb", "DuckDBPyRelation"): Form.RELATION,
}
CHUNKS = {
    ("pandas", "DataFrame"): Form.PANDAS_CHUNKS,
    ("polars", "DataFrame"): Form.POLARS_CHUNKS,
    ("pyarrow", "Table"): Form.ARROW_CHUNKS,
    ("pyarrow", "RecordBatch"): Form.BATCHES,
}
ITERABLES = (collections.abc.Iterator, collections.abc.Iterable, collections.abc.Generator)
MAPPINGS = (dict, collections.abc.Mapping)
ANYTHING = (Any, object, inspect.Parameter.empty)


def form_of(kind: Any) -> Form:
    """Return the form that a resolved annotation asks for; that of the values, for a mapping of named outputs."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if kind in ANYTHING or isinstance(kind, typing.TypeVar | str):
        return Form.AS_IT_IS
    if origin is typing.Annotated:
        return form_of(parts[0])
    if origin in (typing.Union, types.UnionType):
        return _union(parts)
    if origin in MAPPINGS:
        return form_of(parts[1]) if len(parts) == 2 else Form.AS_IT_IS
    if origin in ITERABLES and parts:
        return _known(parts[0], CHUNKS) or Form.OTHER
    return _known(origin or kind, FRAMES) or Form.OTHER


def _union(parts: tuple[Any, ...]) -> Form:
    """Return the one form of all that may be empty; several forms leave the choice to us."""
    forms = {form_of(part) for part in parts if part is not type(None)}
    return forms.pop() if len(forms) == 1 else Form.AS_IT_IS


def _known(kind: Any, forms: Mapping[tuple[str, str], Form]) -> Form | None:
    for base in getattr(kind, "__mro__", ()):
        package = base.__module__.partition(".")[0].removeprefix("_")
        found = forms.get((package, base.__name__))
        if found is not None:
            return found
    return None


def annotations_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return a function's annotations as what they mean.

    One that is text is read with the names of its module; with those, too, that are imported for type checkers
    alone. One that cannot be resolved stays text.
    """
    return {name: _resolved(kind, function) for name, kind in getattr(function, "__annotations__", {}).items()}


def _resolved(kind: Any, function: Callable[..., Any]) -> Any:
    text = kind.__forward_arg__ if isinstance(kind, typing.ForwardRef) else kind
    if not isinstance(text, str):
        return _resolved_parts(kind, function)
    try:
        code = compile(text.strip(), "<annotation>", "eval", dont_inherit=True)
        return eval(code, {"__builtins__": {}}, _Names(function))  # noqa: S307 - it is the block's own code
    except Exception:  # noqa: BLE001 - an annotation that only its author understands
        return text


def _resolved_parts(kind: Any, function: Callable[..., Any]) -> Any:
    """Resolve the text within an annotation, as in `Iterator["pd.DataFrame"]`."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal or not any(isinstance(part, typing.ForwardRef | str) for part in parts):
        return kind
    if origin is typing.Annotated:
        return typing.Annotated[_resolved(parts[0], function), *parts[1:]]
    resolved = tuple(_resolved(part, function) for part in parts)
    return kind.copy_with(resolved) if hasattr(kind, "copy_with") else origin[resolved]


class _Names(Mapping[str, Any]):
    """The names that a function's annotations may use."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._globals: dict[str, Any] = getattr(inspect.unwrap(function), "__globals__", {})

    def __getitem__(self, name: str) -> Any:
        if name in self._globals:
            return self._globals[name]
        if hasattr(builtins, name):
            return getattr(builtins, name)
        return _imported(name, str(self._globals.get("__file__", "")))

    def __iter__(self) -> typing.Iterator[str]:
        return iter(self._globals)

    def __len__(self) -> int:
        return len(self._globals)


def _imported(name: str, file: str) -> Any:
    """Import what a file would under `if TYPE_CHECKING`. Raises: KeyError, when it does not; ImportError."""
    for node in ast.walk(parse_python(Path(file).read_text(encoding="utf-8-sig"), file=file)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name.partition(".")[0]):
                    return _target(node, alias)
    raise KeyError(name)


def _target(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> Any:
    if isinstance(node, ast.ImportFrom):
        return getattr(importlib.import_module(node.module or ""), alias.name)
    module = importlib.import_module(alias.name)
    return module if alias.asname else importlib.import_module(alias.name.partition(".")[0])
