"""The manifest of a dataset: which files are in it, by which writes. What it does not name is not there."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from flowstone.errors.connectors import ConnectorError, SchemaMismatch
from flowstone.model.connections import FileFormat

VERSION = 1
NO_TYPE = str(pa.null())


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a dataset; its path is relative to the dataset's folder."""

    path: str
    rows: int
    size_bytes: int
    generation: int | None = None

    @property
    def folder(self) -> str:
        """The `column=value/…` folders that it lies in; "" for none."""
        return self.path[: self.path.rfind("/") + 1]


@dataclass(frozen=True, slots=True)
class DatasetWrite:
    """What one write added to a dataset."""

    id: str
    run: str
    block: str
    rows: int
    digest: str
    parts: tuple[Part, ...]
    if_exists: str = "append"
    """As it was asked for: a write that replaced has cleared away what others had put there."""

    @property
    def size_bytes(self) -> int:
        """The size of its files together."""
        return sum(part.size_bytes for part in self.parts)

    @property
    def is_whole(self) -> bool:
        """Whether all its files are still in the dataset."""
        return sum(part.rows for part in self.parts) == self.rows


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a dataset holds."""

    format: FileFormat
    partition_by: tuple[str, ...]
    schema: pa.Schema
    writes: tuple[DatasetWrite, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files of all writes, in order."""
        return tuple(part for write in self.writes for part in write.parts)

    @property
    def file_schema(self) -> pa.Schema:
        """What each file holds: all but the partition columns, which are in its path."""
        return pa.schema([field for field in self.schema if field.name not in self.partition_by])

    def find(self, write: str) -> DatasetWrite | None:
        """Return the write of that id, if it is in."""
        return next((one for one in self.writes if one.id == write), None)

    def with_write(self, write: DatasetWrite) -> Manifest:
        """Return the manifest with one more write, in the place of what is left of it from an earlier time."""
        others = tuple(one for one in self.writes if one.id != write.id)
        return replace(self, writes=(*others, write))

    def without_folders(self, folders: Collection[str]) -> Manifest:
        """Return the manifest without the files in some `column=value/` folders; the writes stay known."""
        kept = (replace(one, parts=tuple(p for p in one.parts if p.folder not in folders)) for one in self.writes)
        return replace(self, writes=tuple(kept))

    def with_types_of(self, other: Manifest) -> Manifest:
        """Return the manifest with another's types for columns that have had no value so far, so no type."""
        theirs = {field.name: field for field in other.schema}
        fields = [theirs.get(f.name, f) if pa.types.is_null(f.type) else f for f in self.schema]
        metadata = other.schema.metadata if pa.schema(fields) != self.schema else self.schema.metadata
        return replace(self, schema=pa.schema(fields, metadata))

    def check_fits(self, other: Manifest, *, path: str) -> None:
        """Check that another manifest's parts may be added. Raises: SchemaMismatch, with what differs."""
        mine, theirs = _types(self.schema), _types(other.schema)
        differences = [
            f"{name}: {mine.get(name, 'missing')} there, {theirs.get(name, 'missing')} in the frame"
            for name in sorted(mine.keys() | theirs.keys())
            if mine.get(name) != theirs.get(name) and not {mine.get(name, ""), theirs.get(name, "")} & {NO_TYPE}
        ]
        if (self.format, self.partition_by) != (other.format, other.partition_by):
            ours, others = (
                f"{self.format} by {list(self.partition_by)}",
                f"{other.format} by {list(other.partition_by)}",
            )
            differences.append(f"layout: {ours} there, {others} in the frame")
        if differences:
            raise SchemaMismatch(
                f"The frame does not fit the dataset {path!r}: {'; '.join(differences)}",
                hint="Bring the frame to the dataset's columns, or write with if_exists='replace'.",
                details={"differences": differences},
            )

    def to_json(self) -> str:
        """Return its text; the schema is kept whole for us and readable for people."""
        document = {
            "version": VERSION,
            "format": self.format,
            "partition_by": list(self.partition_by),
            "columns": _types(self.schema),
            "schema": base64.b64encode(self.schema.serialize().to_pybytes()).decode(),
            "writes": [asdict(write) for write in self.writes],
        }
        return json.dumps(document, indent=1)


def _types(schema: pa.Schema) -> dict[str, str]:
    return {field.name: str(field.type) for field in schema}


def parse_manifest(text: str | bytes, *, path: str) -> Manifest:
    """Read a manifest. Raises: ConnectorError, when it is damaged or of a later version."""
    try:
        return _parse(json.loads(text))
    except (ValueError, KeyError, TypeError, pa.ArrowException) as damage:
        raise ConnectorError(
            f"The manifest of the dataset {path!r} cannot be read: {damage}",
            hint="Write the dataset anew with if_exists='replace'.",
        ) from damage


def _parse(document: dict[str, Any]) -> Manifest:
    if document["version"] != VERSION:
        raise ValueError(f"version {document['version']} is not {VERSION}")
    writes = [
        DatasetWrite(**{**one, "parts": tuple(Part(**part) for part in one["parts"])}) for one in document["writes"]
    ]
    schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(document["schema"])))
    return Manifest(document["format"], tuple(document["partition_by"]), schema, tuple(writes))
