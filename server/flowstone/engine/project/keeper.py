"""What an open project keeps, and what it lets go of."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from flowstone.engine.history import LedgerThread
from flowstone.engine.project.code import ProjectCode
from flowstone.engine.project.statuses import Statuses
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.state import StateFolder

if TYPE_CHECKING:
    from flowstone.engine.collection import Collected


class Keeper:
    """Collects what a project's retention does not keep, once at a time."""

    def __init__(
        self,
        code: ProjectCode,
        statuses: Statuses,
        *,
        state: StateFolder,
        ledger: LedgerThread,
        artifacts: ArtifactStore,
    ) -> None:
        self._code = code
        self._statuses = statuses
        self._state = state
        self._ledger = ledger
        self._artifacts = artifacts
        self._collecting = asyncio.Lock()

    async def collect(self, *, dry_run: bool = False) -> Collected:
        """Let go of what is not kept, or only say what that is. Raises: LedgerUnusable; DiskFull; OSError."""
        from flowstone.engine.collection import Collector, protected_by  # it brings SQLAlchemy, which runs can wait for

        async with self._collecting:
            policy = self._code.project.retention
            pipelines = await asyncio.to_thread(self._code.pipelines)
            # Without limits nothing that may count goes anyway, and nobody need find out what does.
            ways = {
                found: None if policy.is_unlimited else await self._statuses.of_each_profile(found)
                for found in pipelines
            }
            collector = Collector(self._state, self._ledger, self._artifacts, time.time)
            return await collector.collect(policy, protected_by(ways), dry_run=dry_run)
