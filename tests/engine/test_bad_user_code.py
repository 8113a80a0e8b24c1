"""Blocks that misbehave, all in one server: what becomes of each, and that the next block runs all the same."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio
from tests.kit.bad_blocks import BAD_BLOCKS, SECRET, UNSTOPPABLE, BadBlock
from tests.kit.sleepers import sleepers
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, block_of, run_line, until, until_running
from tests.kit.stalls import at_99_percent, look

from flowstone.engine.local import LocalExecutor
from flowstone.engine.local_worker import Worker
from flowstone.engine.workbench import Workbench
from flowstone.model.ids import BlockId
from flowstone.model.run import BlockRun, BlockState, Reuse, RunRecord, RunRequest, RunState

pytestmark = pytest.mark.asyncio(loop_scope="module")
STALL_S = 0.2
"""What the loop may be late, but for one look in a hundred."""
NEXT = "@loader\ndef following():\n    import os; return {'cwd': os.getcwd(), 'umask': os.umask(0o022)}\n"
ALL = {**BAD_BLOCKS, **{what: BadBlock(body) for what, body in UNSTOPPABLE.items()}}
IDS = {what: f"bad_{number}" for number, what in enumerate(ALL)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workbench]:
    """One workbench that lives through everything here."""
    entries = [f"  {IDS[what]}: {{file: loaders/{IDS[what]}.py{block.entry}}}\n" for what, block in ALL.items()]
    pipeline = "blocks:\n  following: {file: loaders/following.py}\n" + "".join(entries)
    blocks = {f"loaders/{IDS[what]}.py": block.text() for what, block in ALL.items()}
    root = write_project(tmp_path_factory.mktemp("bad"), pipeline, {**blocks, "loaders/following.py": NEXT})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SECRET.items():
            patch.setenv(name, value)
        opened = await Workbench.open(root)
        try:
            yield opened
        finally:
            await opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stalls() -> AsyncIterator[list[float]]:
    """How long the loop was late, again and again, while blocks misbehaved. Units: seconds."""
    found: list[float] = []
    looking = asyncio.create_task(look(found))
    yield found
    looking.cancel()


async def run_block(bench: Workbench, block: str) -> RunRecord:
    """Run one block and nothing else."""
    return await run_line(bench, blocks=(BlockId(block),), only=True, reuse=Reuse.NEVER)


async def value_of(bench: Workbench, block: BlockRun) -> Any:
    """Return a JSON output."""
    assert block.result is not None, block.failure
    return json.loads(await bench.value(block.result.outputs[0].hash))


async def check_that_all_is_well(bench: Workbench) -> None:
    """Run a trivial block: in a worker that is as it was, with nothing left over from before."""
    after = await run_block(bench, "following")

    assert await value_of(bench, block_of(after, "following")) == {"cwd": str(bench._root), "umask": 0o022}
    await until(lambda: not sleepers())


def busy_worker(bench: Workbench) -> Worker:
    """Return the one worker that runs a block."""
    assert isinstance(bench._executor, LocalExecutor)
    (worker,) = [worker for worker in bench._executor._workers if worker.is_busy]
    return worker


def open_descriptors() -> int:
    """Return how many descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("what", BAD_BLOCKS)
async def test_a_block_that_misbehaves_ends_as_it_must(bench: Workbench, stalls: list[float], what: str) -> None:
    """What a block does is its own affair: the server, the log and the block after it know nothing of it."""
    bad = BAD_BLOCKS[what]

    async with asyncio.timeout(120):
        run = await run_block(bench, IDS[what])

    ended = block_of(run, IDS[what])
    assert ("" if ended.failure is None else ended.failure.code) == bad.code, ended.failure
    if ended.failure is not None:
        assert bad.says in ended.failure.message
        assert len(ended.failure.message) < 11_000
        assert {frame.file for frame in ended.failure.frames} <= {f"loaders/{IDS[what]}.py"}
    log = await bench.logs(run.id, BlockId(IDS[what]))
    assert bad.prints in "\n".join(line.text for line in log.lines)
    await check_that_all_is_well(bench)


@pytest.mark.parametrize("what", UNSTOPPABLE)
async def test_stop_ends_whatever_runs_within_five_seconds(bench: Workbench, what: str) -> None:
    """Who presses Stop wants it to stop, and the fan of the machine too."""
    run_id = await bench.start_run(RunRequest(LINE, blocks=(BlockId(IDS[what]),), only=True))
    await until_running(bench, run_id, IDS[what])
    worker = busy_worker(bench)
    tree = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]

    began = time.monotonic()
    await bench.stop_run(run_id)
    run = await bench.wait(run_id)
    took_s = time.monotonic() - began

    assert (run.state, block_of(run, IDS[what]).state) == (RunState.CANCELLED, BlockState.CANCELLED)
    assert took_s < 5
    of_block = tree[1:] if worker.is_idle else tree
    await until(lambda: not [process for process in of_block if process.is_running()])
    await check_that_all_is_well(bench)


async def test_a_block_that_ends_by_the_interrupt_leaves_its_worker_in_use(bench: Workbench) -> None:
    """What is in memory there need not be read again by the run that follows a stop."""
    loop = IDS["an endless loop"]
    run_id = await bench.start_run(RunRequest(LINE, blocks=(BlockId(loop),), only=True))
    await until_running(bench, run_id, loop)
    worker = busy_worker(bench)

    await bench.stop_run(run_id)
    await bench.wait(run_id)

    assert worker.is_idle
    await check_that_all_is_well(bench)


async def test_the_machine_is_as_it_was_after_all_of_it(bench: Workbench) -> None:
    """A leak of one descriptor a block ends a server in a month."""
    await check_that_all_is_well(bench)
    before = open_descriptors()

    for what in ("kills itself", "leaves a thread running", "writes garbage to every socket", "raises"):
        await run_block(bench, IDS[what])
    await check_that_all_is_well(bench)

    assert open_descriptors() <= before + 2


async def test_nobody_who_looked_on_had_to_wait(stalls: list[float]) -> None:
    """The editor of one must not hang for what the block of another does."""
    assert len(stalls) > 100

    assert at_99_percent(stalls) < STALL_S
