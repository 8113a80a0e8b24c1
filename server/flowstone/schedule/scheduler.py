"""Starts a project's runs when their time has come, once each, whatever happens to this process meanwhile.

A tick is claimed in the ledger first, and its run, whose id follows from the tick, started afterwards: after a kill
between the two the next scheduler finds the claim and starts the same run.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from flowstone.disk.failpoints import reach
from flowstone.disk.publish import NO_ROOM
from flowstone.engine.history import LedgerThread
from flowstone.engine.notices import Notice, RunChanged
from flowstone.errors.base import FlowstoneError, InvalidProject, SourceError
from flowstone.errors.store import NotFound
from flowstone.model.alerts import AlertKind
from flowstone.model.firing import SCHEDULED, Firing, FiringState, Letter, Trigger, run_of
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunRecord, RunRequest, RunState
from flowstone.model.schedule import Cron, Schedule, SkipReason, next_tick, zone
from flowstone.schedule.clock import Clock, SystemClock
from flowstone.schedule.keeping import keep, pause, resume, settle
from flowstone.schedule.letters import letters_about
from flowstone.schedule.overview import ScheduleStatus, kept, overview
from flowstone.schedule.plans import NOTHING, ByPipeline, Plans, schedules_of
from flowstone.schedule.post import Post

log = logging.getLogger("flowstone.schedule")

NAP_S = 5.0
"""A clock may be set, and a command may pause or resume a schedule: how late either is noticed at most."""
LONG_NAP_S = 3_600.0
"""Where nothing is scheduled, only a change of the files wakes it."""
MAX_GOING = 16
"""How many scheduled runs of a project go at once; others wait for their start, oldest first."""
SHORTEST_NAP_S = 0.01
PASSING = NO_ROOM | {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR}
"""What is no fault of a project's files: its runs wait until the machine has room again."""


