"""Upstream outputs in the form that a block's annotation asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from flowstone.engine.worker.frames import open_frame
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.tables import open_table
from flowstone.errors.engine import InputUnfit
from flowstone.model.output import OutputKind
from flowstone.store.artifacts import Artifact

CHUNK_ROWS = 100_000
"""How many rows a block gets at a time when it asks for an `Iterator[pd.DataFrame]`."""


def open_input(artifact: Artifact, annotation: str, *, memory: Memory) -> Any:
    """Return a stored output as its reader wants it; pandas where the annotation says nothing.

    Raises: InputUnfit, when a value that is no table is asked for as one, or the form is unknown.
    """
    if artifact.output.kind is OutputKind.JSON:
        return _open_json(artifact, annotation)
    form = _form(annotation)
    if form is _pandas:
        return memory.frame(artifact)
    return form(artifact.path)


def _open_json(artifact: Artifact, annotation: str) -> Any:
    if annotation and _form_or_none(annotation) is not None:
        raise InputUnfit(
            f"The upstream gave a JSON value, and the block asks for {annotation}",
            hint="Return a frame from the upstream, or change this parameter's annotation.",
        )
    return json.loads(artifact.path.read_bytes())


def _form(annotation: str) -> Callable[[Path], Any]:
    form = _form_or_none(annotation)
    if form is None:
        raise InputUnfit(
            f"A table cannot be given as {annotation}",
            hint="Annotate the parameter with one of: " + ", ".join(sorted(name for name in FORMS if name)) + ".",
        )
    return form


def _form_or_none(annotation: str) -> Callable[[Path], Any] | None:
    return FORMS.get(annotation.replace(" ", "").removeprefix("collections.abc.").removeprefix("typing."))


def _pandas(path: Path) -> pd.DataFrame:
    return open_frame(path)


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


def _chunks(path: Path) -> Iterator[pd.DataFrame]:
    for batch in open_table(path).to_batches(max_chunksize=CHUNK_ROWS):
        frame: pd.DataFrame = pa.Table.from_batches([batch]).to_pandas()
        yield frame


FORMS: dict[str, Callable[[Path], Any]] = {
    "": _pandas,
    "Any": _pandas,
    "pd.DataFrame": _pandas,
    "pandas.DataFrame": _pandas,
    "DataFrame": _pandas,
    "pl.DataFrame": _polars,
    "polars.DataFrame": _polars,
    "pl.LazyFrame": _lazy_polars,
    "polars.LazyFrame": _lazy_polars,
    "pa.Table": open_table,
    "pyarrow.Table": open_table,
    "pa.RecordBatchReader": _reader,
    "pyarrow.RecordBatchReader": _reader,
    "duckdb.DuckDBPyRelation": _relation,
    "DuckDBPyRelation": _relation,
    "Iterator[pd.DataFrame]": _chunks,
    "Iterable[pd.DataFrame]": _chunks,
}
