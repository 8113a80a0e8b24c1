"""Pipelines: shown, begun, edited, put back, and how they stand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flowstone.errors.source import VariableMissing
from flowstone.errors.store import AlreadyExists, EditConflict, NotFound
from flowstone.model.ids import PipelineId
from flowstone.model.run import RunState
from flowstone.web import wire_types as wire
from flowstone.web.call import Call, Reply
from flowstone.web.json_text import decode
from flowstone.web.resources.projects import profile_checked
from flowstone.web.views.pipelines import edited_view, pipeline_view
from flowstone.web.views.runs import freshness_view, run_view
from flowstone.web.wire.edits import EditedPipeline

if TYPE_CHECKING:
    from flowstone.web.open_project import OpenProject

ENDED_LOOKED_AT = 5


def pipeline_file(pipeline: str) -> str:
    """Return where a pipeline's YAML is."""
    return f"pipelines/{pipeline}.yaml"


async def _view(opened: OpenProject, pipeline: str) -> Reply[wire.PipelineView]:
    loaded = await opened.load_pipeline(PipelineId(pipeline))
    return Reply(pipeline_view(opened.project, loaded), etag=loaded.etag)


async def read_pipeline(call: Call[None]) -> Reply[wire.PipelineView]:
    """Show a pipeline. Raises: NotFound; SourceError, when its YAML cannot be read."""
    return await _view(await call.project(), call.path["pipeline"])


async def create_pipeline(call: Call[wire.NewPipeline]) -> Reply[wire.PipelineView]:
    """Begin an empty pipeline. Raises: AlreadyExists, DiskFull."""
    from flowstone.store.pipeline_edits import new_pipeline_text

    opened = await call.project()
    try:
        await save(opened, pipeline_file(call.body.id), new_pipeline_text(call.body.description), if_match=None)
    except AlreadyExists as taken:
        raise AlreadyExists("pipeline", call.body.id) from taken
    return await _view(opened, call.body.id)


async def add_sample(call: Call[None]) -> Reply[wire.PipelineView]:
    """Put the sample pipeline into a project that has none. Raises: AlreadyExists, PathRefused, DiskFull."""
    from flowstone.store.templates import add_sample as added

    opened = await call.project()
    pipeline = await asyncio.to_thread(added, opened.root)
    return await _view(opened, pipeline)


async def edit_pipeline(call: Call[Any]) -> Reply[EditedPipeline]:
    """Make one edit. Raises: NotFound, EditConflict, CycleFound and the other errors of edits, DiskFull."""
    from flowstone.web.resources.edits import make_edit

    opened = await call.project()
    loaded = await opened.load_pipeline(PipelineId(call.path["pipeline"]))
    if call.if_match != loaded.etag:
        raise EditConflict(loaded.pipeline.file, current_etag=loaded.etag, current_text=loaded.text)
    made = await make_edit(opened, loaded, call.body)
    after = await opened.load_pipeline(loaded.pipeline.id)
    return Reply(edited_view(opened.project, after, made.change, kept_files=made.kept_files), etag=after.etag)


async def read_source(call: Call[None]) -> Reply[wire.FileView]:
    """Show a pipeline's YAML. Raises: NotFound, EncodingInvalid, FileTooLarge."""
    from flowstone.store.texts import read_text

    opened = await call.project()
    found = await asyncio.to_thread(read_text, opened.root, pipeline_file(call.path["pipeline"]))
    return Reply(wire.FileView(path=found.path, text=found.text, etag=found.etag), etag=found.etag)


async def save_source(call: Call[wire.SaveFile]) -> Reply[wire.PipelineView]:
    """Save a pipeline's YAML. Raises: EditConflict; DiskFull; SourceError, when what was saved does not parse."""
    opened = await call.project()
    await save(opened, pipeline_file(call.path["pipeline"]), call.body.text, if_match=call.if_match)
    return await _view(opened, call.path["pipeline"])


async def save(opened: OpenProject, file: str, text: str, *, if_match: str | None) -> None:
    """Save a text and tell of it. Raises: AlreadyExists, EditConflict, DiskFull."""
    from flowstone.store.texts import save_text

    saved = await asyncio.to_thread(save_text, opened.root, file, text, if_match=if_match)
    opened.saved(file, saved.etag)


async def read_status(call: Call[None]) -> Reply[wire.PipelineStatus]:
    """Say how a pipeline's blocks stand. Raises: NotFound; JsonRefused; SourceError, for a wrong param too."""
    opened = await call.project()
    pipeline = PipelineId(call.path["pipeline"])
    profile = await profile_checked(opened, call.text("profile"))
    blocks = await opened.workbench.status(pipeline, profile=profile, params=_params(call.text("params")))
    active = await opened.workbench.active_run(pipeline)
    return Reply(
        wire.PipelineStatus(
            pipeline=pipeline,
            problem=_profile_problem(opened, profile),
            blocks=[freshness_view(block) for block in blocks],
            active_run=None if active is None else run_view(active),
            last_run=await _last_run(opened, pipeline),
            last_attempts=[
                run_view(run) for run in await opened.workbench.last_attempts(pipeline, [block.id for block in blocks])
            ],
        )
    )


def _params(text: str | None) -> Mapping[str, Any]:
    if text is None:
        return {}
    from pydantic import TypeAdapter

    params: Mapping[str, Any] = decode(text, TypeAdapter(dict[str, Any]))
    return params


def _profile_problem(opened: OpenProject, profile: str | None) -> wire.ErrorBody | None:
    """Say why a run with a profile would be refused; freshness can be told all the same."""
    from flowstone.store.settings import connection_settings

    try:
        connection_settings(opened.project, profile, environment=os.environ)
    except (VariableMissing, NotFound) as missing:
        return wire.ErrorBody(code=missing.code, message=missing.message, hint=missing.hint)
    return None


async def _last_run(opened: OpenProject, pipeline: PipelineId) -> wire.RunView | None:
    runs, _ = await opened.workbench.runs(pipeline=pipeline, limit=ENDED_LOOKED_AT)
    ended = next((run for run in runs if run.state is not RunState.RUNNING), None)
    return None if ended is None else run_view(await opened.workbench.run(ended.id))
