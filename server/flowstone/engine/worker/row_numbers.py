"""A view of a stored table as a file of row numbers, in its order: made once, and then read from any place in it.

The file is nothing but the numbers, of 4 bytes each (8 above four billion rows), so that it can be mapped.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flowstone.disk.publish import NO_ROOM
from flowstone.engine.worker.stored_rows import ROW, TABLE, Rows, row_type
from flowstone.engine.worker.view_sql import order, where
from flowstone.errors.engine import QueryRefused
from flowstone.errors.store import DiskFull
from flowstone.model.view import View

Numbers: TypeAlias = npt.NDArray[Any]

READ_AT_ONCE = 1 << 20


def arrange(rows: Rows, view: View, target: Path, *, scratch: Path | None = None) -> int:
    """Write the numbers of a view's rows to a file, whole or not at all, and return how many there are.

    Raises: QueryRefused, when the view cannot be had; DiskFull.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as file:
            for numbers in _numbers(rows, view, scratch):
                file.write(np.ascontiguousarray(numbers).data)
        size = draft.stat().st_size
        draft.replace(target)
    except OSError as wrong:
        if wrong.errno in NO_ROOM:
            raise DiskFull("the order of a table's rows") from wrong
        raise
    finally:
        draft.unlink(missing_ok=True)
    return size // numbers_type(rows).itemsize


def arranged(rows: Rows, view: View) -> Numbers:
    """Return the numbers of a view's rows, in memory. Raises: QueryRefused."""
    found = list(_numbers(rows, view, None))
    return np.concatenate(found) if found else np.array([], numbers_type(rows))


def numbers_type(rows: Rows) -> np.dtype[Any]:
    """Return how a table's row numbers are kept."""
    return np.dtype("u8" if pa.types.is_uint64(row_type(rows.count)) else "u4")


def open_numbers(path: Path, rows: Rows) -> Numbers:
    """Open a file of row numbers by a memory map. Raises: FileNotFoundError."""
    kind = numbers_type(rows)
    if path.stat().st_size == 0:  # which cannot be mapped
        return np.array([], kind)
    return np.memmap(path, dtype=kind, mode="r")


def _numbers(rows: Rows, view: View, scratch: Path | None) -> list[Numbers]:
    import duckdb

    clause, by = where(view.filter, rows), order(view.sort, rows)
    ordered = f" ORDER BY {by.sql}" if view.sort else ""
    statement = f"SELECT {ROW} FROM {TABLE} WHERE {clause.sql}{ordered}"  # noqa: S608 - made of our own names
    with rows.asked(clause.columns | by.columns, scratch=scratch) as connection:
        try:
            found = connection.sql(statement, params=list(clause.values)).to_arrow_reader(READ_AT_ONCE)
            pieces = [_as_numpy(batch, rows) for batch in found]
        except duckdb.Error as wrong:
            raise refused(wrong) from wrong
    return pieces if view.sort else _in_order(pieces)


def _as_numpy(batch: pa.RecordBatch, rows: Rows) -> Numbers:
    numbers: Numbers = batch.column(0).to_numpy(zero_copy_only=False)
    return numbers.astype(numbers_type(rows), copy=False)


def _in_order(pieces: list[Numbers]) -> list[Numbers]:
    """Put what came from several threads in the order of the rows, if it is not in it."""
    ends = [(piece[0], piece[-1]) for piece in pieces if len(piece)]
    is_ordered = all(last < first for (_, last), (first, _) in pairwise(ends))
    if is_ordered and all((piece[1:] > piece[:-1]).all() for piece in pieces):
        return pieces
    return [np.sort(np.concatenate(pieces))]


def refused(wrong: Exception) -> QueryRefused:
    """Say in a sentence why the database would not answer."""
    first = str(wrong).partition("\n")[0]
    kind, _, message = first.partition(": ")
    if "Out of Memory" in kind or "Out of Memory" in first:
        return QueryRefused("This takes more memory than there is", hint="Ask for fewer columns, or filter first.")
    return QueryRefused(f"The table cannot be asked this: {message or first}"[:500])
