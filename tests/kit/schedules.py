"""Schedules without waiting: a clock that is set, runs that end when told, and a post that keeps letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flowstone.engine.history import LedgerThread
from flowstone.engine.notices import Notice, RunChanged
from flowstone.engine.owners import this_process
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.run import BlockRun, BlockState, Failure, RunRecord, RunRequest, RunState
from flowstone.schedule.post import Attempt, Outgoing, Post
from flowstone.schedule.scheduler import Scheduler
from flowstone.store.state import StateFolder

BLOCK = BlockId("load")


def moment(text: str) -> float:
    """Return a UTC time of day as seconds since the epoch."""
    return datetime.fromisoformat(f"{text}+00:00").timestamp()


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, text: str) -> None:
        self.time = moment(text)

    def set(self, text: str) -> None:
        self.time = moment(text)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        await woken.wait()


class WalkedClock(SetClock):
    """A clock that tells when somebody begins to sleep by it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._naps: asyncio.Queue[float] = asyncio.Queue()

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        self._naps.put_nowait(seconds)
        await woken.wait()

    async def nap(self) -> float:
        """Wait until the next sleep begins; return how long it is to be."""
        async with asyncio.timeout(60):
            return await self._naps.get()


class LedgerRuns:
    """Runs that are only written down: each goes on until it is ended."""

    def __init__(self, ledger: LedgerThread, clock: SetClock) -> None:
        self.ledger = ledger
        self.requests: list[RunRequest] = []
        self.refusal: Exception | None = None
        self._clock = clock
        self._listeners: list[Callable[[Notice], None]] = []

    async def start_run(self, request: RunRequest) -> RunId:
        if self.refusal is not None:
            raise self.refusal
        run = request.run
        assert run is not None
        record = RunRecord(
            run,
            request.pipeline,
            RunState.RUNNING,
            self._clock.now(),
            trigger=request.trigger,
            blocks=(BlockRun(BLOCK, BlockState.RUNNING),),
            logical_date=request.logical_date,
        )
        if await self.ledger.do(
            lambda ledger: ledger.start_run(record, request=request, snapshot="s", owner=this_process())
        ):
            self.requests.append(request)
        return run

    async def run(self, run: RunId) -> RunRecord:
        return await self.ledger.do(lambda ledger: ledger.run(run))

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def end(self, run: RunId, state: RunState = RunState.DONE, *, message: str = "no such file") -> None:
        """Let a run end as it is told to."""
        record = await self.run(run)
        failed = state is RunState.FAILED
        block = replace(
            record.blocks[0],
            state=BlockState.FAILED if failed else BlockState.DONE,
            failure=Failure("user_code", message) if failed else None,
        )
        ended = replace(record, state=state, ended_at=self._clock.now(), blocks=(block,))
        await self.ledger.do(lambda ledger: ledger.record(ended, events=[], changed=[(0, block)]))
        for listener in self._listeners:
            listener(RunChanged(ended))


class PostBox:
    """Keeps the letters that are sent, or loses them when told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.losses = 0
        self.silent = 0
        """For how many letters at the end of a call no answer comes."""
        self.why = "nobody is there"

    async def __call__(self, letters: Sequence[Outgoing]) -> list[Attempt]:
        answers = [self._one(out) for out in letters]
        return answers[: len(answers) - self.silent]

    def _one(self, out: Outgoing) -> Attempt:
        if self.losses:
            self.losses -= 1
            return Attempt(sent=False, why=self.why)
        self.sent.append((out.url, out.letter.title, out.letter.body))
        return Attempt(sent=True)


class Town:
    """A project with a scheduler whose loop is walked by hand, round by round."""

    def __init__(self, root: Path, clock: SetClock, *, environment: dict[str, str] | None = None) -> None:
        state = StateFolder(root)
        state.create()
        self._is_closed = False
        self.clock = clock
        self.ledger = LedgerThread(state.ledger)
        self.runs = LedgerRuns(self.ledger, clock)
        self.box = PostBox()
        self.post = Post(root, self.ledger, clock=clock, send=self.box, environment=environment or {})
        self.scheduler = Scheduler(root, self.runs, clock=clock, post=self.post)
        self.scheduler.plans.read()

    async def at(self, text: str) -> float:
        """Set the clock and let the scheduler do what there is to do; return how long it then sleeps."""
        self.clock.set(text)
        nap = 0.0
        for _ in range(3):
            nap = await self.scheduler.round()
            await self.post.idle()
        return nap

    def started(self) -> list[str]:
        """Return the moments of the runs that started, in the order of their start."""
        return [str(request.logical_date) for request in self.runs.requests]

    async def ticks(self, pipeline: str = "line") -> list[tuple[str, int, str]]:
        """Return what became of the ticks, oldest first: the tick, how many it stands for, and what."""
        found = await self.ledger.do(lambda ledger: ledger.triggers.recent(PipelineId(pipeline), 1_000))
        return [
            (
                f"{datetime.fromtimestamp(firing.logical_at, UTC):%d %H:%M}",
                firing.ticks,
                firing.reason if firing.state.value == "skipped" else firing.state.value,
            )
            for firing in reversed(found)
        ]

    async def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        await self.scheduler.close()
        await self.ledger.close()
