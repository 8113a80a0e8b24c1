"""How a run that was left goes on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.engine.owners import this_process
from flowstone.engine.project.code import ProjectCode
from flowstone.engine.project.drivers import Beginning, Drivers
from flowstone.engine.project.outlines import Outline, outline_of
from flowstone.engine.project.turns import Turns
from flowstone.engine.resuming import (
    RESUMED_WITHIN_S,
    Left,
    are_claimed,
    code_of,
    has_work,
    left_run,
    resumption,
    taken_up,
)
from flowstone.engine.run_surroundings import Resumed
from flowstone.engine.standing import Standing
from flowstone.errors.base import FlowstoneError
from flowstone.errors.engine import RunNotResumable
from flowstone.errors.source import UpstreamMissing
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import BlockResult, Pause, RunRecord, RunState
from flowstone.store.codec import Undecodable

log = logging.getLogger("flowstone.engine")


@dataclass(frozen=True, slots=True)
class Resumer:
    """Takes runs up where they were, each with its own code."""

    code: ProjectCode
    standing: Standing
    drivers: Drivers
    turns: Turns

    async def resume(self, run: RunId) -> RunId:
        """Do again what failed or was cut off, and what follows it. Raises: see `Workbench.resume_run`."""
        async with self.turns.of(run):
            if not self.drivers.active.is_active(run):
                await self._resume(await self.drivers.ledger.do(partial(left_run, run=run)))
        return run

    async def resume_left(self) -> None:
        """Take up what a server that is gone has left; what cannot go on stays ended, and says why in the log."""
        for run in await self._left():
            try:
                left = await self.drivers.ledger.do(partial(left_run, run=run))
                if left.is_a_servers:
                    await self.resume(run)
            except (FlowstoneError, OSError, Undecodable) as wrong:  # one bad run must not keep a project from opening
                log.warning("the run %s could not be taken up again: %s", run, wrong)

    async def tell_left(self, root: Path) -> None:
        """Say in the log that runs were left and wait, since nobody here has run the project yet."""
        left = await self._left()
        if left:
            log.warning(
                "%s: %d run%s cut off and %s: nobody of this account has run this project yet. "
                "When you know its code: `flowstone resume %s`",
                root,
                len(left),
                " was" if len(left) == 1 else "s were",
                "waits" if len(left) == 1 else "wait",
                left[-1] if len(left) == 1 else "RUN",
            )

    async def _left(self) -> tuple[RunId, ...]:
        since = time.time() - RESUMED_WITHIN_S
        return await self.drivers.ledger.do(lambda ledger: ledger.handover.left(since=since))

    async def _resume(self, left: Left) -> None:
        outline = await self._outline(left)
        again = await asyncio.to_thread(self._taken_up, left, outline)
        if not has_work(again):
            return
        going = tuple(again.run.blocks.values())
        record = replace(left.record, state=RunState.RUNNING, ended_at=None, blocks=going, pauses=_pauses(left.record))
        beginning = Beginning(record, outline, again)
        preparation = await asyncio.to_thread(self.drivers.prepared, beginning)
        await self._take_over(left, record)
        reach("run.resumed")
        self.drivers.begin(beginning, preparation)

    async def _outline(self, left: Left) -> Outline:
        request, folder = left.request, code_of(left, self.drivers.state)
        code = await asyncio.to_thread(self.code.of_run, request.pipeline, request.profile, folder=folder)
        given = left.given if left.given is not None and await self._are_claimed(left.given) else None
        outline = partial(outline_of, standing=self.standing, width=self.drivers.executor.width)
        try:
            found = await outline(left.record.id, request, code, given=given)
        except UpstreamMissing as missing:
            raise _input_gone(left) from missing
        if given is None and not await self._are_claimed(found.given):
            raise _input_gone(left)
        return found

    async def _are_claimed(self, given: Mapping[BlockId, BlockResult]) -> bool:
        return await asyncio.to_thread(are_claimed, self.drivers.artifacts, given)

    def _taken_up(self, left: Left, outline: Outline) -> Resumed:
        drivers = self.drivers
        return taken_up(left, outline.plan, drivers.artifacts, drivers.address, drivers.state.logs)

    async def _take_over(self, left: Left, record: RunRecord) -> None:
        """Make the run this process's in the ledger. Raises: RunNotResumable, when another was quicker."""
        owner = this_process()
        event = resumption(left, owner, time.time())
        is_ours = await self.drivers.ledger.do(
            lambda ledger: ledger.handover.take(
                record, was=left.record.state, owner=left.owner, new_owner=owner, event=event
            )
        )
        if not is_ours:
            raise RunNotResumable(f"The run {record.id} has just been taken up by another process", run=record.id)


def _pauses(left: RunRecord) -> tuple[Pause, ...]:
    """Return when a run that now goes on lay still, this time too. A clock that was set back makes no pause."""
    now = time.time()
    if left.ended_at is None or left.ended_at >= now:
        return left.pauses
    return (*left.pauses, Pause(left.ended_at, now))


def _input_gone(left: Left) -> RunNotResumable:
    return RunNotResumable(
        f"What the run {left.record.id} reads from blocks outside it is no longer kept",
        run=left.record.id,
        hint="Run those blocks first.",
    )
