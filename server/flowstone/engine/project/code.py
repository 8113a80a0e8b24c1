"""An open project's settings as they are now, and its pipelines as code."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from flowstone.engine.preparation import Code
from flowstone.errors.source import VariableMissing
from flowstone.model.ids import PipelineId
from flowstone.model.project import Project
from flowstone.store.project_files import LoadedPipeline, load_pipeline, load_project, pipeline_ids
from flowstone.store.settings import connection_settings


class ProjectCode:
    """Reads pipelines from a project's folder, or from a copy of its code. It reads files: not for the loop."""

    def __init__(self, root: Path, project: Project) -> None:
        self.root = root
        self.project = project
        self._last_copy: tuple[Path, PipelineId, Project, LoadedPipeline] | None = None

    async def reload(self) -> None:
        """Read the project's settings again. Raises: NotFound; SourceError."""
        self.project = await asyncio.to_thread(load_project, self.root)

    def pipelines(self) -> tuple[PipelineId, ...]:
        """Return the pipelines that there are now."""
        return pipeline_ids(self.root)

    def of_run(self, pipeline: PipelineId, profile: str | None, *, folder: Path) -> Code:
        """Return a pipeline from a copy of the project's code; connections are of the project itself.

        Raises: NotFound; SourceError, also for variables that are missing.
        """
        return self._connected(self._unconnected(pipeline, folder), profile)

    def of_copy(self, pipeline: PipelineId, profile: str | None, *, copy: Path) -> Code:
        """Return what `of_run` does, of a copy that never changes: the one asked for last is not read again."""
        last = self._last_copy
        if last is None or last[:2] != (copy, pipeline):
            last = self._last_copy = (copy, pipeline, load_project(copy), load_pipeline(copy, pipeline))
        return self._connected(self._code(*last[2:], copy), profile)

    def _connected(self, loaded: Code, profile: str | None) -> Code:
        return replace(loaded, connections=connection_settings(loaded.project, profile, environment=os.environ))

    def to_look_at(self, pipeline: PipelineId, profile: str | None) -> Code:
        """Return a pipeline as it is in the project's folder. Raises: NotFound; SourceError."""
        try:
            return self.of_run(pipeline, profile, folder=self.root)
        except VariableMissing:  # the run will refuse; freshness can be told without
            return self._unconnected(pipeline, self.root)

    def _unconnected(self, pipeline: PipelineId, folder: Path) -> Code:
        return self._code(load_project(folder), load_pipeline(folder, pipeline), folder)

    def _code(self, found: Project, loaded: LoadedPipeline, folder: Path) -> Code:
        return Code(replace(found, id=self.project.id, root=str(self.root)), loaded, folder)
