"""What other processes do in a project, as its ledger tells: commands run beside a server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from flowstone.engine.history import LedgerThread
from flowstone.engine.notices import BlockChanged, Notice, RunChanged
from flowstone.errors.base import FlowstoneError
from flowstone.model.ids import RunId
from flowstone.model.run import RunRecord, RunState

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

LOOK_EVERY_S = 0.5
"""Looking costs one number of SQLite's as long as nobody writes."""
RECENT = 30
"""So many of others' newest runs are followed."""

log = logging.getLogger("flowstone.engine")


class OthersRuns:
    """Follows the runs of other processes, and tells of them as if they were this one's."""

    def __init__(self, ledger: LedgerThread, *, me: str, tell: Callable[[Notice], None]) -> None:
        self._ledger = ledger
        self._me = me
        self._tell = tell
        self._version: int | None = None
        self._known: dict[RunId, RunRecord] = {}

    async def follow(self, *, every_s: float = LOOK_EVERY_S) -> None:
        """Tell of what others do, until cancelled."""
        while True:
            try:
                await self.look()
            except (FlowstoneError, OSError) as wrong:  # a ledger that is busy or not to be read may be so no longer
                log.warning("runs of other processes cannot be followed now: %s", wrong)
            await asyncio.sleep(every_s)

    async def look(self) -> None:
        """Tell what others did since the last look; the first only learns how things are. Raises: LedgerUnusable."""
        version = await self._ledger.do(_version)
        if version == self._version:
            return
        found = {run.id: run for run in await self._ledger.do(self._read)}
        is_first, self._version = self._version is None, version  # only now: what could not be read is read again
        before, self._known = self._known, found
        if not is_first:
            for run in reversed(found.values()):
                self._tell_of(before.get(run.id), run)

    def _read(self, ledger: Ledger) -> list[RunRecord]:
        """Read others' newest runs; those that ended already are not read again."""
        recent = ledger.runs_of_others(self._me, limit=RECENT)
        return [known if (known := self._ended(run)) else ledger.run(run.id) for run in recent]

    def _ended(self, run: RunRecord) -> RunRecord | None:
        known = self._known.get(run.id)
        return known if known is not None and known.state is run.state is not RunState.RUNNING else None

    def _tell_of(self, before: RunRecord | None, run: RunRecord) -> None:
        if before is run:
            return
        if before is None or before.state is not run.state:
            self._tell(RunChanged(run))
        known = {block.id: block for block in before.blocks} if before else {}
        for block in run.blocks:
            if known.get(block.id) != block and (before is not None or block.started_at is not None):
                self._tell(BlockChanged(run.pipeline, run.id, block))


def _version(ledger: Ledger) -> int:
    return ledger.changes_of_others()
