"""Projects: the list, and each one's page."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.errors.base import SourceError
from flowstone.errors.store import NotFound, PathRefused
from flowstone.web import wire_types as wire
from flowstone.web.call import Call, Reply
from flowstone.web.views.pipelines import problem_view
from flowstone.web.views.projects import connection_views, project_summary
from flowstone.web.views.runs import run_summary

if TYPE_CHECKING:
    from flowstone.model.ids import PipelineId
    from flowstone.web.open_project import OpenProject

MAX_READ_PIPELINES = 60
"""How many pipelines of a project are read for its page; the others are listed by id alone."""
SPARK_RUNS = 10
RECENT_RUNS = 20
RUNS_LOOKED_AT = 200


async def list_projects(call: Call[None]) -> Reply[list[wire.ProjectSummary]]:
    """List the open projects."""
    projects = await call.services.shelf.projects()
    return Reply([project_summary(opened.project) for opened in projects])


async def read_project(call: Call[None]) -> Reply[wire.ProjectView]:
    """Show a project's page. Raises: NotFound; SourceError, when its own files cannot be read."""
    opened = await call.project()
    project = await opened.load_project()
    runs, _ = await opened.workbench.runs(limit=RUNS_LOOKED_AT)
    summaries = [run_summary(run) for run in runs]
    by_pipeline: dict[str, list[wire.RunSummary]] = defaultdict(list)
    for run in summaries:
        by_pipeline[run.pipeline].append(run)
    pipelines = await asyncio.to_thread(_pipelines, opened.root, by_pipeline)
    view = wire.ProjectView(
        **project_summary(project).model_dump(),
        description=project.description,
        profile=project.profile,
        profiles=[profile.name for profile in project.profiles] or [project.profile],
        pipelines=pipelines,
        connections=connection_views(project),
        recent_runs=summaries[:RECENT_RUNS],
        problems=[problem for pipeline in pipelines for problem in pipeline.problems],
    )
    return Reply(view)


def _pipelines(root: Path, runs: Mapping[str, Sequence[wire.RunSummary]]) -> list[wire.PipelineSummary]:
    from flowstone.store.project_files import pipeline_ids

    ids = pipeline_ids(root)
    read = [_summary(root, pipeline, runs.get(pipeline, ())) for pipeline in ids[:MAX_READ_PIPELINES]]
    return [*read, *(_unread(pipeline, runs.get(pipeline, ()), []) for pipeline in ids[MAX_READ_PIPELINES:])]


def _summary(root: Path, pipeline: PipelineId, runs: Sequence[wire.RunSummary]) -> wire.PipelineSummary:
    from flowstone.store.project_files import load_pipeline

    try:
        loaded = load_pipeline(root, pipeline)
    except SourceError as broken:
        return _unread(pipeline, runs, [problem_view(broken.problem())])
    except (NotFound, PathRefused):
        return _unread(pipeline, runs, [])
    return wire.PipelineSummary(
        id=pipeline,
        description=loaded.pipeline.description,
        block_count=len(loaded.pipeline.blocks),
        problems=[problem_view(problem) for problem in loaded.problems],
        last_runs=list(runs[:SPARK_RUNS]),
    )


def _unread(
    pipeline: PipelineId, runs: Sequence[wire.RunSummary], problems: list[wire.ProblemView]
) -> wire.PipelineSummary:
    return wire.PipelineSummary(
        id=pipeline, description="", block_count=None, problems=problems, last_runs=list(runs[:SPARK_RUNS])
    )


async def profile_checked(opened: OpenProject, profile: str | None) -> str | None:
    """Return a profile's name if the project has it. Raises: NotFound."""
    if profile is not None:
        try:
            opened.project.connections(profile)
        except KeyError as gone:
            raise NotFound("profile", profile) from gone
    return profile
