"""pandas frames from and to Arrow: as they were, writable, and without copying where that can be."""

from __future__ import annotations

import json
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from flowstone.engine.worker.exact import is_same, same_frames
from flowstone.engine.worker.frame_notes import CellNote, FrameNotes, missing_kind, notes_of, with_notes
from flowstone.engine.worker.plain_tables import plain_table
from flowstone.engine.worker.shown_frames import ARROW_REFUSALS, Shown, listed, shown
from flowstone.engine.worker.tables import open_private
from flowstone.errors.engine import OutputUnfit

VIEWABLE = ("int", "uint", "float", "double", "timestamp")


@dataclass(frozen=True, slots=True)
class FrameTable:
    """A frame as a table, whether it opens as the very frame it was, and what was changed for it to be shown."""

    table: pa.Table
    is_exact: bool = True
    changes: tuple[str, ...] = ()


def hold(frame: pd.DataFrame) -> FrameTable:
    """Turn a frame into a table that remembers its labels, index and dtypes as far as Arrow can.

    Raises: OutputUnfit, naming the column that cannot be stored and what is in it.
    """
    if opens_as_it_is(frame):
        return FrameTable(plain_table(frame))
    found = shown(frame)
    if _is_json(frame.attrs):
        found.frame.attrs = dict(frame.attrs)
    table = with_notes(_table(found.frame), _notes(frame, found.frame))
    is_exact = not found.as_text and not found.index_changed and _opens_as(table, frame)
    return FrameTable(table, is_exact, _changes(found))


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return the table that a frame is held in. Raises: OutputUnfit."""
    return hold(frame).table


def _table(frame: pd.DataFrame) -> pa.Table:
    try:
        return pa.Table.from_pandas(frame)
    except ARROW_REFUSALS as wrong:
        raise OutputUnfit(
            f"The frame cannot be stored: {wrong}", hint="Look at its index, its attrs and its column names."
        ) from wrong


def _opens_as(table: pa.Table, frame: pd.DataFrame) -> bool:
    try:
        return same_frames(from_table(table), frame)
    except (*ARROW_REFUSALS, KeyError, AttributeError):
        return False


def _is_json(value: Any) -> bool:
    try:
        return is_same(json.loads(json.dumps(value, allow_nan=False)), value)
    except (TypeError, ValueError, RecursionError):
        return False


def _changes(found: Shown) -> tuple[str, ...]:
    said = []
    if found.renamed:
        said.append(f"Column names are shown as text: {listed(found.renamed)}")
    said.extend(f"Column {name!r} holds {kinds}, and is shown as text" for name, kinds in found.as_text.items())
    if found.index_changed:
        said.append("The index is shown as text")
    return tuple(said)


def _notes(frame: pd.DataFrame, as_shown: pd.DataFrame) -> FrameNotes:
    cells = {str(name): _cell_note(as_shown[name]) for name in as_shown if as_shown[name].dtype == object}
    levels = [as_shown.index.get_level_values(place) for place in range(as_shown.index.nlevels)]
    return FrameNotes(
        cells=cells,
        levels={
            place: _cell_note(pd.Series(level.array, dtype=level.dtype))
            for place, level in enumerate(levels)
            if level.dtype == object
        },
        labels=_labels(frame.columns),
        freq=getattr(getattr(frame.index, "freq", None), "freqstr", None),
    )


def _cell_note(column: pd.Series) -> CellNote:
    cells = column.tolist()
    missing = {missing_kind(cell) for cell, is_gone in zip(cells, column.isna(), strict=True) if is_gone}
    are_arrays = any(isinstance(cell, np.ndarray) for cell in cells[:100])
    return CellNote(are_arrays=are_arrays, missing=missing.pop() if len(missing) == 1 else None)


def _labels(labels: pd.Index) -> dict[str, Any] | None:
    """Describe labels that the names of columns do not tell by themselves; None where they do, or nothing could."""
    if isinstance(labels, pd.RangeIndex) and labels.name is None:
        return {"range": [labels.start, labels.stop, labels.step]}
    are_simple = type(labels) is pd.Index and all(type(label) in (str, int, type(None)) for label in labels)
    if not are_simple or not isinstance(labels.name, str | None) or _are_names(labels):
        return None
    return {"values": labels.tolist(), "dtype": str(labels.dtype), "name": labels.name}


def _are_names(labels: pd.Index) -> bool:
    return str(labels.dtype) == "str" and labels.is_unique and labels.name is None and not labels.hasnans


def opens_as_it_is(frame: pd.DataFrame) -> bool:
    """Say whether a frame that is stored and opened again has the very same types, as its dtypes alone tell.

    Columns of objects may come back as another kind, a tuple as a list; and a list in a cell can be changed in
    place, for everybody who has the frame.
    """
    levels = [level.dtype for level in _levels(frame.index)]
    return (
        type(frame) is pd.DataFrame
        and type(frame.columns) is pd.Index
        and _are_names(frame.columns)
        and not frame.attrs
        and frame.flags.allows_duplicate_labels
        and bool(frame.shape[1])
        and all(name is None or type(name) is str for name in frame.index.names)
        and getattr(frame.index, "freq", None) is None
        and all(_is_exact(kind) for kind in [*frame.dtypes, *levels])
        and not any(hasattr(kind, "numpy_dtype") for kind in levels)  # a nullable index becomes a plain one
    )


def _levels(index: pd.Index) -> list[pd.Index]:
    return list(index.levels) if isinstance(index, pd.MultiIndex) else [index]


def _is_exact(kind: Any) -> bool:
    if isinstance(kind, pd.CategoricalDtype):
        return _is_exact(kind.categories.dtype) and getattr(kind.categories, "freq", None) is None
    if isinstance(kind, pd.StringDtype):
        return kind.storage == "pyarrow"
    if isinstance(kind, pd.DatetimeTZDtype):
        return isinstance(kind.tz, ZoneInfo)
    if isinstance(kind, np.dtype):
        return kind.kind in "biufMm" and kind.itemsize <= 8 and kind.isnative
    return kind.kind in "biuf" and hasattr(kind, "numpy_dtype") and not isinstance(kind, pd.ArrowDtype)


def open_frame(path: Path) -> pd.DataFrame:
    """Open a stored table as the frame that was stored: writable, and with no copy of plain number columns."""
    table, mapped = open_private(path)
    return from_table(table, mapped)


def from_table(table: pa.Table, mapped: mmap.mmap | None = None) -> pd.DataFrame:
    """Return the frame that a table holds; numbers that lie in a private map become views of it."""
    described = _pandas_metadata(table.schema)
    if not _is_plain(table.schema, described):
        frame: pd.DataFrame = _as_arrow_does(table)
        return frame.copy()
    notes = notes_of(table.schema)
    levels = [field for field in described["index_columns"] if isinstance(field, str)]
    names = [name for name in table.column_names if name not in levels]
    of_numpy = [] if mapped is None else _numpy_columns(table.schema, described)
    columns: dict[str, Any] = {name: note.cells(table[name]) for name, note in notes.cells.items() if name in names}
    for name in of_numpy:
        view = None if mapped is None or name not in names else _view(table[name], mapped)
        if view is not None:
            columns[name] = view
    others = _without_index(table.select([name for name in names if name not in columns]), described)
    columns |= {str(label): _writable(others[label]) for label in others}
    index = _index(table, described, levels, notes)
    frame = pd.DataFrame({name: _placed(columns[name], index) for name in names}, index=index, copy=False)
    return _finished(frame, notes, described)


def _placed(column: Any, index: pd.Index) -> Any:
    """Return a column under its frame's index; its dtype is said, lest text among objects be taken for text."""
    return pd.Series(column.array, index=index, dtype=column.dtype) if isinstance(column, pd.Series) else column


