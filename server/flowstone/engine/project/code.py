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
from flowstone.store.project_files import load_pipeline, load_project, pipeline_ids
from flowstone.store.settings import connection_settings


class ProjectCode:
    """Reads pipelines from a project's folder, or from a copy of its code. It reads files: not for the loop."""

    def __init__(self, root: Path, project: Project) -> None:
        self.root = root
        self.project = project

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
        loaded = self._unconnected(pipeline, folder)
        return replace(loaded, connections=connection_settings(loaded.project, profile, environment=os.environ))

    def to_look_at(self, pipeline: PipelineId, profile: str | None) -> Code:
        """Return a pipeline as it is in the project's folder. Raises: NotFound; SourceError."""
        try:
            return self.of_run(pipeline, profile, folder=self.root)
        except VariableMissing:  # the run will refuse; freshness can be told without
            return self._unconnected(pipeline, self.root)

    def _unconnected(self, pipeline: PipelineId, folder: Path) -> Code:
        project = replace(load_project(folder), id=self.project.id, root=str(self.root))
        return Code(project, load_pipeline(folder, pipeline), folder)
