"""What is in a notebook's file, as far as a pipeline needs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flowstone.errors.notebook import NotebookUnreadable

MAX_BYTES = 64 << 20
MAX_CELLS = 2_000
PYTHON = frozenset({"python", "ipython", ""})


class CellKind(StrEnum):
    """What a cell holds."""

    CODE = "code"
    TEXT = "markdown"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `number` counts all cells from 1, as a person does; `ran` is its place in the order they were run."""

    number: int
    kind: CellKind
    text: str
    ran: int | None = None
    tags: frozenset[str] = frozenset()


def read_cells(content: bytes, *, file: str) -> tuple[Cell, ...]:
    """Return a notebook's cells in their order; older formats are converted, empty and raw cells left out.

    Raises: NotebookUnreadable, for what is no notebook, is one of another language than Python, or is too large.
    Source: the notebook file format, nbformat.readthedocs.io.
    """
    if len(content) > MAX_BYTES:
        raise NotebookUnreadable(file, "it is over 64 MiB", hint="Clear its outputs in Jupyter, and try again.")
    notebook = _opened(content, file)
    language = str(notebook.metadata.get("kernelspec", {}).get("language", "")).lower()
    if language not in PYTHON:
        raise NotebookUnreadable(file, f"its language is {language}", hint="Only Python notebooks can be imported.")
    if len(notebook.cells) > MAX_CELLS:
        raise NotebookUnreadable(file, f"it has {len(notebook.cells):,} cells", hint="Split it: at most 2,000 fit.")
    return tuple(
        _cell(number, found)
        for number, found in enumerate(notebook.cells, start=1)
        if found.cell_type in list(CellKind) and found.source.strip()
    )


def _opened(content: bytes, file: str) -> Any:
    import nbformat

    try:
        text = content.decode("utf-8-sig")
        return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except UnicodeDecodeError as wrong:
        raise NotebookUnreadable(file, "it is not UTF-8") from wrong
    except (json.JSONDecodeError, nbformat.reader.NotJSONError) as wrong:
        raise NotebookUnreadable(file, "it is not JSON", hint="A notebook's file ends in .ipynb.") from wrong
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as wrong:
        said = str(wrong).splitlines()[0][:200] if str(wrong) else type(wrong).__name__
        raise NotebookUnreadable(file, f"it is no notebook: {said}") from wrong


def _cell(number: int, found: Any) -> Cell:
    is_code = found.cell_type == CellKind.CODE
    return Cell(
        number=number,
        kind=CellKind(found.cell_type),
        text=found.source,
        ran=found.get("execution_count") if is_code else None,
        tags=frozenset(map(str, found.metadata.get("tags", ()))),
    )
