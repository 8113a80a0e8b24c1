"""The runs that this process drives, none of which is left without an end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flowstone.engine.driver import Driver
from flowstone.engine.history import LedgerThread
from flowstone.engine.notices import BlockChanged, Notice, RunChanged
from flowstone.engine.owners import is_alive, is_of_here, keep_lease, this_process
from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound, RunTaken
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import ENDED, BlockState, RunRecord, RunState

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

WRITE_AGAIN_AFTER_S = 1.0
"""How soon the end of a run is written again when the ledger could not take it: a full disk may get room."""

RECOVER_EVERY_S = 2.0
"""How soon a server notices that a command beside it has died. Source: promise 4, five seconds."""

log = logging.getLogger("flowstone.engine")


@dataclass(slots=True)
class _Active:
    driver: Driver
    task: asyncio.Task[RunRecord]


class ActiveRuns:
    """Drives runs, and writes off those that nobody drives any more."""

    def __init__(self, ledger: LedgerThread, *, tell: Callable[[Notice], None]) -> None:
        self._ledger = ledger
        self._renewing: asyncio.Task[None] | None = None
        self._tell = tell
        self._active: dict[RunId, _Active] = {}
        self._unwritten: dict[RunId, RunRecord] = {}
        self._writing: asyncio.Task[None] | None = None

    def begin(self, driver: Driver) -> None:
        """Drive a run that the ledger has."""
        if self._renewing is None:
            self._renewing = asyncio.create_task(keep_lease(self._ledger.leases))
        self._active[driver.record.id] = _Active(driver, asyncio.create_task(self._drive(driver)))

    @property
    def any_active(self) -> bool:
        """Whether any run is driven here."""
        return bool(self._active)

    def is_active(self, run: RunId) -> bool:
        """Say whether a run is driven here."""
        return run in self._active

    def record(self, run: RunId) -> RunRecord | None:
        """Return a run that this process knows better than the ledger does, or None."""
        active = self._active.get(run)
        return self._unwritten.get(run) if active is None else active.driver.record

    def newest_of(self, pipeline: PipelineId) -> RunRecord | None:
        """Return the newest run of a pipeline that is driven here."""
        going = [active.driver.record for active in self._active.values()]
        return next((record for record in reversed(going) if record.pipeline == pipeline), None)

    def stop(self, run: RunId) -> bool:
        """Ask a run to end; say whether it was driven here."""
        active = self._active.get(run)
        if active is not None:
            active.driver.stop()
        return active is not None

    async def wait(self, run: RunId) -> RunRecord | None:
        """Wait for a run to end, if it is driven here."""
        active = self._active.get(run)
        return self._unwritten.get(run) if active is None else await asyncio.shield(active.task)

    async def recover(self, *, elsewhere: bool = False) -> bool:
        """Say of runs whose process is gone that they ended, and of blocks that it ran that nobody knows.

        Runs of another machine, of whose process only a lease speaks, are ended by who holds the project alone: it
        asks for those `elsewhere`. Returns whether there were any. Raises: DiskFull; LedgerUnusable; OSError.
        """
        gone = await self._ledger.do(partial(_gone, elsewhere=elsewhere))
        if not gone:
            return False
        for record, owner in await self._ledger.do(lambda ledger: ledger.unfinished_runs()):
            if owner in gone:
                seen_at = self._ledger.leases.renewed_at(owner)
                closed = _abandoned(record, because="the process that ran it ended", at=_last_sign(record, seen_at))
                if await self._ledger.do(partial(_close, closed, owner)):
                    self._tell_end(record, closed)
        return True

    async def keep_recovering(
        self, *, then: Callable[[], Awaitable[None]] | None = None, every_s: float = RECOVER_EVERY_S
    ) -> None:
        """Notice who dies beside a server that holds the project, until cancelled; `then` sees to what they left."""
        while True:
            await asyncio.sleep(every_s)
            try:
                if await self.recover(elsewhere=True) and then is not None:
                    await then()
            except (FlowstoneError, OSError) as wrong:  # it may be well by the next time
                log.warning("runs of processes that are gone cannot be ended now: %s", wrong)

    async def close(self) -> None:
        """Stop every run, and wait until all have ended."""
        going = list(self._active.values())
        for active in going:
            active.driver.stop()
        for active in going:
            await asyncio.wait([active.task])
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
        try:
            await self._write_all()
        except (FlowstoneError, OSError) as wrong:  # whoever opens the project next finds that this process is gone
            log.warning("the end of a run could not be written: %s", wrong)
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.wait([self._renewing])
            with contextlib.suppress(OSError):  # it grows old by itself
                await asyncio.to_thread(self._ledger.leases.end, this_process())

    async def _drive(self, driver: Driver) -> RunRecord:
        driving = asyncio.create_task(driver.drive())
        try:
            await asyncio.wait([driving])
            wrong = driving.exception()
            return driving.result() if wrong is None else await self.write_off(driver.record, wrong)
        finally:
            del self._active[driver.record.id]

    async def write_off(self, run: RunRecord, wrong: BaseException) -> RunRecord:
        """End a run whose driver could not go on, unless it is recorded as ended: it only could not clear up then.

        Those who look are told, even if the ledger cannot be.
        """
        is_known = isinstance(wrong, FlowstoneError)
        because = wrong.message if isinstance(wrong, FlowstoneError) else f"{type(wrong).__name__}: {wrong}"
        log.error("the run %s could not go on: %s", run.id, because, exc_info=None if is_known else wrong)
        if run.state is not RunState.RUNNING:
            return run
        ended = _abandoned(run, because=because, at=time.time())
        if isinstance(wrong, RunTaken):  # whoever has it says what becomes of it
            return ended
        self._unwritten[run.id] = ended
        try:
            await self._write_all()
        except (FlowstoneError, OSError):
            self._write_later()
        self._tell_end(run, ended)
        return ended

    def _tell_end(self, run: RunRecord, ended: RunRecord) -> None:
        for before, block in zip(run.blocks, ended.blocks, strict=True):
            if block is not before:
                self._tell(BlockChanged(run.pipeline, run.id, block))
        self._tell(RunChanged(ended))

    def _write_later(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._keep_writing())

    async def _keep_writing(self) -> None:
        while self._unwritten:
            await asyncio.sleep(WRITE_AGAIN_AFTER_S)
            try:
                await self._write_all()
            except (FlowstoneError, OSError) as wrong:
                log.warning("the end of a run cannot be written yet: %s", wrong)

    async def _write_all(self) -> None:
        for run in list(self._unwritten.values()):
            with contextlib.suppress(NotFound, RunTaken):  # there is nothing left to end, or it is another's to end
                await self._write(run)
            del self._unwritten[run.id]

    async def _write(self, run: RunRecord) -> None:
        await self._ledger.do(partial(_record_end, run))


def _gone(ledger: Ledger, *, elsewhere: bool) -> frozenset[str]:
    owners = (owner for owner in ledger.owners_of_unfinished() if elsewhere or is_of_here(owner))
    return frozenset(owner for owner in owners if not is_alive(owner, ledger.leases))


def _record_end(run: RunRecord, ledger: Ledger) -> None:
    ledger.record(run, events=[], changed=list(enumerate(run.blocks)), owner=this_process())


def _close(run: RunRecord, owner: str, ledger: Ledger) -> bool:
    return ledger.handover.close(run, owner=owner)


def _last_sign(record: RunRecord, seen_at: float | None) -> float:
    """Return when a run whose process is gone was last seen at work: it did nothing from then on till now."""
    now = time.time()
    times = [at for block in record.blocks for at in (block.started_at, block.ended_at) if at is not None]
    return min(now, max([record.started_at, *times, now if seen_at is None else seen_at]))


def _abandoned(record: RunRecord, *, because: str, at: float) -> RunRecord:
    blocks = tuple(
        block
        if block.state in ENDED
        else replace(
            block,
            state=BlockState.UNKNOWN if block.state is BlockState.RUNNING else BlockState.CANCELLED,
            ended_at=at,
            because=because,
        )
        for block in record.blocks
    )
    return replace(record, state=RunState.FAILED, ended_at=at, blocks=blocks)
