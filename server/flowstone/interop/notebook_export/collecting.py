"""A project's pipeline or one of its runs, gathered to be exported."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flowstone.engine.workbench import Workbench
from flowstone.errors.store import NotFound
from flowstone.interop.notebook_export.exporting import Exported, export_notebook
from flowstone.interop.notebook_export.shown import outputs_of_result, outputs_of_run
from flowstone.model.freshness import Freshness
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.params import pipeline_values
from flowstone.store.project_files import LoadedPipeline, load_pipeline
from flowstone.store.state import StateFolder


async def notebook_of(
    project: Path, pipeline: str, *, run: str | None = None, profile: str | None = None, target: Path | None = None
) -> str:
    """Return a pipeline as a notebook with its fresh outputs; with `run`, the code, params and outputs of that run.

    `target` is where it will be written: its way to the project is kept in it.
    Raises: NotFound; NotebookUnwritable; ArtifactCorrupt; SourceError; OSError.
    """
    root = await asyncio.to_thread(project.resolve)
    bench = await Workbench.open(root, workers=True)
    try:
        gathered = await (_of_run(bench, pipeline, run) if run else _as_it_is(bench, root, pipeline, profile))
    finally:
        await bench.close()
    folder = "." if target is None else await asyncio.to_thread(_way, target, root)
    return await asyncio.to_thread(export_notebook, replace(gathered, folder=folder))


def _way(target: Path, root: Path) -> str:
    """Return the way from where a file will be to a project's folder."""
    return os.path.relpath(root, target.resolve().parent)


async def _as_it_is(bench: Workbench, root: Path, pipeline: str, profile: str | None) -> Exported:
    loaded = await asyncio.to_thread(load_pipeline, root, pipeline)
    outputs = {}
    for block in await bench.status(PipelineId(pipeline), profile=profile):
        if block.freshness is Freshness.FRESH and block.result is not None:
            outputs[block.id] = await outputs_of_result(bench, block.result)
    return Exported(loaded, _values(bench, loaded, {}), profile=profile, outputs=outputs)


async def _of_run(bench: Workbench, pipeline: str, run_id: str) -> Exported:
    run = await bench.run(RunId(run_id))
    if run.pipeline != pipeline:
        raise NotFound(f"run of {pipeline}", run_id, hint=f"It is a run of {run.pipeline}.")
    root = StateFolder(Path(bench.project.root)).snapshots / run.snapshot
    if not run.snapshot or not root.is_dir():
        raise NotFound("code of the run", run_id, hint="It was let go; the pipeline can be exported as it is now.")
    loaded = await asyncio.to_thread(load_pipeline, root, pipeline)
    started = datetime.fromtimestamp(run.started_at, UTC)
    return Exported(
        loaded,
        _values(bench, loaded, run.params),
        profile=run.profile,
        said=f"Run `{run.id}`, {run.state.value}, begun {started:%Y-%m-%d %H:%M} UTC.",
        outputs=await outputs_of_run(bench, run),
    )


def _values(bench: Workbench, loaded: LoadedPipeline, overrides: Mapping[str, Any]) -> Mapping[str, Any]:
    return pipeline_values(loaded.pipeline, bench.project.params, overrides)
