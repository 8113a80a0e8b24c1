"""Workers, schedulers and clients that die: each is noticed, and no block is left running or run once too often."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.engine.cluster.conftest import ClusterOpener, Connect
from tests.engine.cluster.test_blocks import until
from tests.engine.conftest import Opener
from tests.kit.dask_cluster import Cluster, dask_cluster
from tests.kit.one_block import Heard, job_of
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, block_of, failure_of, run_line, states

from flowstone.model.ids import BlockId
from flowstone.model.run import Reuse, RunRecord, RunRequest

HELD = """
    import os, pathlib, time

    @{kind}
    def b():
        with open("begun.txt", "a") as begun:
            begun.write(f"{{os.getpid()}}\\n")
        try:
            while not pathlib.Path("go.txt").exists():
                time.sleep(0.02)
        finally:
            pathlib.Path("ended.txt").touch()
        return {result}
"""
"""A block that says in the project's folder that it has begun and ended, and waits there to be let go on."""
ONE = "blocks:\n  b: {file: loaders/b.py}\n"


@pytest.fixture
def two() -> Iterator[Cluster]:
    """A cluster of two workers with a thread each, which a test may break."""
    with dask_cluster("a", "b", threads=1) as running:
        yield running


def begun_in(root: Path) -> list[int]:
    path = root / "begun.txt"
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def worker_of(cluster: Cluster, pid: int) -> str:
    """Return the name of the worker that a process lives below."""
    above = {process.pid for process in psutil.Process(pid).parents()}
    return next(name for name, process in cluster.workers.items() if process.pid in above)


def begun_command(*arguments: str) -> subprocess.Popen[bytes]:
    program = str(Path(sys.executable).with_name("flowstone"))
    return subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def hashes(record: RunRecord, block: str) -> list[str]:
    result = block_of(record, block).result
    assert result is not None
    return [output.hash for output in result.outputs]


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
async def test_a_block_whose_worker_is_killed_ends_on_another_with_the_same_result(
    two: Cluster, on_cluster: ClusterOpener, opened: Opener, tmp_path: Path, by: signal.Signals
) -> None:
    """Cheap machines are taken away at any moment; a pipeline must not mind."""
    blocks = {
        "loaders/b.py": HELD.format(kind="loader", result='pd.DataFrame({"n": range(3)})'),
        "transformers/c.py": "@transformer\ndef c(b):\n    b['n'] = b['n'] * 2\n    return b\n",
    }
    pipeline = ONE + "  c: {file: transformers/c.py, upstream: [b]}\n"
    bench = await on_cluster(write_project(tmp_path, pipeline, blocks), two)
    run = await bench.start_run(RunRequest(LINE))
    await until(lambda: len(begun_in(tmp_path)) == 1)
    first = begun_in(tmp_path)[0]

    two.kill(worker_of(two, first), by)
    began = time.monotonic()
    await until(lambda: len(begun_in(tmp_path)) == 2)
    noticed_after_s = time.monotonic() - began
    (tmp_path / "go.txt").touch()
    record = await bench.wait(run)

    assert states(record) == {"b": "done", "c": "done"}
    assert noticed_after_s < 30
    await until(lambda: not psutil.pid_exists(first))
    said = [line.text for line in (await bench.logs(run, BlockId("b"))).lines]
    assert any("was lost; the block begins again on" in line for line in said)
    here = await run_line(await opened(tmp_path), reuse=Reuse.NEVER)
    assert hashes(here, "c") == hashes(record, "c")


async def test_an_exporter_whose_worker_is_killed_is_not_run_again_unasked(
    two: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """It may have written already: whether to write again is for `retries:` to say."""
    text = HELD.format(kind="exporter", result="None")
    bench = await on_cluster(write_project(tmp_path, ONE, {"loaders/b.py": text}), two)
    run = await bench.start_run(RunRequest(LINE))
    await until(lambda: len(begun_in(tmp_path)) == 1)

    two.kill(worker_of(two, begun_in(tmp_path)[0]))
    record = await bench.wait(run)

    assert failure_of(record, "b").code == "worker_lost"
    assert len(begun_in(tmp_path)) == 1


async def test_retries_let_an_exporter_try_again_on_another_worker(
    two: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """Writes are the same when repeated in the same run, so that whoever asked for retries gets them."""
    text = HELD.format(kind="exporter", result="None")
    pipeline = "blocks:\n  b: {file: loaders/b.py, retries: {attempts: 2}}\n"
    bench = await on_cluster(write_project(tmp_path, pipeline, {"loaders/b.py": text}), two)
    run = await bench.start_run(RunRequest(LINE))
    await until(lambda: len(begun_in(tmp_path)) == 1)

    two.kill(worker_of(two, begun_in(tmp_path)[0]))
    await until(lambda: len(begun_in(tmp_path)) == 2)
    (tmp_path / "go.txt").touch()
    record = await bench.wait(run)

    assert states(record) == {"b": "done"}
    assert block_of(record, "b").attempt == 2


async def test_a_worker_that_falls_silent_is_given_up(two: Cluster, connect: Connect, tmp_path: Path) -> None:
    """A machine without a network closes no connection: Dask itself would wait for it for five minutes."""
    job = job_of(tmp_path, HELD.format(kind="loader", result="1"))
    heard = Heard()
    attempt = await connect(two, lost_after_s=5.0).start(job, heard.observer)
    await until(lambda: len(begun_in(tmp_path)) == 1)

    two.freeze(worker_of(two, begun_in(tmp_path)[0]))
    await until(lambda: len(begun_in(tmp_path)) == 2)
    (tmp_path / "go.txt").touch()
    outcome = await attempt.outcome()

    assert outcome.failure is None
    assert b"Nothing was heard from the worker" in heard.output["stderr"]


async def test_a_lost_scheduler_fails_the_block_with_a_reason(two: Cluster, connect: Connect, tmp_path: Path) -> None:
    """Nothing may stay running that nobody can hear of any more."""
    job = job_of(tmp_path, HELD.format(kind="loader", result="1"))
    attempt = await connect(two, lost_after_s=5.0).start(job, Heard().observer)
    await until(lambda: len(begun_in(tmp_path)) == 1)

    two.scheduler.kill()
    outcome = await asyncio.wait_for(attempt.outcome(), 90)

    assert outcome.failure is not None
    assert outcome.failure.code in ("cluster_unreachable", "worker_lost")
    await until(lambda: not psutil.pid_exists(begun_in(tmp_path)[0]))


async def test_after_the_scheduler_came_back_blocks_run_again(two: Cluster, connect: Connect, tmp_path: Path) -> None:
    """A server lives longer than clusters do, and nobody should have to start it again."""
    executor = connect(two)
    job = job_of(tmp_path, "@loader\ndef b():\n    return 1\n")
    first = await (await executor.start(job, Heard().observer)).outcome()

    await asyncio.to_thread(two.restart_scheduler)
    two.begin_worker("c")
    await asyncio.to_thread(two.wait_for, "c")
    second = await (await executor.start(job, Heard().observer)).outcome()

    assert (first.failure, second.failure) == (None, None)


async def test_blocks_end_when_the_command_that_started_them_is_killed(two: Cluster, tmp_path: Path) -> None:
    """The run is resumed by another process, and then the block would run twice at the same time."""
    root = write_project(tmp_path, ONE, {"loaders/b.py": HELD.format(kind="loader", result="1")})
    process = begun_command("run", "line", "--project", str(root), "--executor", two.address)
    try:
        await until(lambda: len(begun_in(tmp_path)) == 1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    await until((tmp_path / "ended.txt").exists)
    assert len(begun_in(tmp_path)) == 1
