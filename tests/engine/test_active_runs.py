"""Runs whose ledger fails them: they end, those who look are told, and the ledger is told when it can be."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, run_line, states, until

from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.history import Answer, LedgerThread
from flowstone.engine.notices import Notice, RunChanged
from flowstone.engine.others_runs import OthersRuns
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import DiskFull
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import BlockRun, BlockState, RunRecord, RunRequest, RunState
from flowstone.store.drafts import this_machine
from flowstone.store.leases import OLD_AFTER_S
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.ledger.records import Event, StoredResult

ONE = "blocks:\n  b: {file: loaders/b.py}\n"
BLOCK = {"loaders/b.py": "@loader\ndef b():\n    return 1\n"}


class FullLedger(Ledger):
    """A ledger that can be asked, and has no room for anything more about runs."""

    is_full = True

    def record(
        self,
        run: RunRecord,
        *,
        events: Sequence[Event],
        changed: Iterable[tuple[int, BlockRun]],
        made: Sequence[StoredResult] = (),
        owner: str | None = None,
    ) -> None:
        """Refuse, while it is full."""
        if self.is_full:
            raise DiskFull("the ledger")
        super().record(run, events=events, changed=changed, made=made, owner=owner)


async def with_full_ledger(bench: Workbench) -> FullLedger:
    await bench.runs()
    ledger = FullLedger(bench._state.ledger)
    assert bench._ledger._ledger is not None
    bench._ledger._ledger.close()
    bench._ledger._ledger = ledger
    return ledger


async def test_a_run_ends_when_the_disk_is_full_and_the_ledger_learns_of_it_later(
    opened: Opener, tmp_path: Path
) -> None:
    """A run that says "running" for ever blocks its pipeline, its schedule and its reader."""
    bench = await opened(write_project(tmp_path, ONE, BLOCK))
    ledger = await with_full_ledger(bench)
    heard: list[Notice] = []
    bench.listen(heard.append)

    async with asyncio.timeout(60):
        run = await bench.wait(await bench.start_run(RunRequest(LINE)))
    seen = await bench.run(run.id)
    ledger.is_full = False

    assert run.state is RunState.FAILED
    assert seen == run
    assert "No room is left" in run.blocks[0].because
    assert [notice.run.state for notice in heard if isinstance(notice, RunChanged)] == ["running", "failed"]
    await until(lambda: not bench._active._unwritten)
    assert await bench.run(run.id) == run
    assert states(await run_line(bench)) == {"b": "done"}


async def test_a_listener_that_raises_ends_no_run(opened: Opener, tmp_path: Path) -> None:
    """A browser's socket that breaks must not cost the night's export."""
    bench = await opened(write_project(tmp_path, ONE, BLOCK))
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)

    def broken(notice: Notice) -> None:
        raise ValueError(notice)

    bench.listen(broken)

    assert states(await run_line(bench)) == {"b": "done"}


async def test_nobody_sees_a_state_before_the_ledger_has_it(opened: Opener, tmp_path: Path) -> None:
    """What was shown must be there after a crash."""
    bench = await opened(write_project(tmp_path, ONE, BLOCK))
    differences: list[str] = []

    def compare(notice: Notice) -> None:
        if isinstance(notice, RunChanged):
            shown = bench._active.record(notice.run.id)
            if shown is not None and shown.state is not RunState.RUNNING and notice.run.state is RunState.RUNNING:
                differences.append(shown.state)

    bench.listen(compare)
    run = await run_line(bench)

    assert (await bench.run(run.id)) == run
    assert differences == []


class PlainLedger(LedgerThread):
    """A ledger that fails some work, as a disk that cannot be read does, and says what it was asked to record."""

    def __init__(self, path: Path, *, failing: int = 0) -> None:
        super().__init__(path)
        self.failing = failing
        self.asked = 0

    async def do(self, work: Callable[[Ledger], Answer]) -> Answer:
        """Fail so many times; then do as one is told."""
        self.asked += 1
        if self.failing:
            self.failing -= 1
            raise PermissionError(13, "Permission denied")
        return await super().do(work)


class Unreadable(OthersRuns):
    """Others' runs in a ledger that tells its version and at times nothing more."""

    is_unreadable = False

    def _read(self, ledger: Ledger) -> list[RunRecord]:
        if self.is_unreadable:
            raise PermissionError(13, "Permission denied")
        return super()._read(ledger)


