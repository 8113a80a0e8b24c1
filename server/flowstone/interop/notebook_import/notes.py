"""What of a notebook becomes no block: it is kept as notes, so that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowstone.interop.notebook_import.cells import Cell, CellKind
from flowstone.interop.notebook_import.naming import as_id, heading


@dataclass(frozen=True, slots=True)
class Note:
    """A note block: its wanted id, and its Markdown."""

    wanted: str
    text: str


def text_notes(cells: Sequence[Cell], used: set[int]) -> list[Note]:
    """Return the notebook's texts that stand above no block, those in a row as one. `used` are the blocks' cells."""
    notes: list[Note] = []
    row: list[str] = []
    for cell in [*cells, None]:
        if cell is not None and cell.kind is CellKind.TEXT:
            row.append(cell.text.strip())
            continue
        if row and (cell is None or cell.number not in used):
            text = "\n\n".join(row)
            notes.append(Note(as_id(heading(text)) or "note", text + "\n"))
        row = []
    return notes


def code_note(cells: Sequence[tuple[Cell, str]]) -> Note | None:
    """Return the cells that could not become blocks, each with the reason, as one note."""
    if not cells:
        return None
    parts = [f"Cell {cell.number}: {why}.\n\n```\n{cell.text.strip()}\n```" for cell, why in cells]
    return Note("left_out", "# Left out of the notebook\n\n" + "\n\n".join(parts) + "\n")
