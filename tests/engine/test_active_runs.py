"""Runs whose ledger fails them: they end, those who look are told, and the ledger is told when it can be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.engine.conftest import Opener
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, run_line, states, until

from flowstone.engine.notices import Notice, RunChanged
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import DiskFull
from flowstone.model.run import BlockRun, RunRecord, RunRequest, RunState
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
    ) -> None:
        """Refuse, while it is full."""
        if self.is_full:
            raise DiskFull("the ledger")
        super().record(run, events=events, changed=changed, made=made)


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

    async with asyncio.timeout(20):
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
