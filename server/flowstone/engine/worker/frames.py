"""pandas frames from and to Arrow, writable and without copying where that can be."""

from __future__ import annotations

import json
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from flowstone.engine.worker.tables import open_private
from flowstone.errors.engine import OutputUnfit

VIEWABLE = ("int", "uint", "float", "double")


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Turn a frame into a table that remembers its index and dtypes.

    Raises: OutputUnfit, naming the column that cannot be stored and what is in it.
    """
    duplicates = [str(name) for name in frame.columns[frame.columns.duplicated()]]
    if duplicates:
        raise OutputUnfit(
            f"The column name {duplicates[0]!r} stands more than once",
            hint="Rename one: `frame.columns = [...]`.",
        )
    try:
        return pa.Table.from_pandas(frame)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as wrong:
        raise _unfit_column(frame, wrong) from wrong


def _unfit_column(frame: pd.DataFrame, wrong: Exception) -> OutputUnfit:
    for name in frame.columns:
        try:
            pa.Array.from_pandas(frame[name])
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            kinds = sorted({type(value).__name__ for value in frame[name].dropna().head(10_000)})
            return OutputUnfit(
                f"Column {name!r} cannot be stored: it holds {' and '.join(kinds) or 'no values'}",
                hint=f"Give it one type, for example `frame[{name!r}].astype(str)`.",
            )
    return OutputUnfit(f"The frame cannot be stored: {wrong}", hint="Look at its index and column names.")


def opens_as_it_is(frame: pd.DataFrame) -> bool:
    """Say whether a frame that is stored and opened again has the very same types.

    Columns of objects may come back as another kind, a tuple as a list; and a list in a cell can be changed in
    place, for everybody who has the frame.
    """
    kinds = [*frame.dtypes, *(level.dtype for level in _levels(frame.index))]
    return type(frame) is pd.DataFrame and not frame.attrs and all(_is_exact(kind) for kind in kinds)


def _levels(index: pd.Index) -> list[pd.Index]:
    return list(index.levels) if isinstance(index, pd.MultiIndex) else [index]


def _is_exact(kind: Any) -> bool:
    if isinstance(kind, pd.CategoricalDtype):
        return _is_exact(kind.categories.dtype)
    if isinstance(kind, pd.StringDtype):
        return kind.storage == "pyarrow"
    return isinstance(kind, pd.DatetimeTZDtype) or getattr(kind, "kind", "O") in "biufMm"


def open_frame(path: Path) -> pd.DataFrame:
    """Open a stored table as the frame that was stored: writable, and with no copy of plain number columns."""
    table, mapped = open_private(path)
    if not _is_plain(table.schema):
        frame: pd.DataFrame = table.to_pandas()
        return frame.copy()
    of_numpy = _numpy_columns(table.schema)
    views = {name: view for name in of_numpy if (view := _view(table[name], mapped)) is not None}
    others = table.select([name for name in table.column_names if name not in views]).to_pandas()
    columns = {name: views[name] if name in views else _writable(others[name]) for name in table.column_names}
    return pd.DataFrame(columns, index=_range_index(table), copy=False)


def _is_plain(schema: pa.Schema) -> bool:
    """Say whether columns may be taken one by one: text names, each once, and a range for an index."""
    if len(set(schema.names)) < len(schema.names):
        return False
    described = _pandas_metadata(schema)
    if described is None:
        return True
    indexes = described.get("index_columns", [])
    is_range = all(isinstance(index, dict) and index.get("kind") == "range" for index in indexes) and len(indexes) < 2
    names = described.get("column_indexes", [])
    are_text = all(index.get("pandas_type") in ("unicode", "string", "empty") for index in names)
    return is_range and are_text and all(index.get("name") is None for index in [*names, *indexes])


def _numpy_columns(schema: pa.Schema) -> list[str]:
    """Name the columns that are numpy's in pandas: one of nullable or Arrow integers looks the same on disk."""
    described = _pandas_metadata(schema)
    if described is None:
        return list(schema.names)
    kinds = {column["field_name"]: column["numpy_type"] for column in described["columns"]}
    viewable = [field for field in schema if str(field.type).startswith(VIEWABLE)]
    return [field.name for field in viewable if kinds.get(field.name) == np.dtype(field.type.to_pandas_dtype()).name]


def _writable(column: pd.Series) -> pd.Series:
    """Return a column that can be written to: the numbers of categories still lie in the file, read-only."""
    return column.copy() if isinstance(column.dtype, pd.CategoricalDtype) else column


def _pandas_metadata(schema: pa.Schema) -> dict[str, Any] | None:
    text = (schema.metadata or {}).get(b"pandas")
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    return found


def _range_index(table: pa.Table) -> pd.RangeIndex:
    described = _pandas_metadata(table.schema) or {}
    for index in described.get("index_columns", []):
        return pd.RangeIndex(index["start"], index["stop"], index["step"])
    return pd.RangeIndex(table.num_rows)


def _view(column: pa.ChunkedArray, mapped: mmap.mmap) -> np.ndarray[Any, Any] | None:
    """Return a writable view of a column's numbers in the private map; None where it must be converted."""
    if column.num_chunks != 1 or column.null_count or not str(column.type).startswith(VIEWABLE):
        return None
    chunk = column.chunk(0)
    if str(column.type) == "halffloat" or not len(chunk):
        return None
    dtype = np.dtype(column.type.to_pandas_dtype())
    start = np.frombuffer(mapped, dtype=np.uint8).ctypes.data
    offset = chunk.buffers()[1].address - start + chunk.offset * dtype.itemsize
    if offset < 0 or offset + len(chunk) * dtype.itemsize > len(mapped):
        return None  # the buffer was compressed or moved and is not in the map
    return np.frombuffer(mapped, dtype=dtype, count=len(chunk), offset=offset)
