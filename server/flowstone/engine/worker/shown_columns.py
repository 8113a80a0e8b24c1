"""Columns in types that others can read: what Arrow knows and browsers or DuckDB do not."""

from __future__ import annotations

import pyarrow as pa

MAX_CELL_CHARACTERS = 4_096
LARGE_WINDOW_BYTES = 4 << 20
"""A window that is larger than this gets its long cells cut."""


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take extensions, dictionaries and run ends off a column."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return plain(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type))
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_run_end_encoded(kind):
        import pyarrow.compute as pc

        return pc.run_end_decode(column)
    return column


def for_browser(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cast what JavaScript's Arrow cannot read, and cut long cells of a large window."""
    column = whole_for_browser(column)
    return cut(column) if is_long(column, LARGE_WINDOW_BYTES) else column


def whole_for_browser(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cast what JavaScript's Arrow cannot read."""
    column = plain(column)
    kind = column.type
    if pa.types.is_decimal(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return as_text(column)
    return column if small_and_plain(kind) == kind else column.cast(small_and_plain(kind))


def is_long(column: pa.ChunkedArray, most_bytes: int) -> bool:
    """Say whether a column is larger than a bound, and has cells that can be cut."""
    can_be_cut = pa.types.is_string(column.type) or pa.types.is_binary(column.type)
    return bool(can_be_cut and column.nbytes > most_bytes)


def cut(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cut a column's long cells."""
    import pyarrow.compute as pc

    if pa.types.is_string(column.type):
        return pc.utf8_slice_codeunits(column, 0, MAX_CELL_CHARACTERS)
    return pc.binary_slice(column, 0, MAX_CELL_CHARACTERS)


def small_and_plain(kind: pa.DataType) -> pa.DataType:
    """Return a type with the large and view forms in it made small and plain, however deep they lie."""
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(small_and_plain(kind.value_type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(small_and_plain(field.type)) for field in kind])
    return kind


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text, in Python's words where Arrow has none."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.chunked_array([[None if cell is None else str(cell) for cell in column.to_pylist()]], pa.string())
