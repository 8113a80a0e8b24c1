"""What a block returned, into the artifact store: in a form to look at, and, where that says less, as it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from flowstone.engine.worker.described import described
from flowstone.engine.worker.frame_notes import notes_of, with_notes
from flowstone.engine.worker.frames import FrameTable, hold
from flowstone.engine.worker.json_values import as_json
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.pickles import Pickles, type_name
from flowstone.engine.worker.pieces import Pieces
from flowstone.engine.worker.polars_frames import hold_polars, is_polars
from flowstone.engine.worker.receipts import receipts_in
from flowstone.engine.worker.rich import Bundle, bundle_of
from flowstone.engine.worker.shown_frames import CODE, is_object
from flowstone.engine.worker.tables import adopt_table, batches_of, room_for, with_one_dictionary, write_table
from flowstone.engine.worker.tabular import as_pieces, as_table_or_frame, is_lazy
from flowstone.errors.engine import NothingReturned, OutputUnfit
from flowstone.model.author import Outputs
from flowstone.model.block import BlockKind
from flowstone.model.output import Exact, Output, OutputKind, Receipt
from flowstone.store.artifacts import hash_bytes
from flowstone.store.codec import encode

DEFAULT_NAME = "output"
MAX_JSON_BYTES = 256 << 20
MAX_ARRAY_COLUMNS = 5_000
HANDED_ON = "The next block gets it as it was, from a pickle that only workers open"


@dataclass(frozen=True, slots=True)
class Stored:
    """A block's outputs as they lie in the store, and the receipts it returned."""

    outputs: tuple[Output, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where outputs go: the store, which pickles know as well, and the worker's memory."""

    pickles: Pickles
    memory: Memory


def store_returned(value: Any, *, kind: BlockKind, to: Destination, may_be_empty: bool = False) -> Stored:
    """Store whatever a block returned; `may_be_empty` is for parts of an input, of which there may be none.

    Raises: NothingReturned, for a loader or transformer that gave None; OutputUnfit, for what cannot be stored.
    """
    if value is None:
        return _nothing(kind)
    named = value.by_name if isinstance(value, Outputs) else {DEFAULT_NAME: value}
    if len(named) > 1:  # two of them may be views of the same numbers
        to = replace(to, memory=Memory(max_bytes=0))
    outputs: list[Output] = []
    receipts: list[Receipt] = []
    for name, one in named.items():
        found = receipts_in(one)
        receipts.extend(found)
        if not found:
            outputs.append(_store(one, name, to))
    if not outputs and not receipts and not may_be_empty:
        return _nothing(kind)
    return Stored(tuple(outputs), tuple(receipts))


def _nothing(kind: BlockKind) -> Stored:
    if kind in (BlockKind.LOADER, BlockKind.TRANSFORMER):
        raise NothingReturned(
            f"The {kind} returned nothing",
            hint="Return a frame, or a value that JSON can hold; an exporter alone may return None.",
        )
    return Stored()


def _store(value: Any, name: str, to: Destination) -> Output:
    _refuse_code(value)
    pieces = as_pieces(value)
    if pieces is not None:
        note = ("The lazy frame was collected to be stored",) if is_lazy(value) else ()
        return _store_pieces(pieces, name, to, warnings=note)
    if isinstance(value, pd.Series):
        return _store_series(value, name, to)
    table = as_table_or_frame(value)
    if isinstance(table, pd.DataFrame):
        return _store_frame(table, name, to)
    if is_polars(table):
        held = hold_polars(table)
        return _store_table(held, name, to, exact=None if held.is_exact else to.pickles.write(table))
    if isinstance(table, pa.Table):
        return _store_table(FrameTable(table), name, to)
    if isinstance(table, np.ndarray):
        return _store_array(table, name, to)
    text = as_json(value)
    if text is not None:
        return _store_text(text, OutputKind.JSON, name, to)
    return _store_object(value, name, to)


def _refuse_code(value: Any) -> None:
    if isinstance(value, CODE):
        raise OutputUnfit(
            f"The block returned a {type(value).__name__}, which is code and no value",
            hint="Call it, and return what it gives.",
        )
    if inspect.iscoroutine(value) or inspect.isasyncgen(value):
        raise OutputUnfit(
            f"The block returned a {type(value).__name__}, which nobody awaits",
            hint="Return `asyncio.run(...)` of it, or a generator that is not async.",
        )


def _store_frame(frame: pd.DataFrame, name: str, to: Destination) -> Output:
    held = hold(frame)
    if held.is_exact:
        output = _store_table(held, name, to)
        to.memory.keep(output.hash, frame, size_bytes=output.size_bytes)
        return output
    return _store_table(held, name, to, exact=_pickled_frame(frame, to.pickles))


def _store_series(series: pd.Series, name: str, to: Destination) -> Output:
    """Store a single column: it shows as a table, and the next block gets the column."""
    is_named = series.name is not None
    held = hold(series.to_frame(series.name if is_named else "value"))
    notes = replace(notes_of(held.table.schema), is_series=True, is_named=is_named)
    held = replace(held, table=with_notes(held.table, notes))
    return _store_table(held, name, to, exact=None if held.is_exact else to.pickles.write(series))


def _pickled_frame(frame: pd.DataFrame, pickles: Pickles) -> Exact:
    try:
        return pickles.write(frame)
    except OutputUnfit as wrong:
        for place, label in enumerate(frame.columns):
            if is_object(frame.dtypes.iloc[place]):
                _pickle_cells(label, frame.iloc[:, place], pickles)
        raise wrong from wrong.__cause__


def _pickle_cells(label: Any, column: pd.Series, pickles: Pickles) -> None:
    try:
        pickles.write(column)
    except OutputUnfit as wrong:
        kinds = sorted({type(cell).__name__ for cell in column.tolist() if not isinstance(cell, str | int | float)})
        raise OutputUnfit(
            f"Column {label!r} cannot be stored: it holds {' and '.join(kinds[:5])}",
            hint="Store what is in them, as text or numbers.",
        ) from wrong


def _store_table(held: FrameTable, name: str, to: Destination, *, exact: Exact | None = None) -> Output:
    table, warnings = held.table, held.changes
    if exact is not None:
        table = _naming(table, exact)
        warnings = (*warnings, HANDED_ON)
    store = to.pickles.store
    batches = batches_of(with_one_dictionary(table))
    size_bytes = sum(batch.nbytes for batch in batches)
    return write_table(
        store, batches, table.schema, name=name, warnings=warnings, exact=exact, expected_bytes=size_bytes
    ).output


def _naming(table: pa.Table, exact: Exact) -> pa.Table:
    """Return a table whose content, and with it its hash, tells which pickle stands beside it."""
    notes = notes_of(table.schema)
    return with_notes(table, replace(notes, exact=exact))


def _store_pieces(pieces: Iterable[Any], name: str, to: Destination, *, warnings: tuple[str, ...]) -> Output:
    store = to.pickles.store
    with room_for(name), Pieces(store) as written:
        written.write(pieces)
        said = (*warnings, *written.warnings)
        return adopt_table(store, written.draft, written.schema, name=name, rows=written.rows, warnings=said).output


def _store_array(array: np.ndarray[Any, Any], name: str, to: Destination) -> Output:
    """Store an array: one or two axes show as a table, more as text; the next block gets the array."""
    if array.ndim == 0:
        return _store(array.item(), name, to)
    is_flat = array.ndim <= 2 and array.shape[-1] <= MAX_ARRAY_COLUMNS
    if not is_flat and array.ndim != 1:
        return _store_object(array, name, to)
    as_frame = pd.DataFrame(np.asarray(array))
    if array.ndim == 1 and array.dtype.names is None:
        as_frame.columns = pd.Index(["value"])
    return _store_table(FrameTable(hold(as_frame).table), name, to, exact=to.pickles.write(array))


def _store_object(value: Any, name: str, to: Destination) -> Output:
    """Store any other object: the pickle of what it is, and a bundle, its parts or its text to look at."""
    bundle = bundle_of(value)
    if bundle is not None:
        return _store_rich(value, bundle, name, to)
    exact = to.pickles.write(value)
    content = {"type": exact.type, "exact": exact.hash, **described(value)}
    return _store_text(encode(content), OutputKind.OBJECT, name, to, exact=exact)


def _store_rich(value: Any, bundle: Bundle, name: str, to: Destination) -> Output:
    exact, warnings = None, list(bundle.warnings)
    try:
        exact = to.pickles.write(value)
    except OutputUnfit:
        warnings.append(f"The next block gets what is shown, for a {type_name(value)} cannot be pickled")
    content = {
        "type": type_name(value),
        "exact": None if exact is None else exact.hash,
        "content": bundle.content,
    }
    return _store_text(
        encode(content),
        OutputKind.RICH,
        name,
        to,
        exact=exact,
        warnings=tuple(warnings),
        content_types=bundle.types,
    )


def _store_text(text: bytes, kind: OutputKind, name: str, to: Destination, **facts: Any) -> Output:
    if len(text) > MAX_JSON_BYTES:
        raise OutputUnfit("The value is over 256 MiB as JSON", hint="Return it as a frame.")
    output = Output(name=name, kind=kind, hash=hash_bytes(text), size_bytes=len(text), **facts)
    draft = to.pickles.store.draft()
    try:
        with room_for(name):
            draft.write_bytes(text)
            return to.pickles.store.adopt(draft, output).output
    finally:
        draft.unlink(missing_ok=True)
