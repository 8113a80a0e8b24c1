"""A project opened, run, listened to and closed, with real files, workers and ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import write_three
from tests.kit.small_runs import (
    LINE,
    freshness,
    rows,
    run_line,
    states,
    until,
)

from flowstone.engine.notices import BlockChanged, Notice, StatusChanged
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import ProjectBusy


async def test_a_run_gives_every_block_its_output(opened: Opener, tmp_path: Path) -> None:
    """The whole point: files in, tables out."""
    bench = await opened(write_three(tmp_path))

    run = await run_line(bench, params={"rows": 4})

    assert states(run) == {"numbers": "done", "doubled": "done", "total": "done"}
    assert await rows(bench, run, "total") == [{"total": 12}]
    assert run.params == {"rows": 4}


async def test_listeners_hear_states_in_order_and_freshness_afterwards(opened: Opener, tmp_path: Path) -> None:
    """The browser draws what it is told; told wrongly, it lies."""
    bench = await opened(write_three(tmp_path))
    await bench.status(LINE)
    heard: list[Notice] = []
    bench.listen(heard.append)

    await run_line(bench)
    await until(lambda: bool(heard) and heard[-1] == StatusChanged(LINE))

    assert set((await freshness(bench)).values()) == {"fresh"}
    told = [(str(n.block.id), n.block.state.value) for n in heard if isinstance(n, BlockChanged)]
    assert told == [(block, state) for block in ("numbers", "doubled", "total") for state in ("running", "done")]


async def test_one_server_holds_a_project_and_commands_work_beside_it(tmp_path: Path, opened: Opener) -> None:
    """Two servers that write one ledger and one folder would undo each other's work."""
    write_three(tmp_path)
    server = await Workbench.open(tmp_path, serve=True)
    try:
        with pytest.raises(ProjectBusy, match="a Flowstone server"):
            await Workbench.open(tmp_path, serve=True)
        run = await run_line(await opened(tmp_path))
        assert (await server.run(run.id)).state.value == "done"
    finally:
        await server.close()
