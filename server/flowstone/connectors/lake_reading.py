"""Reading from a lake: a file, a glob, a dataset by its manifest, or a folder that others have written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from flowstone.connectors.lake_formats import read_file
from flowstone.connectors.lake_manifest import Manifest, parse_manifest
from flowstone.connectors.lake_paths import (
    MANIFEST,
    chosen_format,
    clean_path,
    dataset_of,
    format_of,
    glob_prefix,
    glob_regex,
    is_part,
    is_pattern,
    is_visible,
    partition_values,
)
from flowstone.connectors.object_store import NOT_THERE, ObjectStore
from flowstone.errors.connectors import OptionInvalid, SchemaMismatch, TargetMissing
from flowstone.model.connections import FileFormat

READ_ATTEMPTS = 3
"""How often a dataset is read again that was replaced while it was being read."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a path stands for: files, and what their manifest says of them, if there is one."""

    paths: tuple[str, ...]
    manifest: Manifest | None = None
    root: str = ""
    """The folder below which `column=value` folders are partitions."""


class LakeReader:
    """Finds and reads what a lake holds."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def read(self, path: str, *, format: FileFormat | None, columns: Sequence[str] | None) -> pd.DataFrame:
        """Read all that a path stands for.

        Raises: TargetMissing, when nothing is found; SchemaMismatch, when its files do not fit together;
            OptionInvalid, when a column is not there.
        """
        clean = clean_path(path)
        for _ in range(READ_ATTEMPTS - 1):
            try:
                return self._read_once(clean, format, columns)
            except TargetMissing:
                if not self._find(clean).paths:
                    raise
        return self._read_once(clean, format, columns)

    def _read_once(self, path: str, format: FileFormat | None, columns: Sequence[str] | None) -> pd.DataFrame:
        found = self._find(path)
        if not found.paths and found.manifest is None:
            raise TargetMissing(
                f"Nothing was found at {self._store.url}/{path}",
                hint="Check the path, and that the block that writes it has run with the same profile.",
                details={"target": f"{self._store.url}/{path}"},
            )
        tables = [self._table(one, found, format, columns) for one in found.paths]
        return _assembled(tables, found, path, columns)

    def _find(self, path: str) -> _Found:
        if is_pattern(path):
            matches = glob_regex(path)
            files = [file.path for file in self._store.list(glob_prefix(path)) if matches.fullmatch(file.path)]
            return _Found(self._published(files), root=glob_prefix(path).rpartition("/")[0])
        if self._store.stat(path) is not None:
            return _Found((path,), root=path.rpartition("/")[0])
        return self._find_dataset(path) or self._find_folder(path)

    def _find_dataset(self, path: str) -> _Found | None:
        """Look for a manifest at the path and above it: a partition of a dataset is known to its manifest."""
        root = path
        while root:
            manifest, _ = current_manifest(self._store, root)
            if manifest is not None:
                paths = [f"{root}/{part.path}" for part in manifest.parts]
                inside = tuple(one for one in paths if root == path or one.startswith(f"{path}/"))
                return _Found(inside, manifest if inside or root == path else None, root)
            root = root.rpartition("/")[0]
        return None

    def _find_folder(self, path: str) -> _Found:
        files = [file.path for file in self._store.list(f"{path}/")]
        return _Found(self._published([one for one in files if is_visible(one) and format_of(one)]), root=path)

    def _published(self, files: list[str]) -> tuple[str, ...]:
        """Leave out parts of datasets that no manifest names: they are of a write that is under way, or was cut off."""
        named: dict[str, set[str] | None] = {}
        for root in {dataset_of(one) for one in files if is_part(one)} - {""}:
            manifest, _ = current_manifest(self._store, root)
            named[root] = None if manifest is None else {f"{root}/{part.path}" for part in manifest.parts}
        in_manifests = [named.get(dataset_of(one)) for one in files]
        kept = zip(files, in_manifests, strict=True)
        return tuple(one for one, names in kept if names is None or not is_part(one) or one in names)

    def _table(self, path: str, found: _Found, format: FileFormat | None, columns: Sequence[str] | None) -> pa.Table:
        kind = found.manifest.format if found.manifest else chosen_format(path, format)
        wanted = None if columns is None else list(columns)
        schema = found.manifest.file_schema if found.manifest else None
        try:
            with self._store.fetched(path) as file:
                table = read_file(file, kind, wanted, schema)
        except FileNotFoundError as gone:
            raise TargetMissing(f"{self._store.url}/{path} went away while it was being read") from gone
        for name, value in partition_values(path.removeprefix(f"{found.root}/")).items():
            if name not in table.column_names and (wanted is None or name in wanted):
                values = pa.array([value] * table.num_rows, pa.string())
                table = table.append_column(name, values)
        return table


def current_manifest(store: ObjectStore, path: str) -> tuple[Manifest | None, int]:
    """Return a dataset's manifest and its generation; None and NOT_THERE when there is none."""
    stored = store.stat(f"{path}/{MANIFEST}")
    if stored is None:
        return None, NOT_THERE
    with store.fetched(f"{path}/{MANIFEST}") as file:
        text = file.read_bytes()
    return parse_manifest(text, path=path), stored.generation


