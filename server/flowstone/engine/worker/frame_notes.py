"""What a stored table says of the frame that it was, beyond what pandas' own notes in Arrow files can say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

import pandas as pd
import pyarrow as pa

from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Exact

KEY = b"flowstone"

Missing: TypeAlias = Literal["none", "nan", "na", "nat"]


@dataclass(frozen=True, slots=True)
class CellNote:
    """How the cells of a column of objects are made from Arrow's: what stands for those that are missing."""

    are_arrays: bool = False
    missing: Missing | None = None

    def cells(self, column: pa.ChunkedArray) -> pd.Series:
        """Return the column's cells as Python's own objects, or as numpy arrays."""
        cells = list(column.to_pandas()) if self.are_arrays else column.to_pylist()
        stands_in = MISSING[self.missing or "none"]
        if stands_in is not None:
            cells = [stands_in if cell is None else cell for cell in cells]
        return pd.Series(cells, dtype=object)


@dataclass(frozen=True, slots=True)
class FrameNotes:
    """What must be known to open a table as the very frame it was. `levels` are the index's, by number."""

    cells: Mapping[str, CellNote] = field(default_factory=dict)
    levels: Mapping[int, CellNote] = field(default_factory=dict)
    labels: dict[str, Any] | None = None
    freq: str | None = None
    exact: Exact | None = None
    """Where the frame itself is, when no note can make it from the table."""
    is_series: bool = False
    """Whether it was a single column, and no frame."""
    is_named: bool = False
    """Whether that column's label was its own."""


MISSING: dict[Missing, Any] = {"none": None, "nan": float("nan"), "na": pd.NA, "nat": pd.NaT}


def missing_kind(cell: Any) -> Missing | None:
    """Say which of the values that stand for nothing this is; None for one that no note can name."""
    if cell is None:
        return "none"
    if cell is pd.NA:
        return "na"
    if cell is pd.NaT:
        return "nat"
    return "nan" if type(cell) is float else None


def with_notes(table: pa.Table, notes: FrameNotes) -> pa.Table:
    """Return a table with notes; one that needs none stays as it is."""
    if notes == FrameNotes():
        return table
    text = json.dumps(asdict(notes)).encode()
    return table.replace_schema_metadata({**(table.schema.metadata or {}), KEY: text})


def notes_of(schema: pa.Schema) -> FrameNotes:
    """Return the notes of a stored table; none where it has none that can be read."""
    text = (schema.metadata or {}).get(KEY)
    if text is None:
        return FrameNotes()
    found = json.loads(text)
    exact = found["exact"]
    return FrameNotes(
        cells={name: CellNote(**note) for name, note in found["cells"].items()},
        levels={int(place): CellNote(**note) for place, note in found["levels"].items()},
        labels=found["labels"],
        freq=found["freq"],
        exact=None if exact is None else Exact(ArtifactHash(exact["hash"]), exact["type"]),
        is_series=found.get("is_series", False),
        is_named=found.get("is_named", False),
    )
