"""Writing a dataset: parts first, the manifest last, then what it left behind is cleared away.

Two that write at once never spoil each other's: a write is published only over the manifest that it has seen at
its start, and what a manifest replaced is cleared only after it stands. An append goes after other appends; one
that finds the dataset replaced starts anew, for its parts may have been cleared with the rest.
Source: decision 0009, "A dataset is what its manifest names".
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flowstone.connectors.content import Content
from flowstone.connectors.frames import FrameStream
from flowstone.connectors.identity import write_id
from flowstone.connectors.lake_manifest import DatasetWrite, Manifest, Part
from flowstone.connectors.lake_order import Order, action_of, check_target, put_once
from flowstone.connectors.lake_partitions import StagedPart, stage_parts
from flowstone.connectors.lake_paths import MANIFEST, PART_PREFIX, SUCCESS, is_part
from flowstone.connectors.lake_reading import current_manifest
from flowstone.connectors.object_store import NOT_THERE, ObjectStore
from flowstone.connectors.scratch import scratch_folder
from flowstone.errors.connectors import ConnectorError, InputEmpty, SchemaMismatch, TargetChanged, TargetExists
from flowstone.model.connections import WriteContext, WritePlan
from flowstone.model.output import Receipt

APPEND_ATTEMPTS = 8
"""How often an append looks again when others append to the same dataset at the same time."""
NOT_PUBLISHED = (TargetChanged, TargetExists, SchemaMismatch, InputEmpty)
"""Failures that say for sure that the manifest does not name our parts."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A dataset's manifest and its generation, as they were looked at."""

    manifest: Manifest | None
    generation: int


