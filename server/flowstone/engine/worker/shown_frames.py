"""A frame as it can be shown: text for names, and in each column what one Arrow type can say."""

from __future__ import annotations

import json
import types
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from flowstone.errors.engine import OutputUnfit

MAX_CELL_CHARACTERS = 10_000
"""Where the text of a cell that is no text is cut."""
MAX_DEPTH = 32
"""How deep lists in a cell may lie: Arrow follows a list that holds itself until the process dies of it."""
MAX_NAMED = 5

CODE = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)
"""What is part of a program: whoever has one in a cell forgot to call it."""
ARROW_REFUSALS = (
    pa.ArrowInvalid,
    pa.ArrowTypeError,
    pa.ArrowNotImplementedError,
    OverflowError,
    ValueError,
    TypeError,
)


@dataclass(slots=True)
class Shown:
    """A frame that Arrow takes, and what was changed for that. Without changes, too, it may not come back the same."""

    frame: pd.DataFrame
    renamed: list[str] = field(default_factory=list)
    """Columns whose names became text."""
    as_text: dict[str, str] = field(default_factory=dict)
    """Columns whose cells became text, and what is in them."""
    index_changed: bool = False


def shown(frame: pd.DataFrame) -> Shown:
    """Return a frame with names of text, each once, and columns that Arrow takes.

    Raises: OutputUnfit, naming a column that holds parts of a program, such as functions.
    """
    names = text_names(frame.columns)
    found = Shown(pd.DataFrame(index=frame.index))
    found.renamed = [name for name, label in zip(names, frame.columns, strict=True) if name != label]
    columns = {}
    for place, name in enumerate(names):
        column = pd.Series(frame.iloc[:, place])
        taken = _taken(column, name)
        if taken is not column:
            found.as_text[name] = _kinds(column)
        columns[name] = taken
    index, found.index_changed = _shown_index(frame.index)
    # Each is a series with its dtype said: text in a column of objects would else be taken for a column of text.
    placed = {name: pd.Series(column.array, index=index, dtype=column.dtype) for name, column in columns.items()}
    found.frame = pd.DataFrame(placed, index=index, copy=False)
    found.frame.columns = pd.Index(names, dtype="str")
    if not columns:
        found.frame = pd.DataFrame(index=index, columns=pd.Index([], dtype="str"))
    return found


def text_names(labels: pd.Index) -> list[str]:
    """Return a text for every label, each one once: `("a", 1)` becomes `a_1`, a second `a` becomes `a_2`."""
    texts = [_text_label(label) for label in labels]
    taken = Counter(texts)
    seen: set[str] = set()
    names = []
    for text in texts:
        name, number = text, 2
        while name in seen or (name != text and name in taken):
            name, number = f"{text}_{number}", number + 1
        seen.add(name)
        names.append(name)
    return names


def _text_label(label: Any) -> str:
    if isinstance(label, tuple):
        return "_".join(_text_label(part) for part in label if not (isinstance(part, str) and part == ""))
    return label.encode("utf-8", "replace").decode() if isinstance(label, str) else str(label)


def _shown_index(index: pd.Index) -> tuple[pd.Index, bool]:
    """Return an index that Arrow takes, and whether that is another than there was."""
    if isinstance(index, pd.RangeIndex) and _is_text_name(index.name):
        return index, False
    levels = [index.get_level_values(place) for place in range(index.nlevels)]
    named = all(_is_text_name(name) for name in index.names)
    columns = [pd.Series(level.array, dtype=level.dtype) for level in levels]
    taken = [_taken(column, str(level.name)) for column, level in zip(columns, levels, strict=True)]
    if named and all(one is column for one, column in zip(taken, columns, strict=True)):
        return index, False
    names = [name if _is_text_name(name) else _text_label(name) for name in index.names]
    if isinstance(index, pd.MultiIndex):
        return pd.MultiIndex.from_arrays([one.array for one in taken], names=names), True
    return pd.Index(taken[0].array, name=names[0], dtype=taken[0].dtype), True