class Runs(Protocol):
    """What a scheduler needs of a workbench."""

    @property
    def ledger(self) -> LedgerThread:
        """The project's ledger."""
        ...

    async def start_run(self, request: RunRequest) -> RunId:
        """Start a run, once for each id."""
        ...

    async def run(self, run: RunId) -> RunRecord:
        """Return a run with its blocks."""
        ...

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Tell of what happens."""
        ...


class Scheduler:
    """One project's. Open it with `Scheduler.open`, and close it before its workbench."""

    def __init__(self, root: Path, runs: Runs, *, clock: Clock, post: Post) -> None:
        self._runs = runs
        self._clock = clock
        self._post = post
        self.plans = Plans(root)
        """What the files say."""
        self._woken = asyncio.Event()
        self._next: dict[PipelineId, tuple[Trigger, int | None]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[PipelineId], None]] = []
        self._unlisten = runs.listen(self._hear)

    @classmethod
    async def open(cls, root: Path, runs: Runs, *, clock: Clock | None = None, post: Post | None = None) -> Scheduler:
        """Read the project's schedules and begin to keep them."""
        clock = clock or SystemClock()
        scheduler = cls(root, runs, clock=clock, post=post or Post(root, runs.ledger, clock=clock))
        await asyncio.to_thread(scheduler.plans.read)
        scheduler._loop = asyncio.create_task(scheduler._keep_going())
        return scheduler

    async def close(self) -> None:
        """Start nothing more. Runs that go on are their workbench's."""
        self._unlisten()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.wait([self._loop])
        await self._post.close()

    def listen(self, listener: Callable[[PipelineId], None]) -> None:
        """Be told whose schedule changed or fired."""
        self._listeners.append(listener)

    async def files_changed(self, paths: Collection[str]) -> None:
        """Look again at what changed on disk."""
        if await asyncio.to_thread(self.plans.read_again, paths):
            self._woken.set()

    # --- What people ask and say ---

    async def schedules(self, *, count: int, only: PipelineId | None = None) -> tuple[ScheduleStatus, ...]:
        """Return how the schedules stand, each with its next ticks."""
        now = int(self._clock.now())
        plans = self.plans.by_pipeline
        found = await self._runs.ledger.do(lambda ledger: kept(ledger, plans, only=only))
        return await asyncio.to_thread(overview, plans, found, now=now, count=count, only=only)

    async def pause(self, pipeline: PipelineId) -> None:
        """Let nothing of a pipeline start by itself. Raises: NotFound, when it has no schedule."""
        now = int(self._clock.now())
        await self._runs.ledger.do(lambda ledger: pause(ledger, self.plans, pipeline, now=now))
        self._tell(pipeline)

    async def resume(self, pipeline: PipelineId) -> None:
        """Let a pipeline's schedule go on from now. Raises: NotFound, when it has none."""
        now = int(self._clock.now())
        await self._runs.ledger.do(lambda ledger: resume(ledger, self.plans, pipeline, now=now))
        self._tell(pipeline)

    # --- The loop ---

    async def _keep_going(self) -> None:
        while True:
            self._woken.clear()
            try:
                nap = await self.round()
            except (FlowstoneError, OSError) as wrong:  # a full disk, a busy ledger: nothing is lost meanwhile
                log.warning("schedules wait: %s", wrong)
                nap = NAP_S
            except Exception:  # whatever it is: a loop that ends would end all schedules, and nobody would know
                log.exception("schedules wait, for something that should not happen")
                nap = NAP_S
            await self._clock.sleep(nap, self._woken)

    async def round(self) -> float:
        """Do what is to be done now; return how long nothing more will be. Units: seconds.

        Raises: FlowstoneError; OSError, when not everything could be done. Letters that are due go out all the same.
        """
        try:
            moments = await self._walk()
        finally:
            letters_at = await self._post.send_due(self.plans)
        return self._nap([*moments, *([letters_at] if letters_at is not None else [])])

    async def _walk(self) -> list[float]:
        """Claim, conclude and start what is to be; return when each schedule wants to be looked at again."""
        now = int(self._clock.now())
        plans = self.plans.by_pipeline
        schedules = schedules_of(plans)
        there = await self._runs.ledger.do(lambda found: keep(found, plans, now=now))
        ahead = await asyncio.to_thread(self._ahead, there, schedules)
        for pipeline in [pipeline for pipeline, tick in ahead.items() if tick <= now]:
            ahead[pipeline] = await self._settle(pipeline, schedules[pipeline], now=now)
        await self._conclude()
        await self._start(there, plans)
        return [ahead.get(pipeline, float("inf")) for pipeline in there]

    def _nap(self, moments: list[float]) -> float:
        if not moments:
            return LONG_NAP_S
        left = min(moments, default=float("inf")) - self._clock.now()
        return min(max(left, SHORTEST_NAP_S), NAP_S)

    def _ahead(
        self, there: Mapping[PipelineId, Trigger], schedules: Mapping[PipelineId, Schedule]
    ) -> dict[PipelineId, float]:
        """Return each trigger's next tick, worked out again only where it has moved."""
        for pipeline, trigger in there.items():
            if self._next.get(pipeline, (None, None))[0] != trigger:
                self._next[pipeline] = (trigger, next_tick(trigger.timing, trigger.cursor))
        return {
            pipeline: tick
            for pipeline, trigger in there.items()
            if pipeline in schedules and not trigger.is_paused and (tick := self._next[pipeline][1]) is not None
        }

    async def _settle(self, pipeline: PipelineId, schedule: Schedule, *, now: int) -> float:
        """Claim what is due of a trigger; return its next tick."""
        settled = await self._runs.ledger.do(lambda ledger: settle(ledger, pipeline, schedule, now=now))
        reach("firing.committed")
        self._tell(pipeline)
        following = next_tick(schedule.timing, now if settled is None else max(settled.cursor, now))
        return float("inf") if following is None else following

    # --- Runs ---

    async def _start(self, there: Mapping[PipelineId, Trigger], plans: ByPipeline) -> None:
        """Start claimed runs, one of each pipeline at a time, oldest first; those of a broken file wait."""
        schedules = schedules_of(plans)
        going = {firing.pipeline for firing, state in await self._started() if state is RunState.RUNNING}
        starting: list[Coroutine[Any, Any, None]] = []
        for firing in await self._runs.ledger.do(lambda ledger: ledger.triggers.pending()):
            trigger, schedule = there.get(firing.pipeline), schedules.get(firing.pipeline)
            if plans.get(firing.pipeline, NOTHING).is_broken:
                continue
            if schedule is None or trigger is None:
                await self._close(firing, FiringState.SKIPPED, failed=None, reason=SkipReason.REPLACED)
            elif trigger.is_paused:
                await self._close(firing, FiringState.SKIPPED, failed=None, reason=SkipReason.PAUSED)
            elif firing.pipeline not in going and len(going) < MAX_GOING:
                going.add(firing.pipeline)
                starting.append(self._start_one(firing, schedule))
        # Together, for each reads files and waits for the disk; one that cannot start now keeps no other from it.
        wrong = [found for found in await asyncio.gather(*starting, return_exceptions=True) if found is not None]
        if wrong:
            raise wrong[0]

    async def _started(self) -> tuple[tuple[Firing, RunState], ...]:
        return await self._runs.ledger.do(lambda ledger: ledger.triggers.started())

    async def _start_one(self, firing: Firing, schedule: Schedule) -> None:
        try:
            await self._runs.start_run(_request(firing, schedule))
        except (SourceError, InvalidProject, NotFound, OSError) as wrong:
            if isinstance(wrong, OSError) and wrong.errno in PASSING:
                raise
            reason = await self._post.without_secret(str(wrong))
            log.warning("%s: the run of %s cannot start: %s", firing.pipeline, _moment(firing, schedule), reason)
            await self._close(firing, FiringState.REFUSED, failed=True, reason=reason)
            return
        reach("firing.run_begun")
        await self._runs.ledger.do(lambda ledger: ledger.triggers.mark_started(firing))
        self._tell(firing.pipeline)

    async def _conclude(self) -> None:
        """Close the ticks whose runs have ended, and tell those who want to know."""
        for firing, state in await self._started():
            if state is not RunState.RUNNING:
                failed = None if state is RunState.CANCELLED else state is RunState.FAILED
                await self._close(firing, FiringState.ENDED, failed=failed)
        # A run that had failed may be taken up and end before anybody listens: the ledger knows.
        for firing in await self._runs.ledger.do(lambda ledger: ledger.triggers.mended()):
            await self._recover(firing)

    async def _recover(self, firing: Firing) -> None:
        letters = await self._letters(firing, failed=False)
        await self._runs.ledger.do(lambda ledger: ledger.triggers.recover(firing, letters=letters))
        self._tell(firing.pipeline)

    async def _close(self, firing: Firing, state: FiringState, *, failed: bool | None, reason: str = "") -> None:
        letters = await self._letters(firing, failed=failed, reason=reason)
        await self._runs.ledger.do(
            lambda ledger: ledger.triggers.conclude(firing, state, failed=failed, reason=reason, letters=letters)
        )
        self._tell(firing.pipeline)

    async def _letters(
        self, firing: Firing, *, failed: bool | None, reason: str = ""
    ) -> Mapping[AlertKind, Sequence[Letter]]:
        alerts = self.plans.alerts(firing.pipeline)
        record = await self._record(firing) if alerts.urls and failed is not None else None
        return await self._post.without_secrets(letters_about(firing, alerts, record=record, reason=reason))

    async def _record(self, firing: Firing) -> RunRecord | None:
        with contextlib.suppress(NotFound):
            return await self._runs.run(run_of(firing.pipeline, firing.logical_at))
        return None

    def _hear(self, notice: Notice) -> None:
        if not isinstance(notice, RunChanged) or notice.run.trigger != SCHEDULED:
            return
        if notice.run.state is not RunState.RUNNING:
            self._woken.set()

    def _tell(self, pipeline: PipelineId) -> None:
        for listener in self._listeners:
            listener(pipeline)
        self._woken.set()


def _request(firing: Firing, schedule: Schedule) -> RunRequest:
    return RunRequest(
        firing.pipeline,
        params=dict(schedule.params),
        profile=schedule.profile,
        trigger=SCHEDULED,
        run=run_of(firing.pipeline, firing.logical_at),
        logical_date=_moment(firing, schedule),
    )


def _moment(firing: Firing, schedule: Schedule) -> str:
    """Return a tick in the schedule's own zone: for a daily one in Berlin the date is the date in Berlin."""
    timing = schedule.timing
    where = zone(timing.timezone) if isinstance(timing, Cron) else UTC
    return datetime.fromtimestamp(firing.logical_at, where).isoformat()
