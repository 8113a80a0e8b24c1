"""How a run begins."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime

from flowstone.disk.failpoints import reach
from flowstone.engine.owners import this_process
from flowstone.engine.preparation import Code
from flowstone.engine.project.code import ProjectCode
from flowstone.engine.project.drivers import Beginning, Drivers
from flowstone.engine.project.known_runs import KnownRuns
from flowstone.engine.project.outlines import Outline, outline_of
from flowstone.engine.project.turns import Turns
from flowstone.engine.standing import Standing
from flowstone.model.ids import RunId
from flowstone.model.run import BlockRun, RunRecord, RunRequest, RunState
from flowstone.store.repeated_snapshots import RepeatedSnapshots
from flowstone.store.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Starter:
    """Starts runs, each on a snapshot of the code."""

    code: ProjectCode
    standing: Standing
    drivers: Drivers
    runs: KnownRuns
    turns: Turns
    snapshots: RepeatedSnapshots

    async def start(self, request: RunRequest) -> RunId:
        """Start a run; asking again with the same id starts nothing. Raises: see `Workbench.start_run`."""
        run = request.run or RunId(f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
        async with self.turns.of(run):
            # An id of our own making is new.
            is_known = request.run is not None and await self.runs.is_known(run)
            if not self.runs.is_active(run) and not is_known:
                await self._start(run, replace(request, run=run))
        return run

    async def _start(self, run: RunId, request: RunRequest) -> None:
        snapshot, code = await asyncio.to_thread(self._snapshot, request)
        width = self.drivers.executor.width
        outline = await outline_of(run, request, code, standing=self.standing, width=width)
        beginning = Beginning(_record(run, outline, snapshot), outline)
        is_new, preparation = await asyncio.gather(
            self._write_down(beginning, snapshot),
            asyncio.to_thread(self.drivers.prepared, beginning),
            return_exceptions=True,
        )
        if isinstance(is_new, BaseException):
            raise is_new
        if not is_new:
            return  # another process has started it meanwhile
        if isinstance(preparation, BaseException):
            await self.drivers.active.write_off(beginning.record, preparation)  # else it would be on for ever
            raise preparation
        reach("run.begun")
        self.drivers.begin(beginning, preparation)

    def _snapshot(self, request: RunRequest) -> tuple[Snapshot, Code]:
        """Copy the project's code as it is now, and read a pipeline from the copy."""
        snapshot = self.snapshots.take()
        return snapshot, self.code.of_copy(request.pipeline, request.profile, copy=snapshot.root)

    async def _write_down(self, beginning: Beginning, snapshot: Snapshot) -> bool:
        """Write a run into the ledger; say whether it was not there yet."""
        record, request, owner = beginning.record, beginning.outline.request, this_process()
        return await self.drivers.ledger.do(
            lambda ledger: ledger.start_run(record, request=request, snapshot=snapshot.id, owner=owner)
        )


def _record(run: RunId, outline: Outline, snapshot: Snapshot) -> RunRecord:
    request, code = outline.request, outline.code
    return RunRecord(
        id=run,
        pipeline=request.pipeline,
        state=RunState.RUNNING,
        started_at=time.time(),
        trigger=request.trigger,
        profile=request.profile or code.project.profile,
        params={param.name: outline.values.get(param.name) for param in code.pipeline.params},
        blocks=tuple(BlockRun(block) for block in outline.blocks),
        logical_date=request.logical_date,
        snapshot=snapshot.id,
    )