class DatasetWriter:
    """Carries out one write to a dataset."""

    def __init__(self, store: ObjectStore, context: WriteContext, order: Order) -> None:
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
            seen = self._look()
            done = self._done(seen, id_)
            if done:
                self._mark_success(folder, id_)
                return self._receipt(done, seen.generation, action="adopted")
            self._check(seen, wanted, rows=content.rows)
            if seen.manifest is not None and order.keeps_others and not content.rows:
                return self._receipt(self._write_of(id_, content, ()), seen.generation, action="skipped")
            left_behind = self._left_behind(seen, [part.folder for part in staged])
            write = self._write_of(id_, content, self._upload(staged, id_))
            published, generation = self._publish_or_clear(seen, wanted, write, folder)
        self._clear(path for path in left_behind if path not in self._paths(write.parts))
        return self._receipt(write, generation, action=action_of(order, exists=published.manifest is not None))

    def plan(self, stream: FrameStream, content: Content) -> WritePlan:
        """Say what `run` would do. Raises: what it would."""
        order = self._order
        with scratch_folder("plan") as folder:
            staged = stage_parts(stream, folder, format=order.format, partition_by=order.partition_by)
            size_bytes = sum(part.file.stat().st_size for part in staged)
        id_ = write_id(self._context, target=self._target, action=order.if_exists, digest=content.digest)
        seen, folders = self._look(), sorted({part.folder for part in staged} - {""})
        plan = WritePlan(self._target, "adopted", content.rows, size_bytes, replaced_rows=0)
        if self._done(seen, id_):
            return plan
        self._check(seen, Manifest(order.format, order.partition_by, stream.schema), rows=content.rows)
        if seen.manifest is not None and order.keeps_others and not content.rows:
            return replace(plan, action="skipped")
        return replace(
            plan,
            action=action_of(order, exists=seen.manifest is not None),
            replaced_rows=self._replaced_rows(seen, folders),
            partitions=tuple(folder.rstrip("/") for folder in folders) if order.keeps_others else (),
        )

    def _replaced_rows(self, seen: _Seen, folders: Collection[str]) -> int:
        if seen.manifest is None or self._order.if_exists not in ("replace", "replace_partition"):
            return 0
        is_all = self._order.if_exists == "replace"
        return sum(part.rows for part in seen.manifest.parts if is_all or part.folder in folders)

    def _done(self, seen: _Seen, id_: str) -> DatasetWrite | None:
        """Return this very write if it was done before, and no other has put its own partitions in place of its."""
        done = seen.manifest.find(id_) if seen.manifest else None
        is_undone = done is not None and done.if_exists == "replace_partition" and not done.is_whole
        return None if is_undone else done

    def _left_behind(self, seen: _Seen, folders: Collection[str]) -> list[str]:
        """Return the files that will no longer count once this write is published."""
        if self._order.if_exists == "replace":
            return self._files()
        if self._order.if_exists == "replace_partition" and seen.manifest is not None:
            return self._paths([part for part in seen.manifest.parts if part.folder in folders])
        return []

    def _look(self) -> _Seen:
        return _Seen(*current_manifest(self._store, self._order.path))

    def _upload(self, staged: Sequence[StagedPart], id_: str) -> tuple[Part, ...]:
        """Put the parts in place, where no reader counts them yet; all of them or, if we can help it, none."""
        parts: list[Part] = []
        try:
            for number, part in enumerate(staged):
                parts.append(self._put_part(part, id_, number))
        except BaseException:
            with suppress(ConnectorError):
                self._clear(self._paths(parts))
            raise
        return tuple(parts)

    def _put_part(self, part: StagedPart, id_: str, number: int) -> Part:
        path = f"{part.folder}{PART_PREFIX}{id_[:16]}-{number:05d}{part.file.suffix}"
        stored = put_once(self._store, part.file, f"{self._order.path}/{path}", write=id_)
        return Part(path, part.rows, stored.size_bytes, stored.generation)

    def _publish_or_clear(self, seen: _Seen, wanted: Manifest, write: DatasetWrite, folder: Path) -> tuple[_Seen, int]:
        """Publish; clear the parts only where it is sure that no manifest names them, nor will once an answer is in."""
        try:
            return self._publish(seen, wanted, write, folder)
        except NOT_PUBLISHED:
            with suppress(ConnectorError):
                self._clear(self._paths(write.parts))
            raise

    def _publish(self, seen: _Seen, wanted: Manifest, write: DatasetWrite, folder: Path) -> tuple[_Seen, int]:
        """Put the manifest in place of the one seen, and return that with the generation of the new one."""
        for attempt in range(1, APPEND_ATTEMPTS + 1):
            manifest = self._manifest_with(write, seen, wanted)
            staged = folder / MANIFEST
            staged.write_text(manifest.to_json(), encoding="utf-8")
            try:
                stored = self._store.put(staged, self._manifest_path, write=write.id, expected=seen.generation)
            except TargetChanged:
                before, seen = seen, self._look()
                if self._done(seen, write.id):
                    return before, seen.generation
                self._check(seen, wanted, rows=write.rows)
                if attempt == APPEND_ATTEMPTS or not self._may_follow(before, seen):
                    raise
                continue
            self._mark_success(folder, write.id)
            return seen, stored.generation
        raise AssertionError("the last attempt returns or raises")

    def _manifest_with(self, write: DatasetWrite, seen: _Seen, wanted: Manifest) -> Manifest:
        if seen.manifest is None or not self._order.keeps_others:
            return wanted.with_write(write)
        others = seen.manifest.with_types_of(wanted)
        if self._order.if_exists == "replace_partition":
            others = others.without_folders({part.folder for part in write.parts})
        return others.with_write(write)

    def _may_follow(self, before: _Seen, now: _Seen) -> bool:
        """Say whether nothing but appends came in between, which leave the parts of others alone."""
        if self._order.if_exists != "append" or now.manifest is None:
            return False
        known = before.manifest.writes if before.manifest else ()
        newer = now.manifest.writes[len(known) :]
        return now.manifest.writes[: len(known)] == known and all(write.if_exists == "append" for write in newer)

    def _mark_success(self, folder: Path, id_: str) -> None:
        """Leave the mark that other tools wait for. It is empty: somebody else's is as good."""
        path = f"{self._order.path}/{SUCCESS}"
        if self._store.stat(path) is None:
            (folder / SUCCESS).touch()
            with suppress(TargetChanged):
                self._store.put(folder / SUCCESS, path, write=id_, expected=NOT_THERE)

    def _check(self, seen: _Seen, wanted: Manifest, *, rows: int) -> None:
        order, before = self._order, seen.manifest
        if before is None and order.if_exists != "replace" and self._is_foreign():
            raise TargetExists(
                f"{self._target} holds files that are in no manifest",
                hint="Choose another path, or if_exists='replace' to put this frame in their place.",
                details={"target": self._target},
            )
        check_target(order, rows=rows, exists=before is not None, target=self._target)
        if before is not None and order.keeps_others:
            before.check_fits(wanted, path=order.path)

    def _is_foreign(self) -> bool:
        """Say whether files are there that no write of a lake, not even an interrupted one, has made."""
        return not all(is_part(path) for path in self._files())

    def _files(self) -> list[str]:
        return [file.path for file in self._store.list(f"{self._order.path}/")]

    def _paths(self, parts: Sequence[Part]) -> list[str]:
        return [f"{self._order.path}/{part.path}" for part in parts]

    def _clear(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._store.delete(path)

    def _write_of(self, id_: str, content: Content, parts: tuple[Part, ...]) -> DatasetWrite:
        context = self._context
        return DatasetWrite(id_, context.run, context.block, content.rows, content.digest, parts, self._order.if_exists)

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