def _is_text_name(name: Any) -> bool:
    return name is None or type(name) is str


def _taken(column: pd.Series, name: str) -> pd.Series:
    """Return the column itself, where Arrow takes it as what it is; else its cells as text."""
    if _is_readable(column, name):
        try:
            pa.Array.from_pandas(column)
        except ARROW_REFUSALS:
            pass
        else:
            return column
    return pd.Series(pd.array([text_of(cell) for cell in column], dtype="str"), index=column.index)


def _is_readable(column: pd.Series, name: str) -> bool:
    """Say whether Arrow would make of the column what its author means."""
    kind = column.dtype
    if is_object(kind):
        return _are_readable(column, name)
    if isinstance(kind, pd.CategoricalDtype):
        return _is_readable(pd.Series(kind.categories.array), name)
    if isinstance(kind, np.dtype | pd.DatetimeTZDtype | pd.StringDtype | pd.ArrowDtype):
        return True
    return kind.kind in "biuf" and hasattr(kind, "numpy_dtype")


def is_object(kind: Any) -> bool:
    """Say whether a column of that dtype holds Python's own objects."""
    return isinstance(kind, np.dtype) and kind.kind == "O"


def _are_readable(column: pd.Series, name: str) -> bool:
    cells = column.tolist()
    for cell in cells:
        if isinstance(cell, CODE):
            raise OutputUnfit(
                f"Column {name!r} cannot be stored: it holds a {type(cell).__name__}",
                hint="Call it, and store what it returns.",
            )
    kinds = set(map(type, cells))
    if any(issubclass(kind, list | tuple | dict | set | frozenset) for kind in kinds):
        return not kinds & {set, frozenset} and not _are_deep(cells)
    has_zones = any(hasattr(kind, "tzinfo") for kind in kinds)
    return not (has_zones and _has_several_zones(cells)) and not {bytes, str} <= kinds


def _has_several_zones(cells: list[Any]) -> bool:
    """Say whether there are times of several zones: Arrow would move them all to one."""
    return len({str(cell.tzinfo) for cell in cells if hasattr(cell, "tzinfo")}) > 1


def _are_deep(cells: list[Any]) -> bool:
    """Say whether lists lie in lists for more levels than are followed. One at several places is followed once."""
    level = cells
    for _ in range(MAX_DEPTH):
        inner = {id(cell): cell for cell in level if isinstance(cell, list | tuple | dict | set | frozenset)}
        level = [part for cell in inner.values() for part in (cell.values() if isinstance(cell, dict) else cell)]
        if not level:
            return False
    return True


def text_of(cell: Any) -> str | None:
    """Return a cell as text: lists and dicts as JSON, all else as it prints; None for what is missing."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    if _is_missing(cell):
        return None
    try:
        is_nested = isinstance(cell, list | tuple | dict)
        text = json.dumps(cell, ensure_ascii=False, default=str) if is_nested else str(cell)
    except Exception as wrong:  # noqa: BLE001 - how a cell prints is user code
        text = f"({type(cell).__name__}, which cannot be shown: {type(wrong).__name__})"
    text = text if len(text) <= MAX_CELL_CHARACTERS else text[:MAX_CELL_CHARACTERS] + "…"
    return text.encode("utf-8", "replace").decode()


def _is_missing(cell: Any) -> bool:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return True
    return isinstance(cell, float) and cell != cell


def _kinds(column: pd.Series) -> str:
    if column.dtype != object:
        return str(column.dtype)
    kinds = {type(cell).__name__ for cell in column.head(100_000).tolist() if not _is_missing(cell)}
    return listed(sorted(kinds)) or "no values"


def listed(words: Iterable[str]) -> str:
    """Return words as a sentence has them, not more than five."""
    found = list(words)
    more = [f"{len(found) - MAX_NAMED} more"] if len(found) > MAX_NAMED else []
    said = [*found[:MAX_NAMED], *more]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)
