"""How two outputs of one block differ: by which columns, in how many rows, or only in the order of their rows."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pyarrow as pa

from flowstone.engine.worker.tables import open_table
from flowstone.model.difference import ColumnDifference, Difference, How
from flowstone.model.output import OutputKind
from flowstone.store.artifacts import Artifact

MAX_SHOWN = 80


def difference(first: Artifact, second: Artifact) -> Difference | None:
    """Return how two stored outputs differ; None where they say the same, however they lie on the disk.

    Raises: OSError, when one cannot be read.
    """
    name, kind = first.output.name, first.output.kind
    if kind is not second.output.kind:
        return Difference(name, How.KIND, message=f"once {kind}, once {second.output.kind}")
    if kind is OutputKind.TABLE:
        return _of_tables(name, open_table(first.path), open_table(second.path))
    if kind is OutputKind.JSON:
        return _of_values(name, json.loads(first.path.read_bytes()), json.loads(second.path.read_bytes()))
    return Difference(name, How.VALUES, message=f"the {kind} is another each time")


def _of_tables(name: str, first: pa.Table, second: pa.Table) -> Difference | None:
    ours, theirs = ([(field.name, str(field.type)) for field in table.schema] for table in (first, second))
    if ours != theirs:
        names = dict.fromkeys(column for column, _ in (*ours, *theirs))
        columns = tuple(ColumnDifference(column) for column in names if _is_odd(column, ours, theirs))
        return Difference(name, How.COLUMNS, columns, "its columns, their types or their order are others each time")
    if first.num_rows != second.num_rows:
        return Difference(name, How.ROWS, message=f"once {first.num_rows:,} rows, once {second.num_rows:,}")
    counts = _rows_that_differ(first, second)
    differing = [index for index, count in enumerate(counts) if count]
    if not differing:
        return None
    if _are_same_rows(first, second):
        columns = tuple(ColumnDifference(first.field(index).name, counts[index]) for index in differing)
        return Difference(name, How.ORDER, columns, "the same rows, in another order each time")
    columns = tuple(_column(first, second, index, counts[index]) for index in differing)
    return Difference(name, How.VALUES, columns, "values are others each time")


def _is_odd(column: str, ours: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> bool:
    return [kind for name, kind in ours if name == column] != [kind for name, kind in theirs if name == column]


def _rows_that_differ(first: pa.Table, second: pa.Table) -> list[int]:
    if not first.num_columns or not first.num_rows:
        return [0] * first.num_columns
    try:
        counts = ", ".join(f"count(*) FILTER (l.c{n} IS DISTINCT FROM r.c{n})" for n in range(first.num_columns))
        row = _asked(first, second, f"SELECT {counts} FROM l POSITIONAL JOIN r")  # noqa: S608 - of numbers alone
    except (duckdb.Error, pa.ArrowException):  # a type that DuckDB does not know
        return [_unlike(first.column(n), second.column(n)) for n in range(first.num_columns)]
    return [int(count) for count in row]


def _unlike(first: pa.ChunkedArray, second: pa.ChunkedArray) -> int:
    pairs = zip(first.to_pylist(), second.to_pylist(), strict=True)
    return sum(repr(one) != repr(other) for one, other in pairs)


def _are_same_rows(first: pa.Table, second: pa.Table) -> bool:
    try:
        return not _asked(first, second, "SELECT count(*) FROM (SELECT * FROM l EXCEPT ALL SELECT * FROM r)")[0]
    except (duckdb.Error, pa.ArrowException):
        ours, theirs = (sorted(map(repr, table.to_pylist())) for table in (first, second))
        return ours == theirs


def _column(first: pa.Table, second: pa.Table, index: int, count: int) -> ColumnDifference:
    ours, theirs = first.column(index), second.column(index)
    for row, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        shown, other_shown = _shown(one), _shown(other)
        if shown != other_shown:
            return ColumnDifference(first.field(index).name, count, row, shown, other_shown)
    return ColumnDifference(first.field(index).name, count)


def _shown(cell: pa.Scalar) -> str:
    text = repr(cell.as_py())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _asked(first: pa.Table, second: pa.Table, query: str) -> tuple[Any, ...]:
    names = [f"c{index}" for index in range(first.num_columns)]
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as database:
        database.register("l", first.rename_columns(names))
        database.register("r", second.rename_columns(names))
        row: tuple[Any, ...] = database.execute(query).fetchone() or ()
        return row


def _of_values(name: str, first: Any, second: Any) -> Difference | None:
    path = _first_difference(first, second, "")
    return None if path is None else Difference(name, How.VALUES, message=f"the value differs at {path or 'its root'}")


def _first_difference(first: Any, second: Any, path: str) -> str | None:
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        steps: Any = ((first[key], second[key], f"{path}/{key}") for key in first)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        steps = ((one, second[index], f"{path}/{index}") for index, one in enumerate(first))
    else:
        return None if repr(first) == repr(second) else path
    return next((found for one, other, at in steps if (found := _first_difference(one, other, at)) is not None), None)
