"""A lake over any object store: single files, and datasets that a manifest publishes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from flowstone.connectors.content import Content, watched
from flowstone.connectors.frames import FrameStream, stream_of
from flowstone.connectors.identity import write_id
from flowstone.connectors.lake_formats import StagedPart, stage_parts, write_file
from flowstone.connectors.lake_manifest import DatasetWrite, Manifest, Part
from flowstone.connectors.lake_paths import MANIFEST, SUCCESS, chosen_format, clean_path, format_of
from flowstone.connectors.lake_reading import LakeReader, current_manifest
from flowstone.connectors.object_store import NOT_THERE, ObjectStore, StoredObject
from flowstone.errors.connectors import InputEmpty, OptionInvalid, TargetChanged, TargetExists
from flowstone.model.connections import FileFormat, Frame, IfExists, LakeFile, WriteContext
from flowstone.model.output import Receipt

APPEND_ATTEMPTS = 8
"""How often an append looks again when others append to the same dataset at the same time."""


@dataclass(frozen=True, slots=True)
class _Order:
    """One call of write, checked."""

    path: str
    format: FileFormat
    partition_by: tuple[str, ...]
    if_exists: IfExists
    started: float


class ObjectLake:
    """The Lake of model/connections.py, over a folder or a bucket.

    A path that ends in a format's suffix is one file; any other, and any with `partition_by`, is a dataset.
    """

    def __init__(self, store: ObjectStore, context: WriteContext) -> None:
        self._store = store
        self._context = context
        self._reader = LakeReader(store)

    def write(
        self,
        frame: Frame,
        path: str,
        *,
        format: FileFormat | None = None,
        partition_by: str | Sequence[str] | None = None,
        if_exists: IfExists = "fail",
    ) -> Receipt:
        """Write a frame as one file or a dataset; readers see all of it or what was there before.

        Raises: TargetExists, when something is there and `if_exists` is "fail"; TargetChanged, when somebody else
            wrote in the meantime; InputEmpty, when nothing is to replace something; OptionInvalid; SchemaMismatch.
        """
        order = _checked(path, format, partition_by, if_exists)
        stream, content = watched(stream_of(frame))
        if order.partition_by or format_of(order.path) is None:
            return _DatasetWrite(self._store, self._context, order).run(stream, content)
        return self._write_file(order, stream, content)

    def read(
        self, path: str, *, format: FileFormat | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Read a file, a glob, or a dataset with its partition columns. Raises: TargetMissing, never an empty frame."""
        return self._reader.read(path, format=format, columns=columns)

    def list(self, prefix: str = "") -> list[LakeFile]:
        """List the files whose path starts with the prefix, in order of path."""
        return self._store.list(prefix)

    def _write_file(self, order: _Order, stream: FrameStream, content: Content) -> Receipt:
        if order.if_exists == "append":
            raise OptionInvalid(
                f"Nothing can be appended to the single file {order.path!r}",
                hint="Append to a dataset: a path without a suffix, such as trips instead of trips.parquet.",
            )
        with self._store.staging() as folder:
            staged = folder / f"file.{order.format}"
            write_file(stream, staged, order.format)
            target = f"{self._store.url}/{order.path}"
            id_ = write_id(self._context, target=target, action=order.if_exists, digest=content.digest)
            before = self._store.stat(order.path)
            if before is not None and before.write == id_:
                return _receipt(order, target, content, before, action="adopted")
            _check_target(order, rows=content.rows, exists=before is not None, target=target)
            expected = before.generation if before else NOT_THERE
            stored = self._put_once(staged, order, id_, expected)
        return _receipt(order, target, content, stored, action=_action(order, exists=before is not None))

    def _put_once(self, staged: Path, order: _Order, id_: str, expected: int) -> StoredObject:
        """Put the file; when something is there by now, it may be this very write, whose answer got lost."""
        try:
            return self._store.put(staged, order.path, write=id_, expected=expected)
        except TargetChanged:
            now = self._store.stat(order.path)
            if now is not None and now.write == id_:
                return now
            raise


def _checked(
    path: str, format: FileFormat | None, partition_by: str | Sequence[str] | None, if_exists: IfExists
) -> _Order:
    if if_exists not in {"fail", "append", "replace"}:
        raise OptionInvalid(f"There is no if_exists={if_exists!r}", hint="Use 'fail', 'append' or 'replace'.")
    columns = (partition_by,) if isinstance(partition_by, str) else tuple(partition_by or ())
    clean = clean_path(path)
    return _Order(clean, chosen_format(clean, format), columns, if_exists, time.monotonic())


def _check_target(order: _Order, *, rows: int, exists: bool, target: str) -> None:
    if exists and order.if_exists == "fail":
        raise TargetExists(
            f"{target} is there already",
            hint="Choose what shall happen to it: if_exists='replace' or if_exists='append'.",
            details={"target": target},
        )
    if exists and order.if_exists == "replace" and rows == 0:
        raise InputEmpty(
            f"A frame without rows was to replace {target}",
            hint="If nothing is right today, skip the write; what was there is untouched.",
            details={"target": target},
        )


def _action(order: _Order, *, exists: bool) -> str:
    return {"fail": "created", "append": "appended", "replace": "replaced"}[order.if_exists] if exists else "created"


def _receipt(order: _Order, target: str, content: Content, stored: StoredObject, *, action: str) -> Receipt:
    return Receipt(
        target=target,
        rows=content.rows,
        size_bytes=stored.size_bytes,
        seconds=time.monotonic() - order.started,
        action=action,
        generations={stored.path: stored.generation},
        facts={"format": order.format, "digest": content.digest},
    )


