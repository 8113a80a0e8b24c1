"""The forms that a table can be taken away in, each a writer of batches to a file that is only appended to."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flowstone.engine.worker.shown_columns import as_text, plain
from flowstone.model.columns import unique_keys
from flowstone.model.export import Export

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula. Source: OWASP, "CSV Injection"."""
EXCEL_CELL = 32_767
"""How many characters a cell of Excel holds. Source: Microsoft, "Excel specifications and limits"."""
EXCEL_EXACT = 1 << 53


class ParquetForm:
    """Parquet, with Arrow's types where it has them and text where it has not."""

    def __init__(self, sink: Any, schema: pa.Schema, export: Export) -> None:
        import pyarrow.parquet as pq

        _ = export
        named = zip(unique_keys(schema.names), schema, strict=True)  # readers find columns by their names
        fields = [_parquet_field(field).with_name(name) for name, field in named]
        self._schema = pa.schema(fields, schema.metadata)
        self._writer = pq.ParquetWriter(pa.PythonFile(sink, mode="w"), self._schema, compression="zstd")

    def write(self, batch: pa.Table) -> None:
        """Write some rows as a row group."""
        columns = [_as(column, field.type) for column, field in zip(batch.columns, self._schema, strict=True)]
        self._writer.write_table(pa.table(columns, schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def _parquet_field(field: pa.Field) -> pa.Field:
    import pyarrow.parquet as pq

    kind = field.type
    if pa.types.is_run_end_encoded(kind):
        return field.with_type(kind.value_type)
    try:
        with pq.ParquetWriter(pa.BufferOutputStream(), pa.schema([pa.field("a", kind)])) as writer:
            writer.write_table(pa.table({"a": pa.array([], kind)}))
    except (pa.ArrowException, NotImplementedError):
        return field.with_type(pa.string())
    return field


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    return _json_text(column) if pa.types.is_string(kind) else plain(column).cast(kind)


class ArrowForm:
    """An Arrow IPC file."""

    def __init__(self, sink: Any, schema: pa.Schema, export: Export) -> None:
        _ = export
        self._schema = schema
        self._writer = pa.ipc.new_file(pa.PythonFile(sink, mode="w"), schema)

    def write(self, batch: pa.Table) -> None:
        """Write some rows as they are."""
        columns = [_cast(column, field.type) for column, field in zip(batch.columns, self._schema, strict=True)]
        self._writer.write_table(pa.table(columns, schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    return pc.run_end_encode(column) if pa.types.is_run_end_encoded(kind) else column.cast(kind)


class CsvForm:
    """CSV as RFC 4180 has it, in UTF-8: nothing between commas is null, nothing between quotes an empty text."""

    def __init__(self, sink: Any, schema: pa.Schema, export: Export) -> None:
        from pyarrow import csv

        self._guards = export.guards_formulas
        names = [_guarded_name(name) if self._guards else name for name in schema.names]
        self._schema = pa.schema(
            [pa.field(name, _csv_type(field.type)) for name, field in zip(names, schema, strict=True)]
        )
        self._writer = csv.CSVWriter(pa.PythonFile(sink, mode="w"), self._schema)

    def write(self, batch: pa.Table) -> None:
        """Write some rows."""
        columns = [self._column(column, field.type) for column, field in zip(batch.columns, self._schema, strict=True)]
        self._writer.write_table(pa.table(columns, schema=self._schema))

    def _column(self, column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
        found = _as(plain(column), kind)
        return _guarded(found) if self._guards and pa.types.is_string(kind) else found

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


def _csv_type(kind: pa.DataType) -> pa.DataType:
    bare = kind
    while isinstance(bare, pa.BaseExtensionType) or pa.types.is_dictionary(bare) or pa.types.is_run_end_encoded(bare):
        bare = bare.storage_type if isinstance(bare, pa.BaseExtensionType) else bare.value_type
    is_plain = pa.types.is_integer(bare) or pa.types.is_float32(bare) or pa.types.is_float64(bare)
    return bare if is_plain or pa.types.is_boolean(bare) or pa.types.is_date32(bare) else pa.string()


def _guarded_name(name: str) -> str:
    return f"'{name}" if name.startswith(FORMULA_SIGNS) else name


def _guarded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    first = pc.utf8_slice_codeunits(column, 0, 1)
    is_formula = pc.fill_null(pc.is_in(first, pa.array(FORMULA_SIGNS)), fill_value=False)
    if not pc.any(is_formula).as_py():
        return column
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)


class NdjsonForm:
    """A JSON object a line; of columns with the same name each has its own. NaN and infinity are null."""

    def __init__(self, sink: Any, schema: pa.Schema, export: Export) -> None:
        import msgspec

        _ = export
        self._sink = sink
        self._keys = unique_keys(schema.names)
        self._encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="number")

    def write(self, batch: pa.Table) -> None:
        """Write some rows."""
        columns = [_values(column) for column in batch.columns]
        for values in zip(*columns, strict=True):
            self._sink.write(self._encoder.encode(dict(zip(self._keys, values, strict=True))) + b"\n")

    def close(self) -> None:
        """Nothing stands at the end."""


class ExcelForm:
    """One sheet of Excel, written row by row; what Excel cannot hold exactly is text."""

    def __init__(self, sink: Any, schema: pa.Schema, export: Export) -> None:
        import xlsxwriter

        _ = export
        self._folder = tempfile.TemporaryDirectory(prefix="flowstone-")
        self._book = xlsxwriter.Workbook(
            sink,
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._sheet = self._book.add_worksheet("Data")
        self._sheet.freeze_panes(1, 0)
        self._formats = {
            kind: self._book.add_format({"num_format": written})
            for kind, written in (
                (datetime, "yyyy-mm-dd hh:mm:ss"),
                (date, "yyyy-mm-dd"),
                (time, "hh:mm:ss"),
                (timedelta, "[h]:mm:ss"),
            )
        }
        head = self._book.add_format({"bold": True})
        for place, name in enumerate(schema.names):
            self._sheet.write_string(0, place, name[:EXCEL_CELL], head)
        self._row = 1

    def write(self, batch: pa.Table) -> None:
        """Write some rows."""
        columns = [_values(column, of_python=True) for column in batch.columns]
        for values in zip(*columns, strict=True):
            for place, value in enumerate(values):
                self._cell(place, value)
            self._row += 1

    def _cell(self, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, place, value)
        elif _is_number(value):
            self._sheet.write_number(self._row, place, value)
        elif type(value) in self._formats and _is_in_excels_time(value):
            self._sheet.write_datetime(self._row, place, value, self._formats[type(value)])
        else:
            self._sheet.write_string(self._row, place, str(value)[:EXCEL_CELL])

    def close(self) -> None:
        """Put the sheet and its book together."""
        self._book.close()
        self._folder.cleanup()


def _is_number(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) <= EXCEL_EXACT
    return isinstance(value, float) and value - value == 0


def _is_in_excels_time(value: Any) -> bool:
    return not isinstance(value, date) or value.year >= 1900


def _values(column: pa.ChunkedArray, *, of_python: bool = False) -> Iterator[Any]:
    """Give a column's values as JSON has them, or with `of_python` dates and times as Python's own."""
    column = plain(column)
    kind = column.type
    if pa.types.is_timestamp(kind) and of_python and kind.tz is None:
        return iter(column.cast(pa.timestamp("us"), safe=False).to_pylist())
    if pa.types.is_timestamp(kind) or (pa.types.is_time(kind) and not of_python):
        return iter(as_text(column).to_pylist())
    if of_python and (pa.types.is_duration(kind) or pa.types.is_time(kind)):
        wanted = pa.duration("us") if pa.types.is_duration(kind) else pa.time64("us")
        return iter(column.cast(wanted, safe=False).to_pylist())
    turn: Callable[[Any], Any] = _flat if of_python else _json
    is_plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    values = column.to_pylist()
    return iter(values) if is_plain or pa.types.is_string(kind) else map(turn, values)


def _flat(value: Any) -> Any:
    """Return a value that fits into one cell."""
    if isinstance(value, Decimal):
        return float(value) if Decimal(float(value)) == value else str(value)
    if isinstance(value, bytes | dict | list | tuple):
        return _text(value)
    return value


def _json(value: Any) -> Any:
    """Return a value that JSON can say."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    if isinstance(value, str | int | float | None):
        return value
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _json_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text: nested values as JSON, bytes in base64, the rest as Arrow writes it."""
    kind = column.type
    is_nested = pa.types.is_nested(kind)
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    if not is_nested and not is_bytes and not pa.types.is_binary_view(kind):
        return as_text(column)
    return pa.chunked_array([[None if cell is None else _text(cell) for cell in column.to_pylist()]], pa.string())


def _text(value: Any) -> str:
    found = _json(value)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