def _as_arrow_does(table: pa.Table) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = table.to_pandas()
    except (KeyError, *ARROW_REFUSALS):  # its notes for pandas tell of columns or types that are not there
        frame = table.replace_schema_metadata(None).to_pandas()
    return frame


def _is_plain(schema: pa.Schema, described: dict[str, Any]) -> bool:
    """Say whether columns may be taken one by one: names of text, each once, and an index that is there."""
    if len(set(schema.names)) < len(schema.names) or not all(_is_known(field.type) for field in schema):
        return False
    names = described.get("column_indexes", [])
    are_text = all(index.get("pandas_type") in ("unicode", "string", "empty") for index in names)
    levels = [field for field in described["index_columns"] if isinstance(field, str)]
    are_there = set(levels) <= set(schema.names) and len(levels) in (0, len(described["index_columns"]))
    return are_text and are_there and all(index.get("name") is None for index in names)


def _is_known(kind: pa.DataType) -> bool:
    return not isinstance(kind, pa.BaseExtensionType) or kind.extension_name.startswith("arrow.")


def _without_index(table: pa.Table, described: dict[str, Any]) -> pd.DataFrame:
    if not described["columns"]:
        frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
        return frame
    alone = {**described, "index_columns": []}
    return _as_arrow_does(table.replace_schema_metadata({b"pandas": json.dumps(alone).encode()}))


