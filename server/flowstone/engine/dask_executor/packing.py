"""A block's job made fit for another machine: the code from its parcel, and a folder to work in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flowstone.engine.dask_executor.messages import Order
from flowstone.engine.jobs import BlockJob
from flowstone.errors.cluster import NotShared
from flowstone.errors.store import NotFound
from flowstone.store.cached import cache_folder
from flowstone.store.code_parcels import received
from flowstone.store.places import is_url, place_at
from flowstone.store.state import StateFolder

HERE_ONLY = frozenset({"local", "duckdb"})
"""Connections to a path: on a machine that does not see the project's folder they would write where nobody looks."""


@contextmanager
def unpacked(order: Order, job: BlockJob) -> Iterator[BlockJob]:
    """Give a job as it can run on this machine; what was made for it is gone afterwards.

    Where the project's folder is seen, it is the working directory, as ever; elsewhere a copy of the code is.
    Raises: NotShared, when this machine lacks a folder that the block needs; StoreUnreachable; OSError.
    """
    code = _code(order, job)
    if _sees_project(order, job):
        yield replace(job, code_root=str(code))
        return
    _refuse_paths(job)
    with tempfile.TemporaryDirectory(prefix="flowstone-block-", ignore_cleanup_errors=True) as folder:
        work = Path(folder) / "project"
        shutil.copytree(code, work, ignore=shutil.ignore_patterns("__pycache__"))
        yield replace(job, code_root=str(code), project_root=str(work))


def _code(order: Order, job: BlockJob) -> Path:
    try:
        return received(order.snapshot, place_at(job.artifacts), cache_folder(job.artifacts))
    except (NotFound, PermissionError) as gone:
        if is_url(job.artifacts):
            raise
        raise NotShared(
            f"The worker does not see the folder {job.artifacts}",
            hint="Share it with the workers under the same path, or set `artifacts:` to a bucket's URL.",
        ) from gone


def _sees_project(order: Order, job: BlockJob) -> bool:
    """Say whether the project's folder is here: a snapshot of that very content lies where it does there."""
    return (StateFolder(Path(job.project_root)).snapshots / order.snapshot).is_dir()


def _refuse_paths(job: BlockJob) -> None:
    for settings in job.connections:
        if settings.type in HERE_ONLY:
            raise NotShared(
                f"The connection {settings.name!r} is a path in the project's folder, which the worker does not see",
                hint="Share the folder with the workers under the same path, or use a profile with buckets and tables.",
            )