class _DatasetWrite:
    """One write to a dataset: parts first, the manifest last, then what it left behind is cleared away."""

    def __init__(self, store: ObjectStore, context: WriteContext, order: _Order) -> None:
        self._store = store
        self._context = context
        self._order = order
        self._target = f"{store.url}/{order.path}"
        self._manifest_path = f"{order.path}/{MANIFEST}"

    def run(self, stream: FrameStream, content: Content) -> Receipt:
        """Do it and say what was done. Raises: as `ObjectLake.write`."""
        order = self._order
        with self._store.staging() as folder:
            staged = stage_parts(stream, folder, format=order.format, partition_by=order.partition_by)
            id_ = write_id(self._context, target=self._target, action=order.if_exists, digest=content.digest)
            wanted = Manifest(order.format, order.partition_by, stream.schema)
            before, generation = self._current()
            done = before.find(id_) if before else None
            if done:
                return self._receipt(done, generation, action="adopted")
            self._check(before, wanted, rows=content.rows)
            if before is not None and order.if_exists == "append" and not content.rows:
                return self._receipt(self._write_of(id_, content, ()), generation, action="skipped")
            return self._upload_and_publish(wanted, staged, id_, content, folder)

    def _upload_and_publish(
        self, wanted: Manifest, staged: tuple[StagedPart, ...], id_: str, content: Content, folder: Path
    ) -> Receipt:
        left_behind = self._files() if self._order.if_exists == "replace" else []
        with ExitStack() as on_failure:
            parts: list[Part] = []
            on_failure.callback(self._clear_unpublished, parts)
            for number, part in enumerate(staged):
                parts.append(self._put_part(part, id_, number))
            write = self._write_of(id_, content, tuple(parts))
            existed, generation = self._publish(wanted, write, folder)
            on_failure.pop_all()
        kept = {f"{self._order.path}/{part.path}" for part in parts}
        self._clear([path for path in left_behind if path not in kept])
        return self._receipt(write, generation, action=_action(self._order, exists=existed))

    def _publish(self, wanted: Manifest, write: DatasetWrite, folder: Path) -> tuple[bool, int]:
        """Put the manifest in place; an append that lost a race looks at what won and goes after it."""
        for attempt in range(1, APPEND_ATTEMPTS + 1):
            before, generation = self._current()
            self._check(before, wanted, rows=write.rows)
            is_append = before is not None and self._order.if_exists == "append"
            manifest = (before if before is not None and is_append else wanted).with_write(write)
            staged = folder / MANIFEST
            staged.write_text(manifest.to_json(), encoding="utf-8")
            try:
                stored = self._store.put(staged, self._manifest_path, write=write.id, expected=generation)
            except TargetChanged:
                now, generation = self._current()
                if now is not None and now.find(write.id):
                    return before is not None, generation
                if not is_append or attempt == APPEND_ATTEMPTS:
                    raise
                continue
            self._mark_success(folder, write.id)
            return before is not None, stored.generation
        raise TargetChanged(f"Others kept writing {self._target}", hint="Run the block again.")

    def _mark_success(self, folder: Path, id_: str) -> None:
        (folder / SUCCESS).touch()
        self._store.put(folder / SUCCESS, f"{self._order.path}/{SUCCESS}", write=id_)

    def _current(self) -> tuple[Manifest | None, int]:
        return current_manifest(self._store, self._order.path)

    def _check(self, before: Manifest | None, wanted: Manifest, *, rows: int) -> None:
        order = self._order
        if before is None and order.if_exists != "replace" and self._is_foreign():
            raise TargetExists(
                f"{self._target} holds files that are in no manifest",
                hint="Choose another path, or if_exists='replace' to put this frame in their place.",
                details={"target": self._target},
            )
        _check_target(order, rows=rows, exists=before is not None, target=self._target)
        if before is not None and order.if_exists == "append":
            before.check_fits(wanted, path=order.path)

    def _is_foreign(self) -> bool:
        """Say whether files are there that no write of a lake, not even an interrupted one, has made."""
        return any(not Path(path).name.startswith("part-") for path in self._files())

    def _files(self) -> list[str]:
        return [file.path for file in self._store.list(f"{self._order.path}/")]

    def _put_part(self, part: StagedPart, id_: str, number: int) -> Part:
        path = f"{part.folder}part-{id_[:16]}-{number:05d}{part.file.suffix}"
        stored = self._store.put(part.file, f"{self._order.path}/{path}", write=id_)
        return Part(path, part.rows, stored.size_bytes, stored.generation)

    def _write_of(self, id_: str, content: Content, parts: tuple[Part, ...]) -> DatasetWrite:
        context = self._context
        return DatasetWrite(id_, context.run, context.block, content.rows, content.digest, parts)

    def _clear_unpublished(self, parts: Sequence[Part]) -> None:
        published, _ = self._current()
        kept = {part.path for part in published.parts} if published else set()
        self._clear([f"{self._order.path}/{part.path}" for part in parts if part.path not in kept])

    def _clear(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._store.delete(path)

    def _receipt(self, write: DatasetWrite, generation: int, *, action: str) -> Receipt:
        paths = {f"{self._order.path}/{part.path}": part.generation or 0 for part in write.parts}
        return Receipt(
            target=self._target,
            rows=write.rows,
            size_bytes=write.size_bytes,
            seconds=time.monotonic() - self._order.started,
            action=action,
            generations={self._manifest_path: generation, **paths},
            facts={"format": self._order.format, "files": len(write.parts), "digest": write.digest},
        )
