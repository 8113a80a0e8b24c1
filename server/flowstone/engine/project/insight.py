"""What can be asked about a block's outputs beyond their rows: what it gave in the past, and how two tables differ."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from flowstone.engine.history import LedgerThread
from flowstone.engine.queries import Queries
from flowstone.engine.questions import DifferenceQuestion
from flowstone.errors.engine import QueryRefused
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.past_output import PastOutputs, PastPage
from flowstone.model.table_difference import RowsOfDifference, TableDifference
from flowstone.store.artifacts import ArtifactStore


@dataclass(frozen=True, slots=True)
class Insight:
    """Asks the ledger, and a query process of its own: what takes long must not keep the grid's rows waiting."""

    ledger: LedgerThread
    artifacts: ArtifactStore
    address: str
    """Where the artifacts are: a folder or a URL."""
    queries: Queries

    async def past_outputs(
        self, pipeline: PipelineId, block: BlockId, *, before: tuple[float, RunId] | None = None, limit: int = 50
    ) -> PastPage:
        """Return what a block gave in the runs of its pipeline, newest first. Raises: LedgerUnusable."""
        page = await self.ledger.do(lambda ledger: ledger.past_outputs(pipeline, block, before=before, limit=limit))
        entries = await asyncio.to_thread(lambda: tuple(map(self._with_kept, page.entries)))
        return replace(page, entries=entries)

    def _with_kept(self, entry: PastOutputs) -> PastOutputs:
        return replace(entry, kept=tuple(self.artifacts.has(output.hash) for output in entry.outputs))

    async def difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None = None
    ) -> TableDifference:
        """Return how a table differs from an earlier one, by a key that is looked for if none is named.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when one is no table or has no such column.
        """
        await self._check_tables(before, after)
        return await self.queries.difference(DifferenceQuestion(self.address, before, after, key))

    async def rows_of_difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None, rows: RowsOfDifference
    ) -> bytes:
        """Return a page of the rows in which two tables differ, as an Arrow IPC stream. Raises: see `difference`."""
        await self._check_tables(before, after)
        return await self.queries.rows_of_difference(DifferenceQuestion(self.address, before, after, key, rows))

    async def _check_tables(self, *artifacts: ArtifactHash) -> None:
        for artifact in artifacts:
            output = await asyncio.to_thread(self.artifacts.describe, artifact)
            if output.rows is None:
                raise QueryRefused("Only tables can be compared row by row", hint="Look at both values instead.")
