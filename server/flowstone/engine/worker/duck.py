"""Arrow tables in DuckDB: what it cannot read made readable, and its memory bounded."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from flowstone.disk.living import is_running
from flowstone.engine.worker.shown_columns import as_text, plain

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1GiB"
"""Beyond this a question goes by way of the disk. Pages of the stored files themselves are not counted."""
SPILL = "flowstone-spill-"


def open_duck() -> duckdb.DuckDBPyConnection:
    """Open an empty database in memory, which spills to a folder of this process' own."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(spill_folder()),
        "TimeZone": "UTC",
    }
    return duckdb.connect(config={**config, "threads": 2})


def spill_folder() -> Path:
    """Return where this process' questions go that do not fit in memory; what ended ones have left there is removed."""
    folder = Path(tempfile.gettempdir())
    _clear_abandoned(folder)
    return folder / f"{SPILL}{os.getpid()}"


def _clear_abandoned(folder: Path) -> None:
    """Remove what processes that were ended have left behind."""
    for left in folder.glob(f"{SPILL}*"):
        with suppress(ValueError, OSError):
            if not is_running(int(left.name.removeprefix(SPILL))):
                shutil.rmtree(left, ignore_errors=True)


def ducked(table: pa.Table) -> pa.Table:
    """Return a table with columns c0, c1, … that DuckDB can read; most are as they lie on the disk."""
    columns = [readable(column) for column in table.columns]
    return pa.table(columns, names=[f"c{place}" for place in range(len(columns))])


def readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in a type that DuckDB knows, with what it says."""
    kind = column.type
    if _is_category(kind):
        return column
    column = plain(column)
    kind = column.type
    if pa.types.is_float16(kind):
        return column.cast(pa.float32())
    if pa.types.is_null(kind):
        return column.cast(pa.int32())
    if _is_strange(kind):
        return as_text(column)
    return column


def _is_category(kind: pa.DataType) -> bool:
    """Say whether a type is categories of text, which DuckDB reads as they lie."""
    is_dictionary = pa.types.is_dictionary(kind) and not isinstance(kind, pa.BaseExtensionType)
    return is_dictionary and bool(pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type))


def _is_strange(kind: pa.DataType) -> bool:
    """Say whether a type is one that DuckDB does not read, or does not compare."""
    if pa.types.is_decimal256(kind) or pa.types.is_map(kind) or pa.types.is_union(kind):
        return True
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind) or isinstance(kind, pa.BaseExtensionType):
        return True
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind) or pa.types.is_float16(kind):
        return True
    return pa.types.is_nested(kind) and any(_is_strange(kind.field(place).type) for place in range(kind.num_fields))
