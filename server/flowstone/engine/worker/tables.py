"""Arrow tables from and to the artifact store's files."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from flowstone.disk.publish import NO_ROOM
from flowstone.engine.worker.hashed_file import HashedFile
from flowstone.engine.worker.stored_columns import columns_of
from flowstone.errors.store import DiskFull
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Exact, Output, OutputKind
from flowstone.store.artifacts import Artifact, ArtifactStore, hash_file


def write_table(
    store: ArtifactStore,
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    *,
    name: str,
    warnings: tuple[str, ...],
    exact: Exact | None = None,
    expected_bytes: int = 0,
) -> Artifact:
    """Write record batches as they come to an Arrow IPC file, and keep it under its content's hash.

    Units: `expected_bytes` is about what they take together, 0 where that is not known.
    Raises: whatever the batches' maker raises; DiskFull; OSError. The draft is then gone.
    """
    draft = store.draft()
    rows = 0
    try:
        with (
            room_for(name),
            HashedFile(draft, expected_bytes=expected_bytes) as file,
            pa.ipc.new_file(arrow_file(file), schema) as writer,
        ):
            for batch in batches:
                rows += batch.num_rows
                writer.write_batch(batch)
        return adopt_table(
            store, draft, schema, name=name, rows=rows, warnings=warnings, exact=exact, content=file.hash
        )
    finally:
        draft.unlink(missing_ok=True)


def arrow_file(file: HashedFile) -> pa.NativeFile:
    """Return a file as Arrow writes to it."""
    return pa.PythonFile(file, mode="w")


def batches_of(table: pa.Table) -> list[pa.RecordBatch]:
    """Return a table's batches, at least one: without any, the categories of an empty table would be lost."""
    batches: list[pa.RecordBatch] = table.to_batches()
    return batches or [pa.RecordBatch.from_arrays([_empty(column) for column in table.columns], schema=table.schema)]


def with_one_dictionary(table: pa.Table) -> pa.Table:
    """Return a table whose categories are one list for each column: a file holds no more than one."""
    if any(_has_dictionary(part) for field in table.schema for part in _parts(field.type)):
        return table.combine_chunks()
    return table.unify_dictionaries()


def _has_dictionary(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) or any(_has_dictionary(part) for part in _parts(kind))


def _parts(kind: pa.DataType) -> list[pa.DataType]:
    """Return the types that a list or a struct is made of."""
    return [kind.field(place).type for place in range(kind.num_fields)] if pa.types.is_nested(kind) else []


def _empty(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


def adopt_table(
    store: ArtifactStore,
    draft: Path,
    schema: pa.Schema,
    *,
    name: str,
    rows: int,
    warnings: tuple[str, ...] = (),
    exact: Exact | None = None,
    content: ArtifactHash | None = None,
) -> Artifact:
    """Keep an Arrow IPC file that has been written under its content's hash; `content` is that, where it is known.

    Raises: DiskFull; OSError.
    """
    with room_for(name):
        output = Output(
            name=name,
            kind=OutputKind.TABLE,
            hash=content or hash_file(draft),
            size_bytes=draft.stat().st_size,
            rows=rows,
            columns=columns_of(schema),
            warnings=warnings,
            exact=exact,
        )
        return store.adopt(draft, output)


@contextmanager
def room_for(name: str) -> Iterator[None]:
    """Say in our words that there is no room for an output. Raises: DiskFull; OSError."""
    try:
        yield
    except OSError as wrong:
        if wrong.errno in NO_ROOM:
            raise DiskFull(f"the output {name!r}") from wrong
        raise


def open_table(path: Path) -> pa.Table:
    """Open a stored table by a shared, read-only memory map: nothing is read until it is looked at."""
    with pa.memory_map(str(path), "r") as source:
        return pa.ipc.open_file(source).read_all()


def open_private(path: Path) -> tuple[pa.Table, mmap.mmap]:
    """Open a stored table by a private memory map: writing to its buffers copies the page and changes no file.

    Shapes: the table's columns lie in the map; see `frames.writable` for views over them.
    Source: decision 0003, "Arrow on disk, opened by a private map".
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    table: Any = pa.ipc.open_file(pa.py_buffer(mapped)).read_all()
    return table, mapped
