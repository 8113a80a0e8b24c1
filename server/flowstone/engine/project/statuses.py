"""How the blocks of an open project's pipelines stand today, with one profile or with each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowstone.engine.assessment import Assessed, next_expiry
from flowstone.engine.project.code import ProjectCode
from flowstone.engine.standing import Standing
from flowstone.engine.status_news import StatusNews
from flowstone.errors.base import FlowstoneError
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.status import BlockStatus


@dataclass(frozen=True, slots=True)
class Statuses:
    """Looks at pipelines as they are in the project's folder."""

    code: ProjectCode
    standing: Standing
    news: StatusNews

    async def of(
        self, pipeline: PipelineId, *, profile: str | None, params: Mapping[str, Any]
    ) -> tuple[BlockStatus, ...]:
        """Return how each block stands, and tell of it from then on. Raises: see `Workbench.status`."""
        self.news.look_at(pipeline)
        code = await asyncio.to_thread(self.code.to_look_at, pipeline, profile)
        values = code.values(params)
        of_profile = profile or code.project.profile
        now = time.time()
        found = await self.standing.of_all(code, values, profile=of_profile, now=now)
        expiry = next_expiry(code.pipeline, found)
        if expiry is not None:
            self.news.changes_in(pipeline, expiry - now)
        return tuple(found[block].status for block in code.pipeline.block_ids)

    async def of_each_profile(self, pipeline: PipelineId) -> list[dict[BlockId, Assessed]] | None:
        """Return how a pipeline's blocks stand with each profile; None where that cannot be told at the moment."""
        project = self.code.project
        found = []
        try:
            for profile in {project.profile, *(each.name for each in project.profiles)}:
                code = await asyncio.to_thread(self.code.to_look_at, pipeline, profile)
                now = time.time()
                found.append(await self.standing.of_all(code, code.values({}), profile=profile, now=now))
        except (FlowstoneError, ValueError):  # half an edit, or a circle in it
            return None
        return found