GOING = RunRecord(RunId("r"), LINE, RunState.RUNNING, 100.0, blocks=(BlockRun(BlockId("b"), BlockState.RUNNING, 1),))


async def test_a_run_that_is_recorded_as_done_stays_done_when_clearing_up_after_it_fails(tmp_path: Path) -> None:
    """The export was written and everybody was told so; a file that cannot be removed changes nothing of that."""
    ledger = PlainLedger(tmp_path / "ledger.db")
    heard: list[Notice] = []
    done = replace(GOING, state=RunState.DONE, ended_at=200.0)

    ended = await ActiveRuns(ledger, tell=heard.append).write_off(done, PermissionError(13, "denied"))

    assert (ended, heard, ledger.asked) == (done, [], 0)


async def test_what_a_server_does_beside_its_work_goes_on_after_an_error_of_the_disk(tmp_path: Path) -> None:
    """A chore that ended silently would leave the runs of dead commands "running" until the next restart."""
    ledger = PlainLedger(tmp_path / "ledger.db", failing=2)
    await LedgerThread.do(
        ledger, lambda one: one.start_run(GOING, request=RunRequest(LINE), snapshot="s", owner=f"{this_machine()}/x@1")
    )
    heard: list[Notice] = []
    taken_up = asyncio.Event()

    async def take_up() -> None:
        taken_up.set()

    recovering = asyncio.create_task(ActiveRuns(ledger, tell=heard.append).keep_recovering(then=take_up, every_s=0.01))
    async with asyncio.timeout(60):
        await taken_up.wait()
    recovering.cancel()
    await ledger.close()

    assert [notice.run.state for notice in heard if isinstance(notice, RunChanged)] == ["failed"]


async def test_a_run_of_another_machine_is_ended_by_who_holds_the_project_once_its_lease_is_old(tmp_path: Path) -> None:
    """A container that is begun anew has another name each time; and one that lives beside must be left alone."""
    ledger = LedgerThread(tmp_path / "ledger.db")
    await ledger.do(lambda one: one.start_run(GOING, request=RunRequest(LINE), snapshot="s", owner="0123/7@1-1"))
    active = ActiveRuns(ledger, tell=lambda _: None)
    fresh = await active.recover(elsewhere=True)
    (lease,) = (tmp_path / "owners").iterdir()
    os.utime(lease, (0, time.time() - OLD_AFTER_S - 5))

    by_a_command = await active.recover()
    by_the_holder = await active.recover(elsewhere=True)

    run = await ledger.do(lambda one: one.run(GOING.id))
    await ledger.close()
    assert (fresh, by_a_command, by_the_holder) == (False, False, True)
    assert (run.state, run.blocks[0].state) == (RunState.FAILED, BlockState.UNKNOWN)


async def test_what_others_did_is_told_after_a_look_that_failed(tmp_path: Path) -> None:
    """A change that was counted as seen and never read would not be shown until the next one."""
    ledger = LedgerThread(tmp_path / "ledger.db")
    heard: list[Notice] = []
    others = Unreadable(ledger, me="me", tell=heard.append)
    await others.look()
    beside = Ledger(tmp_path / "ledger.db")
    beside.start_run(GOING, request=RunRequest(LINE), snapshot="s", owner="other")

    others.is_unreadable = True
    with pytest.raises(PermissionError):
        await others.look()
    others.is_unreadable = False
    await others.look()

    beside.close()
    await ledger.close()
    assert [notice.run.id for notice in heard if isinstance(notice, RunChanged)] == ["r"]


async def test_a_run_that_another_has_taken_ends_here_and_stays_as_it_is_there(opened: Opener, tmp_path: Path) -> None:
    """A laptop that slept for an hour must not write over what the server has done since."""
    bench = await opened(write_project(tmp_path, ONE, BLOCK))
    run = await bench.start_run(RunRequest(LINE, run=RunId("r")))
    taken = Ledger(bench._state.ledger)
    with taken._database.write() as connection:
        connection.execute("UPDATE runs SET owner = 'another' WHERE state = 'running'")

    async with asyncio.timeout(60):
        here = await bench.wait(run)

    there = taken.run(run)
    taken.close()
    assert (here.state, there.state) == (RunState.FAILED, RunState.RUNNING)
    assert "taken for left" in here.blocks[0].because
