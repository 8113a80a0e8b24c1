"""A lake over any object store: single files, and datasets that a manifest publishes."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pandas as pd

from flowstone.connectors.content import Content, watched
from flowstone.connectors.frames import FrameStream, stream_of
from flowstone.connectors.identity import write_id
from flowstone.connectors.lake_dataset import DatasetWriter
from flowstone.connectors.lake_formats import write_file
from flowstone.connectors.lake_order import Order, action_of, check_target, checked_order, put_once
from flowstone.connectors.lake_paths import clean_prefix, format_of
from flowstone.connectors.lake_reading import LakeReader
from flowstone.connectors.object_store import NOT_THERE, ObjectStore, StoredObject
from flowstone.connectors.scratch import scratch_folder
from flowstone.errors.connectors import OptionInvalid
from flowstone.model.connections import FileFormat, Frame, IfExists, LakeFile, WriteContext, WritePlan
from flowstone.model.output import Receipt


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
            wrote in the meantime; InputEmpty, when nothing is to replace something; OptionInvalid; SchemaMismatch;
            ValueNotStorable; DiskFull; the ConnectorError that fits.
        """
        order = checked_order(path, format, partition_by, if_exists)
        stream, content = watched(stream_of(frame))
        if order.partition_by or format_of(order.path) is None:
            return DatasetWriter(self._store, self._context, order).run(stream, content)
        return self._write_file(order, stream, content)

    def plan(
        self,
        frame: Frame,
        path: str,
        *,
        format: FileFormat | None = None,
        partition_by: str | Sequence[str] | None = None,
        if_exists: IfExists = "fail",
    ) -> WritePlan:
        """Say what `write` would do with the same arguments, and do none of it. Raises: what `write` would."""
        order = checked_order(path, format, partition_by, if_exists)
        stream, content = watched(stream_of(frame))
        if order.partition_by or format_of(order.path) is None:
            return DatasetWriter(self._store, self._context, order).plan(stream, content)
        return self._plan_file(order, stream, content)

    def read(
        self, path: str, *, format: FileFormat | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Read a file, a glob, or a dataset with its partition columns. Raises: TargetMissing, never an empty frame."""
        return self._reader.read(path, format=format, columns=columns)

    def list(self, prefix: str = "") -> list[LakeFile]:
        """List the files whose path starts with the prefix, in order of path. Raises: OptionInvalid, for `..`."""
        return self._store.list(clean_prefix(prefix))

    def _write_file(self, order: Order, stream: FrameStream, content: Content) -> Receipt:
        _check_is_whole(order)
        with self._store.staging() as folder:
            staged = folder / f"file.{order.format}"
            write_file(stream, staged, order.format)
            target, id_ = self._named(order, content)
            before = self._store.stat(order.path)
            if before is not None and before.write == id_:
                return _receipt(order, target, content, before, action="adopted")
            check_target(order, rows=content.rows, exists=before is not None, target=target)
            expected = before.generation if before else NOT_THERE
            stored = put_once(self._store, staged, order.path, write=id_, expected=expected)
        return _receipt(order, target, content, stored, action=action_of(order, exists=before is not None))

    def _plan_file(self, order: Order, stream: FrameStream, content: Content) -> WritePlan:
        _check_is_whole(order)
        with scratch_folder("plan") as folder:
            staged = folder / f"file.{order.format}"
            write_file(stream, staged, order.format)
            size_bytes = staged.stat().st_size
        target, id_ = self._named(order, content)
        before = self._store.stat(order.path)
        if before is not None and before.write == id_:
            return WritePlan(target, "adopted", content.rows, size_bytes, replaced_rows=0)
        check_target(order, rows=content.rows, exists=before is not None, target=target)
        action = action_of(order, exists=before is not None)
        return WritePlan(target, action, content.rows, size_bytes, replaced_rows=None if before else 0)

    def _named(self, order: Order, content: Content) -> tuple[str, str]:
        """Return the target's name, and the write's."""
        target = f"{self._store.url}/{order.path}"
        return target, write_id(self._context, target=target, action=order.if_exists, digest=content.digest)


def _check_is_whole(order: Order) -> None:
    if order.keeps_others:
        raise OptionInvalid(
            f"Nothing can be appended to the single file {order.path!r}",
            hint="Append to a dataset: a path without a suffix, such as trips instead of trips.parquet.",
        )


def _receipt(order: Order, target: str, content: Content, stored: StoredObject, *, action: str) -> Receipt:
    return Receipt(
        target=target,
        rows=content.rows,
        size_bytes=stored.size_bytes,
        seconds=time.monotonic() - order.started,
        action=action,
        generations={stored.path: stored.generation},
        facts={"format": order.format, "digest": content.digest},
    )
