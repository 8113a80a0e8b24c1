"""Whole runs on a cluster: what the run machine decides is carried through to the workers and back."""

from __future__ import annotations

import time
from pathlib import Path

from tests.engine.cluster.conftest import ClusterOpener
from tests.engine.cluster.test_blocks import until
from tests.engine.cluster.test_losses import HELD, ONE, begun_in
from tests.kit.dask_cluster import Cluster
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, block_of, failure_of, run_line, states

from flowstone.engine.notices import LogAppended, Notice, Progressed
from flowstone.model.ids import BlockId
from flowstone.model.run import Reuse, RunRequest


async def test_a_retry_goes_on_in_the_same_log(cluster: Cluster, on_cluster: ClusterOpener, tmp_path: Path) -> None:
    """Both attempts are one story, wherever each of them ran."""
    text = """
        import pathlib

        @loader
        def b(*, run: Run):
            print("attempt", run.attempt)
            if run.attempt < 3:
                raise ConnectionError("not yet")
            return run.attempt
    """
    pipeline = "blocks:\n  b: {file: loaders/b.py, retries: {attempts: 3}}\n"
    bench = await on_cluster(write_project(tmp_path, pipeline, {"loaders/b.py": text}), cluster)

    record = await run_line(bench)

    lines = (await bench.logs(record.id, BlockId("b"))).lines
    assert block_of(record, "b").attempt == 3
    assert [line.text for line in lines] == ["attempt 1", "attempt 2", "attempt 3"]
    assert [line.seq for line in lines] == [0, 1, 2]


async def test_a_timeout_ends_the_block_on_its_worker(
    cluster: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """Dask goes on with what it has begun, whatever becomes of who asked."""
    pipeline = "blocks:\n  b: {file: loaders/b.py, timeout: 1s}\n"
    text = HELD.format(kind="loader", result="1")
    bench = await on_cluster(write_project(tmp_path, pipeline, {"loaders/b.py": text}), cluster)

    record = await run_line(bench)

    assert failure_of(record, "b").code == "timeout"
    await until((tmp_path / "ended.txt").exists)


async def test_stopping_a_run_stops_all_that_runs_and_starts_nothing_more(
    cluster: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """One button for all machines."""
    pipeline = ONE + "  c: {file: loaders/b.py}\n  d: {file: transformers/d.py, upstream: [b, c]}\n"
    blocks = {
        "loaders/b.py": HELD.format(kind="loader", result="1"),
        "transformers/d.py": "@transformer\ndef d(b, c):\n    return 1\n",
    }
    bench = await on_cluster(write_project(tmp_path, pipeline, blocks), cluster)
    run = await bench.start_run(RunRequest(LINE))
    await until(lambda: len(begun_in(tmp_path)) == 2)

    began = time.monotonic()
    await bench.stop_run(run)
    record = await bench.wait(run)

    assert time.monotonic() - began < 5
    assert states(record) == {"b": "cancelled", "c": "cancelled", "d": "cancelled"}
    await until((tmp_path / "ended.txt").exists)


async def test_who_looks_on_sees_lines_and_progress_while_the_block_runs(
    cluster: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """An hour without a sign is an hour of doubt."""
    text = """
        import pathlib, time

        @loader
        def b(*, run: Run):
            print("begun", flush=True)
            for _ in run.progress(range(2)):
                while not pathlib.Path("go.txt").exists():
                    time.sleep(0.02)
            return 1
    """
    bench = await on_cluster(write_project(tmp_path, ONE, {"loaders/b.py": text}), cluster)
    told: list[Notice] = []
    bench.listen(told.append)
    run = await bench.start_run(RunRequest(LINE))

    await until(lambda: any(isinstance(notice, LogAppended) for notice in told))
    await until(lambda: any(isinstance(notice, Progressed) for notice in told))
    while_running = (await bench.logs(run, BlockId("b"))).lines
    (tmp_path / "go.txt").touch()

    assert states(await bench.wait(run)) == {"b": "done"}
    assert [line.text for line in while_running] == ["begun"]


async def test_a_block_that_takes_too_much_memory_ends_and_its_worker_does_not(
    cluster: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """On a machine that others use, the limit is what keeps one block from ending all."""
    text = """
        @loader
        def b():
            taken = []
            while True:
                taken.append(bytearray(16 << 20))
    """
    pipeline = "blocks:\n  b: {file: loaders/b.py, memory: 300MB}\n"
    bench = await on_cluster(write_project(tmp_path, pipeline, {"loaders/b.py": text}), cluster)

    record = await run_line(bench)

    assert failure_of(record, "b").code == "memory_limit"
    assert all(process.poll() is None for process in cluster.workers.values())


async def test_a_mapped_block_spreads_over_the_workers(
    cluster: Cluster, on_cluster: ClusterOpener, tmp_path: Path
) -> None:
    """That is what people bring a cluster for."""
    blocks = {
        "loaders/b.py": "@loader\ndef b():\n    return [1, 2, 3, 4]\n",
        "transformers/c.py": "@transformer\ndef c(b):\n    return b * 10\n",
        "transformers/d.py": "@transformer\ndef d(c):\n    return sum(c)\n",
    }
    pipeline = ONE + (
        "  c: {file: transformers/c.py, upstream: [b], map: {over: b, width: 4}}\n"
        "  d: {file: transformers/d.py, upstream: [c]}\n"
    )
    bench = await on_cluster(write_project(tmp_path, pipeline, blocks), cluster)

    record = await run_line(bench, reuse=Reuse.NEVER)

    result = block_of(record, "d").result
    assert record.state.value == "done"
    assert result is not None
    assert await bench.value(result.outputs[0].hash) == b"100"