def _index(table: pa.Table, described: dict[str, Any], names: list[str], notes: FrameNotes) -> pd.Index:
    if not names:
        return _range_index(table, described)
    index = _as_arrow_does(table.select(names)).index
    if notes.levels:
        levels: list[Any] = [index.get_level_values(place) for place in range(index.nlevels)]
        for place, note in notes.levels.items():
            levels[place] = pd.Index(note.cells(table[names[place]]).array, dtype=object, name=levels[place].name)
        index = pd.MultiIndex.from_arrays(levels) if isinstance(index, pd.MultiIndex) else levels[0]
    if notes.freq is not None:
        index.freq = notes.freq  # type: ignore[attr-defined] # only an index of times or spans has one
    return index


def _finished(frame: pd.DataFrame, notes: FrameNotes, described: dict[str, Any]) -> pd.DataFrame:
    if notes.labels is not None:
        frame.columns = _as_labels(notes.labels)
    elif described["columns"]:
        frame.columns = pd.Index(frame.columns, dtype="str")
    frame.attrs = dict(described.get("attributes") or {})
    return frame


def _as_labels(described: dict[str, Any]) -> pd.Index:
    if "range" in described:
        return pd.RangeIndex(*described["range"])
    labels: pd.Index = pd.Index(described["values"], dtype=described["dtype"], name=described["name"])
    return labels


def _numpy_columns(schema: pa.Schema, described: dict[str, Any]) -> list[str]:
    """Name the columns that are numpy's in pandas: one of nullable or Arrow integers looks the same on disk."""
    viewable = [field for field in schema if str(field.type).startswith(VIEWABLE) and _zone(field.type) is None]
    if not described["columns"]:
        return [field.name for field in viewable]
    kinds = {column["field_name"]: column["numpy_type"] for column in described["columns"]}
    return [field.name for field in viewable if kinds.get(field.name) == np.dtype(field.type.to_pandas_dtype()).name]


def _zone(kind: pa.DataType) -> str | None:
    return kind.tz if pa.types.is_timestamp(kind) else None


def _writable(column: pd.Series) -> pd.Series:
    """Return a column that can be written to: the numbers of categories still lie in the file, read-only."""
    return column.copy() if isinstance(column.dtype, pd.CategoricalDtype) else column


def _pandas_metadata(schema: pa.Schema) -> dict[str, Any]:
    """Return what a table says of the frame it was; of columns and index at least that there is nothing to say."""
    nothing: dict[str, Any] = {"index_columns": [], "columns": []}
    try:
        found = json.loads((schema.metadata or {}).get(b"pandas") or b"{}")
    except ValueError:
        return nothing
    return nothing | found if isinstance(found, dict) else nothing


def _range_index(table: pa.Table, described: dict[str, Any]) -> pd.RangeIndex:
    for index in described["index_columns"]:
        found = pd.RangeIndex(index["start"], index["stop"], index["step"], name=index["name"])
        if len(found) == table.num_rows:
            return found
    return pd.RangeIndex(table.num_rows)


def _view(column: pa.ChunkedArray, mapped: mmap.mmap) -> np.ndarray[Any, Any] | None:
    """Return a writable view of a column's numbers in the private map; None where it must be converted."""
    if column.num_chunks != 1 or column.null_count or str(column.type) == "halffloat":
        return None
    chunk = column.chunk(0)
    if not len(chunk):
        return None
    dtype = np.dtype(column.type.to_pandas_dtype())
    start = np.frombuffer(mapped, dtype=np.uint8).ctypes.data
    offset = chunk.buffers()[1].address - start + chunk.offset * dtype.itemsize
    if offset < 0 or offset + len(chunk) * dtype.itemsize > len(mapped):
        return None  # the buffer was compressed or moved and is not in the map
    return np.frombuffer(mapped, dtype=dtype, count=len(chunk), offset=offset)