def _assembled(tables: list[pa.Table], found: _Found, path: str, columns: Sequence[str] | None) -> pd.DataFrame:
    schema = found.manifest.schema if found.manifest else None
    if schema is not None:
        names = [name for name in schema.names if columns is None or name in columns]
        empty = schema.empty_table()
        whole = _concatenated([*tables, *([] if tables else [empty])], path)
        _check_columns(columns, schema.names, path)
        fields = [schema.field(name) for name in names]
        columns_there = [_typed(whole, field) for field in fields]
        whole = pa.Table.from_arrays(columns_there, schema=pa.schema(fields, schema.metadata))
    else:
        whole = _inferred_partitions(_concatenated(tables, path), found)
        _check_columns(columns, whole.column_names, path)
    frame: pd.DataFrame = whole.select(list(columns) if columns is not None else whole.column_names).to_pandas()
    return frame


def _typed(table: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    """Return a column in its manifest's type; folders have texts, and a column without any value has no type."""
    if pa.types.is_null(field.type) or field.name not in table.column_names:
        return pa.nulls(table.num_rows, field.type)
    return table.column(field.name).cast(field.type)


def _concatenated(tables: list[pa.Table], path: str) -> pa.Table:
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as refused:
        raise SchemaMismatch(
            f"The files of {path!r} do not fit together: {refused}",
            hint="Read them one by one, or write them anew with the same types.",
            details={"differences": _differences(tables)},
        ) from refused


def _differences(tables: list[pa.Table]) -> dict[str, list[str]]:
    types: dict[str, set[str]] = {}
    for table in tables:
        for field in table.schema:
            types.setdefault(field.name, set()).add(str(field.type))
    return {name: sorted(kinds) for name, kinds in types.items() if len(kinds) > 1}


def _inferred_partitions(table: pa.Table, found: _Found) -> pa.Table:
    """Give whole-number partition values a number's type; what no manifest describes else stays text."""
    names = {name for path in found.paths for name in partition_values(path.removeprefix(f"{found.root}/"))}
    for name in names & set(table.column_names):
        column = table.column(name)
        if not pa.types.is_string(column.type):
            continue
        texts = [value for value in column.unique().to_pylist() if value is not None]
        if texts and all(text == str(_number(text)) for text in texts):
            table = table.set_column(table.column_names.index(name), name, column.cast(pa.int64()))
    return table


def _number(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdecimal() and text.isascii() else None


def _check_columns(wanted: Sequence[str] | None, there: Sequence[str], path: str) -> None:
    missing = [name for name in wanted or () if name not in there]
    if missing:
        raise OptionInvalid(f"{path!r} has no column {missing[0]!r}", hint=f"It has {', '.join(there)}.")
