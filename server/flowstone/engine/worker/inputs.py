"""Upstream outputs in the form that a block's annotation asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from flowstone.engine.worker.forms import Form, form_of
from flowstone.engine.worker.frame_notes import notes_of
from flowstone.engine.worker.frames import from_table, open_frame
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.pickles import Pickles
from flowstone.engine.worker.tables import open_table
from flowstone.errors.engine import InputUnfit
from flowstone.model.output import Exact, OutputKind
from flowstone.store.artifacts import Artifact

CHUNK_ROWS = 100_000
"""How many rows a block gets at a time when it asks for an `Iterator[pd.DataFrame]`."""
CHUNK_BYTES = 64 << 20
"""How much a chunk may hold: fewer rows where rows are large."""
MAX_SERIES_COLUMNS = 8
"""How many columns a stored series may show as: its own, and those of its index."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is needed to open outputs: frames that are in memory, and pickles."""

    memory: Memory
    pickles: Pickles

    def open(self, artifact: Artifact, annotation: Any) -> Any:
        """Return a stored output as its reader wants it; pandas where the annotation says nothing.

        Raises: InputUnfit, when a value that is no table is asked for as one, or the form is unknown; SealBroken.
        """
        form = form_of(annotation)
        if artifact.output.kind is not OutputKind.TABLE:
            return self._value(artifact, form)
        if artifact.output.exact is not None:
            return self._exact(artifact, artifact.output.exact, form)
        if form is Form.OTHER:
            raise _unfit(annotation)
        return self._table(artifact, form)

    def _table(self, artifact: Artifact, form: Form) -> Any:
        if form is Form.SERIES or (form is Form.AS_IT_IS and self._was_series(artifact)):
            return _series(artifact)
        if form in (Form.PANDAS, Form.AS_IT_IS):
            return self.memory.frame(artifact)
        return FORMS[form](artifact.path)

    def _was_series(self, artifact: Artifact) -> bool:
        # Frames that are in memory, and tables of many columns, need not be opened to be told from one.
        if len(artifact.output.columns) > MAX_SERIES_COLUMNS or artifact.output.hash in self.memory:
            return False
        return notes_of(open_table(artifact.path).schema).is_series

    def _exact(self, artifact: Artifact, exact: Exact, form: Form) -> Any:
        """Return what a table stands for as it was, unless a form is asked for that only the table has."""
        if exact.type.startswith("polars."):
            return self._exact_polars(artifact, exact, form)
        if form in (Form.AS_IT_IS, Form.OTHER):
            return self.pickles.open(exact)
        if form not in (Form.PANDAS, Form.PANDAS_CHUNKS, Form.SERIES):
            return FORMS[form](artifact.path)
        found = self.pickles.open(exact)
        if form is Form.SERIES:
            return found if isinstance(found, pd.Series) else self._table(artifact, form)
        if not isinstance(found, pd.DataFrame):
            return self._table(artifact, form)
        return found if form is Form.PANDAS else _slices(found)

    def _exact_polars(self, artifact: Artifact, exact: Exact, form: Form) -> Any:
        if form not in (Form.POLARS, Form.LAZY):
            return self._table(artifact, form)
        found = self.pickles.open(exact)
        return found if form is Form.POLARS else found.lazy()

    def _value(self, artifact: Artifact, form: Form) -> Any:
        if form not in (Form.AS_IT_IS, Form.OTHER):
            raise InputUnfit(
                f"The upstream gave a {_named(artifact)}, and the block asks for a {form.value}",
                hint="Return a frame from the upstream, or change this parameter's annotation.",
            )
        if artifact.output.exact is not None:
            return self.pickles.open(artifact.output.exact)
        value = json.loads(artifact.path.read_bytes())
        return value["content"] if artifact.output.kind is OutputKind.RICH else value


def _series(artifact: Artifact) -> pd.Series:
    """Return a table of one column as that column. Raises: InputUnfit, for a table with more."""
    frame = open_frame(artifact.path)
    if frame.shape[1] != 1:
        raise InputUnfit(
            f"The upstream gave a table of {frame.shape[1]} columns, and the block asks for a pd.Series",
            hint="Ask for a pd.DataFrame, and take the column that is meant.",
        )
    notes = notes_of(open_table(artifact.path).schema)
    series = frame.iloc[:, 0]
    series.name = None if notes.is_series and not notes.is_named else series.name
    return series


def _named(artifact: Artifact) -> str:
    exact = artifact.output.exact
    return "JSON value" if exact is None else exact.type


def _unfit(annotation: Any) -> InputUnfit:
    asked = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    known = ", ".join(form.value for form in Form if form not in (Form.AS_IT_IS, Form.OTHER))
    return InputUnfit(f"A table cannot be given as {asked}", hint=f"Annotate the parameter with one of: {known}.")


def _slices(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for start in range(0, max(len(frame), 1), CHUNK_ROWS):
        yield frame.iloc[start : start + CHUNK_ROWS]


def _polars(path: Path) -> Any:
    import polars as pl

    return pl.from_arrow(open_table(path))


def _lazy_polars(path: Path) -> Any:
    return _polars(path).lazy()


def _reader(path: Path) -> pa.RecordBatchReader:
    return open_table(path).to_reader(max_chunksize=CHUNK_ROWS)


def _relation(path: Path) -> Any:
    import duckdb

    return duckdb.from_arrow(open_table(path))


def _tables(path: Path) -> Iterator[pa.Table]:
    """Give a table piece by piece: at least one, so that a block sees the columns of a table without rows."""
    table = open_table(path)
    row_bytes = max(1, path.stat().st_size // max(1, table.num_rows))
    rows = max(1, min(CHUNK_ROWS, CHUNK_BYTES // row_bytes))
    for start in range(0, max(table.num_rows, 1), rows):
        yield table.slice(start, rows)


def _frames(path: Path) -> Iterator[pd.DataFrame]:
    start = 0
    for table in _tables(path):
        frame = from_table(table)
        if isinstance(frame.index, pd.RangeIndex):
            frame.index = pd.RangeIndex(start, start + len(frame), name=frame.index.name)
        start += len(frame)
        yield frame


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    for table in _tables(path):
        yield (
            table.combine_chunks().to_batches()[0]
            if table.num_rows
            else pa.RecordBatch.from_pylist([], schema=table.schema)
        )


def _polars_frames(path: Path) -> Iterator[Any]:
    import polars as pl

    for table in _tables(path):
        yield pl.from_arrow(table)


FORMS: dict[Form, Callable[[Path], Any]] = {
    Form.POLARS: _polars,
    Form.LAZY: _lazy_polars,
    Form.ARROW: open_table,
    Form.READER: _reader,
    Form.RELATION: _relation,
    Form.PANDAS_CHUNKS: _frames,
    Form.POLARS_CHUNKS: _polars_frames,
    Form.ARROW_CHUNKS: _tables,
    Form.BATCHES: _batches,
}
