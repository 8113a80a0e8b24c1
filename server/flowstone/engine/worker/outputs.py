"""What a block returned, into the artifact store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from flowstone.disk.publish import publish
from flowstone.engine.worker.frames import to_arrow
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.tables import write_table
from flowstone.errors.engine import NothingReturned, OutputUnfit
from flowstone.model.author import Outputs
from flowstone.model.block import BlockKind
from flowstone.model.output import Output, OutputKind, Receipt
from flowstone.store.artifacts import ArtifactStore, hash_bytes
from flowstone.store.codec import decode

DEFAULT_NAME = "output"
MAX_JSON_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A block's outputs as they lie in the store, and the receipts it returned."""

    outputs: tuple[Output, ...] = ()
    receipts: tuple[Receipt, ...] = ()


def store_returned(value: Any, *, kind: BlockKind, store: ArtifactStore, memory: Memory) -> Stored:
    """Store whatever a block returned.

    Raises: NothingReturned, for a loader or transformer that gave None; OutputUnfit, for what cannot be stored.
    """
    if value is None:
        return _nothing(kind)
    receipts = _receipts(value)
    if receipts:
        return Stored(receipts=receipts)
    named = value.by_name if isinstance(value, Outputs) else {DEFAULT_NAME: value}
    return Stored(tuple(_store(one, name, store=store, memory=memory) for name, one in named.items()))


def _nothing(kind: BlockKind) -> Stored:
    if kind in (BlockKind.LOADER, BlockKind.TRANSFORMER):
        raise NothingReturned(
            f"The {kind} returned nothing",
            hint="Return a frame, or a value that JSON can hold; an exporter alone may return None.",
        )
    return Stored()


def _receipts(value: Any) -> tuple[Receipt, ...]:
    if isinstance(value, Receipt):
        return (_told(value),)
    if isinstance(value, list | tuple) and value and all(isinstance(item, Receipt) for item in value):
        return tuple(_told(item) for item in value)
    return ()


def _told(receipt: Receipt) -> Receipt:
    """Return a receipt that JSON can hold: numpy's numbers in it become Python's. Raises: OutputUnfit."""
    try:
        return decode(Receipt, json.dumps(asdict(receipt), default=_as_python))
    except (TypeError, ValueError, RecursionError) as wrong:
        raise OutputUnfit(
            f"The receipt cannot be kept: {wrong}", hint="Put numbers, text, lists and dicts into it."
        ) from wrong


def _as_python(value: Any) -> Any:
    """Turn one of numpy's numbers into Python's. Raises: TypeError, for all else that JSON cannot say."""
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        return value.item()
    raise TypeError(f"a {type(value).__name__} is nothing that JSON can hold")


def _store(value: Any, name: str, *, store: ArtifactStore, memory: Memory) -> Output:
    value = _collected(value)
    if isinstance(value, pd.DataFrame):
        table = to_arrow(value)
        output = _store_table(table.to_batches(), table.schema, name, store=store)
        memory.keep(output.hash, value, size_bytes=output.size_bytes)
        return output
    if isinstance(value, pa.Table):
        return _store_table(value.to_batches(), value.schema, name, store=store)
    if isinstance(value, pa.RecordBatchReader):
        return _store_table(value, value.schema, name, store=store)
    return _store_json(value, name, store=store)


def _store_table(batches: Any, schema: pa.Schema, name: str, *, store: ArtifactStore) -> Output:
    return write_table(store, batches, schema, name=name, warnings=()).output


def _collected(value: Any) -> Any:
    """Turn the forms that have a table inside into pandas or Arrow; others stay as they are."""
    match type(value).__module__.split(".")[0], type(value).__name__:
        case "pandas", "Series":
            return value.to_frame(value.name if value.name is not None else "value")
        case "polars", "LazyFrame":
            return value.collect().to_arrow()
        case "polars", "DataFrame":
            return value.to_arrow()
        case "polars", "Series":
            return value.to_frame().to_arrow()
        case "pyarrow", "RecordBatch":
            return pa.Table.from_batches([value])
        case (("_duckdb" | "duckdb"), "DuckDBPyRelation"):
            return value.to_arrow_table()
        case _:
            return _streamed(value) if isinstance(value, Iterator) else value


def _streamed(chunks: Iterator[Any]) -> Any:
    """Turn a generator of frames into a reader that pulls one at a time; its first frame gives the schema."""
    first = next(chunks, None)
    if first is None:
        raise NothingReturned("The block's generator gave nothing", hint="Yield at least one frame, even an empty one.")
    tables = _tables(first, chunks)
    head = next(tables)
    schema = head.schema

    def batches() -> Iterator[pa.RecordBatch]:
        yield from head.to_batches()
        for table in tables:
            yield from _as_schema(table, schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _tables(first: Any, rest: Iterator[Any]) -> Iterator[pa.Table]:
    yield _table(first)
    for chunk in rest:
        yield _table(chunk)


def _table(chunk: Any) -> pa.Table:
    chunk = _collected(chunk)
    if isinstance(chunk, pd.DataFrame):
        return pa.Table.from_pandas(chunk, preserve_index=False)
    if isinstance(chunk, pa.Table):
        return chunk
    raise OutputUnfit(
        f"The block's generator yielded a {type(chunk).__name__}", hint="Yield frames, each with the same columns."
    )


def _as_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    if table.schema.equals(schema):
        return table
    try:
        return table.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, KeyError) as wrong:
        raise OutputUnfit(
            f"A later frame of the generator has other columns than the first: {wrong}",
            hint="Yield frames with the same column names and types.",
        ) from wrong


def _store_json(value: Any, name: str, *, store: ArtifactStore) -> Output:
    try:
        words = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"), default=_as_python)
        text = words.encode()
    except (TypeError, ValueError, RecursionError) as wrong:
        raise OutputUnfit(
            f"A {type(value).__name__} cannot be stored: {wrong}",
            hint="Return a pandas, polars or Arrow table, or what JSON can hold: lists, dicts, text, numbers.",
        ) from wrong
    if len(text) > MAX_JSON_BYTES:
        raise OutputUnfit("The value is over 256 MiB as JSON", hint="Return it as a frame.")
    output = Output(name=name, kind=OutputKind.JSON, hash=hash_bytes(text), size_bytes=len(text))
    draft = store.draft()
    try:
        publish(draft, text, durable=False)
        return store.adopt(draft, output).output
    finally:
        draft.unlink(missing_ok=True)
