"""The runs of a project: those that go on here, and those that the ledger tells of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.history import LedgerThread
from flowstone.engine.notices import Notice, RunChanged
from flowstone.errors.engine import QueryRefused, RunNotActive
from flowstone.errors.store import NotFound
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.run import RunRecord, RunState

LOOKED_BACK = 30
"""Among so many runs a block's last attempt is looked for."""


@dataclass(frozen=True, slots=True)
class KnownRuns:
    """Finds, waits for, stops and keeps runs."""

    ledger: LedgerThread
    active: ActiveRuns
    tell: Callable[[Notice], None]

    async def find(self, run: RunId) -> RunRecord:
        """Return a run with its blocks. Raises: NotFound."""
        known = self.active.record(run)
        return await self.ledger.do(lambda ledger: ledger.run(run)) if known is None else known

    async def is_known(self, run: RunId) -> bool:
        """Say whether there is such a run."""
        try:
            await self.find(run)
        except NotFound:
            return False
        return True

    def is_active(self, run: RunId) -> bool:
        """Say whether a run is driven here."""
        return self.active.is_active(run)

    async def page(
        self, *, pipeline: PipelineId | None, state: RunState | None, before: str | None, limit: int
    ) -> tuple[tuple[RunRecord, ...], str | None]:
        """Return runs, newest first, and where the next page begins. Raises: QueryRefused, for a wrong `before`."""
        cursor = None if before is None else _cursor(before)
        found = await self.ledger.do(
            lambda ledger: ledger.runs(pipeline=pipeline, state=state, before=cursor, limit=limit + 1)
        )
        page = found[:limit]
        is_last = len(found) <= limit
        return page, None if is_last or not page else f"{page[-1].started_at!r}~{page[-1].id}"

    async def last_attempts(self, pipeline: PipelineId, blocks: Iterable[BlockId]) -> tuple[RunRecord, ...]:
        """Return the runs that say how each block did last, newest first, each with just those blocks."""
        wanted = tuple(blocks)
        return await self.ledger.do(lambda ledger: ledger.last_attempts(pipeline, wanted, looked_back=LOOKED_BACK))

    async def stop(self, run: RunId) -> None:
        """Ask a run to end. Raises: NotFound; RunNotActive, when it has ended or runs elsewhere."""
        if self.active.stop(run):
            return
        record = await self.find(run)
        where = "is run by another process" if record.state is RunState.RUNNING else "has ended already"
        raise RunNotActive(f"The run {run} {where}", details={"run": run, "state": record.state.value})

    async def wait(self, run: RunId) -> RunRecord:
        """Wait for a run to end, if it is driven here. Raises: NotFound."""
        ended = await self.active.wait(run)
        return await self.find(run) if ended is None else ended

    async def pin(self, run: RunId, *, is_pinned: bool) -> None:
        """Keep a run and its outputs whatever the limits say, or no longer. Raises: NotFound."""
        await self.ledger.do(lambda ledger: ledger.pin(run, is_pinned=is_pinned))
        if not self.active.is_active(run):
            self.tell(RunChanged(await self.find(run)))


def _cursor(text: str) -> tuple[float, RunId]:
    started_at, _, run = text.partition("~")
    try:
        return float(started_at), RunId(run)
    except ValueError as wrong:
        raise QueryRefused("`before` is not where a page began", hint="Use the `next` of the page before.") from wrong
