"""Arrow tables from and to the artifact store's files."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from flowstone.disk.publish import NO_ROOM
from flowstone.errors.store import DiskFull
from flowstone.model.output import Column, Output, OutputKind
from flowstone.store.artifacts import Artifact, ArtifactStore, hash_file


def write_table(
    store: ArtifactStore, batches: Iterable[pa.RecordBatch], schema: pa.Schema, *, name: str, warnings: tuple[str, ...]
) -> Artifact:
    """Write record batches as they come to an Arrow IPC file, and keep it under its content's hash.

    Raises: whatever the batches' maker raises; DiskFull; OSError. The draft is then gone.
    """
    draft = store.draft()
    rows = 0
    try:
        with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, schema) as writer:
            for batch in batches:
                rows += batch.num_rows
                writer.write_batch(batch)
        output = Output(
            name=name,
            kind=OutputKind.TABLE,
            hash=hash_file(draft),
            size_bytes=draft.stat().st_size,
            rows=rows,
            columns=tuple(Column(field.name, str(field.type)) for field in schema),
            warnings=warnings,
        )
        return store.adopt(draft, output)
    except OSError as wrong:
        if wrong.errno in NO_ROOM:
            raise DiskFull(f"the output {name!r}") from wrong
        raise
    finally:
        draft.unlink(missing_ok=True)


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
