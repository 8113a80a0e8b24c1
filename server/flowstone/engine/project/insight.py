"""What can be asked about a block's outputs beyond their rows: what it gave in the past, and how two tables differ."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from flowstone.engine.history import LedgerThread
from flowstone.engine.project.shown import Shown
from flowstone.engine.questions import DifferenceQuestion
from flowstone.errors.engine import QueryRefused
from flowstone.model.chart import Chart, Drawn
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.past_output import PastOutputs, PastPage
from flowstone.model.table_difference import RowsOfDifference, TableDifference
from flowstone.model.view import Filter


@dataclass(frozen=True, slots=True)
class Insight:
    """Asks the ledger, and query processes of their own: what takes long must not keep the grid's rows waiting."""

    ledger: LedgerThread
    shown: Shown

    async def past_outputs(
        self, pipeline: PipelineId, block: BlockId, *, before: tuple[float, RunId] | None = None, limit: int = 50
    ) -> PastPage:
        """Return what a block gave in the runs of its pipeline, newest first. Raises: LedgerUnusable."""
        page = await self.ledger.do(lambda ledger: ledger.past_outputs(pipeline, block, before=before, limit=limit))
        entries = await asyncio.to_thread(lambda: tuple(map(self._with_kept, page.entries)))
        return replace(page, entries=entries)

    def _with_kept(self, entry: PastOutputs) -> PastOutputs:
        return replace(entry, kept=tuple(self.shown.artifacts.has(output.hash) for output in entry.outputs))

    async def difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None = None
    ) -> TableDifference:
        """Return how a table differs from an earlier one, by a key that is looked for if none is named.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when one is no table or has no such column.
        """
        await self._check_tables(before, after)
        return await self.shown.queries.difference(DifferenceQuestion(self.shown.address, before, after, key))

    async def rows_of_difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None, rows: RowsOfDifference
    ) -> bytes:
        """Return a page of the rows in which two tables differ, as an Arrow IPC stream. Raises: see `difference`."""
        await self._check_tables(before, after)
        return await self.shown.queries.rows_of_difference(
            DifferenceQuestion(self.shown.address, before, after, key, rows)
        )

    async def chart(self, artifact: ArtifactHash, chart: Chart, filtered: Filter) -> Drawn:
        """Return the points of a chart of the rows that a filter lets through.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when it is no table or cannot be drawn like this.
        """
        return await self.shown.queries.chart(await self.shown.stored(artifact), chart, filtered)

    async def _check_tables(self, *artifacts: ArtifactHash) -> None:
        for artifact in artifacts:
            output = await self.shown.output(artifact)
            if output.rows is None:
                raise QueryRefused("Only tables can be compared row by row", hint="Look at both values instead.")
