"""Tables written in other forms, piece by piece: never more than a few batches of one are in memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from flowstone.engine.worker.export_forms import (
    ArrowForm,
    CsvForm,
    ExcelForm,
    NdjsonForm,
    ParquetForm,
)
from flowstone.engine.worker.row_numbers import Numbers
from flowstone.engine.worker.stored_rows import Rows
from flowstone.engine.worker.windows import taken
from flowstone.model.export import Export, ExportFormat, ExportSize

BATCH_ROWS = 65_536
BATCH_BYTES = 32 << 20
"""A batch of long texts has fewer rows."""
PIECE_BYTES = 256 << 10
SAMPLE_ROWS = 2_000
SAMPLE_PIECES = 8


class Form(Protocol):
    """Writes batches to a file that is only ever appended to."""

    def write(self, batch: pa.Table) -> None:
        """Write some rows."""
        ...

    def close(self) -> None:
        """Write what stands at the end."""
        ...


FORMS: dict[ExportFormat, Callable[[Any, pa.Schema, Export], Form]] = {
    ExportFormat.PARQUET: ParquetForm,
    ExportFormat.ARROW: ArrowForm,
    ExportFormat.CSV: CsvForm,
    ExportFormat.NDJSON: NdjsonForm,
    ExportFormat.EXCEL: ExcelForm,
}


class Pieces(io.RawIOBase):
    """A file that gives away what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()
        self._given = 0

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, content: Any) -> int:
        """Take what is written."""
        view = memoryview(content).cast("B")
        self._written += view
        return len(view)

    def tell(self) -> int:
        """Return how much was written in all."""
        return self._given + len(self._written)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken_now, self._written = bytes(self._written), bytearray()
        self._given += len(taken_now)
        return taken_now


@dataclass(frozen=True, slots=True)
class Exporting:
    """A view of a table that is to be written. `order` is the view's row numbers, None as they are stored."""

    rows: Rows
    order: Numbers | None
    export: Export

    @property
    def count(self) -> int:
        """How many rows there are to write."""
        return self.rows.count if self.order is None else len(self.order)

    @property
    def places(self) -> list[int]:
        """Which columns, in the order asked for."""
        keys = self.export.columns
        return [self.rows.place(key) for key in keys] if keys else list(range(len(self.rows.columns)))

    def pieces(self) -> Iterator[bytes]:
        """Give the file piece by piece. Raises: QueryRefused, when a column is not there; OSError."""
        yield from _written(self._schema(), self._batches(), self.export)

    def size(self) -> ExportSize:
        """Estimate how large the file will be, from some rows of it. Raises: QueryRefused."""
        count = self.count
        length = min(count, SAMPLE_ROWS // SAMPLE_PIECES)
        starts = sorted({(count - length) * piece // (SAMPLE_PIECES - 1) for piece in range(SAMPLE_PIECES)})
        sample = [self._slice(start, length) for start in starts] if length else []
        sampled = sum(batch.num_rows for batch in sample)
        schema = self._schema()
        empty = sum(map(len, _written(schema, iter(()), self.export)))
        full = sum(map(len, _written(schema, iter(sample), self.export))) if sample else empty
        per_row = (full - empty) / sampled if sampled else 0
        return ExportSize(count, len(self.places), round(empty + per_row * count))

    def _schema(self) -> pa.Schema:
        fields = [self.rows.table.schema.field(place) for place in self.places]
        notes = (self.rows.table.schema.metadata or {}).get(b"pandas")
        is_whole = not self.export.columns and notes is not None
        return pa.schema(fields, {b"pandas": notes} if is_whole else None)

    def _batches(self) -> Iterator[pa.Table]:
        step = self._batch_rows()
        for start in range(0, self.count, step):
            yield self._slice(start, min(step, self.count - start))

    def _batch_rows(self) -> int:
        per_row = max(1, self.rows.table.nbytes // max(1, self.rows.count))
        return int(max(256, min(BATCH_ROWS, BATCH_BYTES // per_row)))

    def _slice(self, start: int, length: int) -> pa.Table:
        places = self.places
        if self.order is None:
            columns = [self.rows.table.column(place).slice(start, length) for place in places]
        else:
            columns = taken(self.rows, places, np.asarray(self.order[start : start + length]))
        names = [self.rows.table.field(place).name for place in places]
        return pa.table(columns, names=names) if columns else pa.table({})


def _written(schema: pa.Schema, batches: Iterator[pa.Table], export: Export) -> Iterator[bytes]:
    sink = Pieces()
    form = FORMS[export.format](sink, schema, export)
    waiting = bytearray()
    for batch in batches:
        form.write(batch)
        waiting += sink.take()
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    form.close()
    waiting += sink.take()
    for start in range(0, len(waiting), PIECE_BYTES * 16):
        yield bytes(waiting[start : start + PIECE_BYTES * 16])
