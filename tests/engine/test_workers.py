"""What blocks do to their processes, and processes to each other: nothing of it stalls or confuses what follows."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from tests.engine.conftest import Opener
from tests.kit.sleepers import SLEEP, sleepers
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, block_of, failure_of, only_block, run_line, states, until, until_running

from flowstone.engine.local import LocalExecutor
from flowstone.engine.processes import Forkserver
from flowstone.errors.engine import ExecutorUnavailable
from flowstone.model.ids import BlockId
from flowstone.model.run import Reuse, RunRequest

ONE = "blocks:\n  b: {file: loaders/b.py}\n"


async def test_workers_come_back_after_the_process_that_forks_them_was_killed(opened: Opener, tmp_path: Path) -> None:
    """The system's out-of-memory killer must not end a day's editing."""
    text = "@loader\ndef b():\n    return 1\n"
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}))
    await run_line(bench)
    assert bench._forkserver.pid is not None

    os.kill(bench._forkserver.pid, signal.SIGKILL)
    await until(lambda: bench._forkserver._is_lost)

    assert states(await run_line(bench, reuse=Reuse.NEVER)) == {"b": "done"}


async def test_a_worker_that_dies_while_idle_costs_no_block(opened: Opener, tmp_path: Path) -> None:
    """A block fails for what it does, not for what happened to its process before."""
    text = "@loader\ndef b():\n    return 1\n"
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}))
    await run_line(bench)
    assert isinstance(bench._executor, LocalExecutor)
    (worker,) = bench._executor._workers

    os.kill(worker.pid, signal.SIGKILL)
    await until(lambda: not worker.is_idle)

    assert states(await run_line(bench, reuse=Reuse.NEVER)) == {"b": "done"}


async def test_a_run_that_waits_for_a_worker_stops_at_once(opened: Opener, tmp_path: Path) -> None:
    """Stop means stop, also for what has not begun since others are at work."""
    slow = "@loader\ndef {name}():\n    import time; time.sleep(600)\n"
    width = max(2, os.cpu_count() or 2)
    names = [f"s{index}" for index in range(width)]
    pipeline = "blocks:\n" + "".join(f"  {name}: {{file: loaders/{name}.py}}\n" for name in names)
    bench = await opened(
        write_project(tmp_path, pipeline, {f"loaders/{name}.py": slow.format(name=name) for name in names})
    )
    first = await bench.start_run(RunRequest(LINE))
    for name in names:
        await until_running(bench, first, name)
    second = await bench.start_run(RunRequest(LINE))
    await until_running(bench, second, names[0])

    began = time.monotonic()
    await bench.stop_run(second)
    stopped = await bench.wait(second)

    assert stopped.state.value == "cancelled"
    assert time.monotonic() - began < 5
    await bench.stop_run(first)
    assert (await bench.wait(first)).state.value == "cancelled"


async def test_stop_ends_daemons_whose_parents_have_left_them(opened: Opener, tmp_path: Path) -> None:
    """A child started through a shell in a session of its own is a process of the block all the same."""
    text = f"""
        @loader
        def b():
            import subprocess, time
            subprocess.run("setsid {SLEEP} & echo $! > {tmp_path / "child"}", shell=True)
            while True:
                time.sleep(0.1)
    """
    bench = await opened(write_project(tmp_path, ONE, {"loaders/b.py": text}))
    run_id = await bench.start_run(RunRequest(LINE))
    await until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text() != "")

    await bench.stop_run(run_id)
    await bench.wait(run_id)

    await until(lambda: not sleepers())


async def test_a_block_that_forks_answers_once(opened: Opener, tmp_path: Path) -> None:
    """A forked child that comes to the block's end too must not answer for the next block."""
    pipeline = "blocks:\n  a: {file: loaders/a.py}\n  b: {file: transformers/b.py, upstream: [a]}\n"
    blocks = {
        "loaders/a.py": "@loader\ndef a():\n    import os\n    return {'child': os.fork() == 0}\n",
        "transformers/b.py": "@transformer\ndef b(a):\n    import time; time.sleep(0.3)\n    return 'of b'\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    result = block_of(run, "b").result
    assert result is not None
    assert await bench.value(result.outputs[0].hash) == b'"of b"'


async def test_a_lost_worker_is_noticed_though_its_child_lives_on(opened: Opener, tmp_path: Path) -> None:
    """The end of a process is told by the system; its sockets may be held open by what it has forked."""
    text = """
        import os, signal, time
        @loader
        def b():
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    began = time.monotonic()

    run = await only_block(opened, tmp_path, text)

    assert failure_of(run, "b").code == "worker_lost"
    assert time.monotonic() - began < 15


async def test_a_block_ends_though_what_it_left_behind_prints_on(opened: Opener, tmp_path: Path) -> None:
    """Nobody waits for the end of a pipe."""
    text = "@loader\ndef b():\n    import subprocess; subprocess.Popen(['yes'])\n    return 1\n"

    async with asyncio.timeout(90):
        run = await only_block(opened, tmp_path, text)

    assert states(run) == {"b": "done"}


@pytest.mark.parametrize("harm", ["sys.stdout.close()", "sys.stdout = None", "sys.stderr = object()"])
async def test_a_block_that_spoils_its_streams_is_done_and_the_next_can_print(
    opened: Opener, tmp_path: Path, harm: str
) -> None:
    """Libraries replace stdout and forget to put it back."""
    pipeline = "blocks:\n  a: {file: loaders/a.py}\n  b: {file: transformers/b.py, upstream: [a]}\n"
    blocks = {
        "loaders/a.py": f"@loader\ndef a():\n    import sys\n    {harm}\n    return 1\n",
        "transformers/b.py": "@transformer\ndef b(a):\n    print('seen')\n    return a\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    assert states(run) == {"a": "done", "b": "done"}
    assert [line.text for line in (await bench.logs(run.id, BlockId("b"))).lines] == ["seen"]


async def test_what_a_block_logs_is_seen(opened: Opener, tmp_path: Path) -> None:
    """`run.logger` is there to be used."""
    run = await only_block(
        opened, tmp_path, "@loader\ndef b(*, run: Run):\n    run.logger.info('half way')\n    return 1\n"
    )

    lines = (await (await opened(tmp_path)).logs(run.id, BlockId("b"))).lines

    assert [line.text for line in lines] == ["INFO half way"]


async def test_a_retry_begins_only_when_the_attempt_before_has_ended(opened: Opener, tmp_path: Path) -> None:
    """Two attempts at once write twice, and their logs run into each other."""
    text = """
        import signal, time
        @loader
        def b(*, run: Run):
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            with open("log", "a") as log:
                log.write(f"{run.attempt} began {time.time()}\\n")
            while True:
                time.sleep(0.05)
                with open(f"last-{run.attempt}", "a") as last:  # a file begun anew may be empty when the end comes
                    last.write(f"{time.time()}\\n")
    """
    run = await only_block(opened, tmp_path, text, entry=", timeout: 0.5s, retries: {attempts: 2}")

    second_began = float((tmp_path / "log").read_text().split()[-1])
    first_ended = float((tmp_path / "last-1").read_text().split()[-1])
    assert (failure_of(run, "b").code, block_of(run, "b").attempt) == ("timeout", 2)
    assert first_ended < second_began


async def test_a_fork_that_nobody_waits_for_any_more_confuses_no_other() -> None:
    """Whoever asks next must get a process of their own, and not the one that was given up."""
    forkserver = Forkserver()
    await forkserver.start()
    await forkserver.ready()
    try:
        given_up = asyncio.create_task(forkserver.fork("query"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        given_up.cancel()
        child = await forkserver.fork("query")
        again = await forkserver.fork("query")

        assert child.pid != again.pid
        assert forkserver.pid is not None
        await until(lambda: len(_living_below(forkserver.pid)) == 2)
        assert set(_living_below(forkserver.pid)) == {child.pid, again.pid}
        child.discard()
        again.discard()
    finally:
        await forkserver.close()


async def test_a_closed_forkserver_starts_no_more() -> None:
    """What was closed stays closed, whoever still asks."""
    forkserver = Forkserver()
    await forkserver.start()
    await forkserver.close()
    await asyncio.sleep(0.05)
    descriptors = _open_descriptors()

    for _ in range(3):
        with pytest.raises(ExecutorUnavailable):
            await forkserver.fork("block")

    assert _open_descriptors() == descriptors


def _living_below(pid: int | None) -> list[int]:
    children = psutil.Process(pid).children(recursive=True)
    return [child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE]


def _open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
