"""How long a worker lives, what it takes with it when it ends, and what is told of what it did."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest
from tests.engine.conftest import Opener
from tests.kit.sleepers import SLEEPER, sleepers
from tests.kit.small_projects import write_project
from tests.kit.small_runs import LINE, block_of, only_block, run_line, states, until, until_running
from tests.kit.stalls import at_99_percent, late_s

from flowstone.engine.local import LocalExecutor
from flowstone.engine.notices import LogAppended, Notice, Progressed
from flowstone.engine.workbench import Workbench
from flowstone.errors.base import FlowstoneError
from flowstone.model.ids import BlockId
from flowstone.model.run import Reuse, RunRequest

PID = "@loader\ndef {name}():\n    import os; return os.getpid()\n"
STALL_S = 0.2
"""What the loop may be busy with at a time, but for one turn in a hundred."""


async def pids(bench: Workbench, *blocks: str) -> list[int]:
    """Run a pipeline and return the process that each block ran in."""
    run = await run_line(bench, reuse=Reuse.NEVER)
    found = []
    for block in blocks:
        result = block_of(run, block).result
        assert result is not None, block_of(run, block).failure
        found.append(int(await bench.value(result.outputs[0].hash)))
    return found


async def test_a_worker_is_used_again_and_an_isolated_block_has_its_own(opened: Opener, tmp_path: Path) -> None:
    """A library that can be set up only once in a process is used from one process only."""
    pipeline = """
        blocks:
          a: {file: loaders/a.py}
          b: {file: loaders/b.py, upstream: [a], isolation: block}
          c: {file: loaders/c.py, upstream: [b]}
    """
    text = "@transformer\ndef {name}(*inputs):\n    import os; return os.getpid()\n"
    blocks = {f"loaders/{name}.py": text.format(name=name) for name in "bc"}
    bench = await opened(write_project(tmp_path, pipeline, {"loaders/a.py": PID.format(name="a"), **blocks}))

    first = await pids(bench, "a", "b", "c")
    second = await pids(bench, "a", "b", "c")

    assert first[0] == first[2] == second[0] == second[2]
    assert len({first[0], first[1], second[1]}) == 3


async def test_a_worker_that_keeps_too_much_memory_is_replaced(opened: Opener, tmp_path: Path) -> None:
    """A library's cache that only grows must not end a server in a week."""
    text = """
        @loader
        def b():
            import os, sys
            if not os.path.exists("ran"):
                open("ran", "w").close()
                sys.kept = b"x" * (1200 << 20)
            return os.getpid()
    """
    bench = await opened(
        write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text}),
    )

    first, second = await pids(bench, "b"), await pids(bench, "b")

    assert first != second


async def test_what_a_block_took_is_kept_with_it(opened: Opener, tmp_path: Path) -> None:
    """Who sets a limit wants to know what is usual."""
    text = """
        @loader
        def b():
            import time
            kept = b"x" * (300 << 20)
            until = time.process_time() + 0.3
            while time.process_time() < until: pass
            return pd.DataFrame({"n": range(1000)})
    """

    run = await only_block(opened, tmp_path, text)

    usage = block_of(run, "b").usage
    assert usage is not None
    assert 0.3 <= usage.cpu_s < 10
    assert usage.peak_memory_bytes is not None
    assert 290 << 20 < usage.peak_memory_bytes < 400 << 20
    assert usage.rows == 1000
    assert usage.bytes is not None
    stored = await (await opened(tmp_path)).run(run.id)
    assert block_of(stored, "b").usage == usage


async def test_what_a_block_took_is_kept_when_it_was_ended_by_force(opened: Opener, tmp_path: Path) -> None:
    """The figures of what failed are those that are looked for."""
    text = """
        @loader
        def b():
            import os, time
            kept = b"x" * (300 << 20)
            time.sleep(0.8)
            os.kill(os.getpid(), 9)
    """

    run = await only_block(opened, tmp_path, text)

    usage = block_of(run, "b").usage
    assert usage is not None
    assert usage.peak_memory_bytes is not None
    assert usage.peak_memory_bytes > 290 << 20


async def test_what_a_block_usually_takes_is_learnt_from_its_runs(opened: Opener, tmp_path: Path) -> None:
    """`usually 12 s, 800 MB` tells whether to wait or to have a coffee."""
    text = "@loader\ndef b():\n    kept = b'x' * (200 << 20)\n    return 1\n"
    bench = await opened(write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text}))
    (before,) = await bench.status(LINE)
    for _ in range(2):
        await run_line(bench, reuse=Reuse.NEVER)
    await run_line(bench, reuse=Reuse.EDITOR)

    (after,) = await bench.status(LINE)

    assert before.usual is None
    assert after.usual is not None
    assert after.usual.runs == 2
    assert after.usual.seconds > 0
    assert after.usual.peak_memory_bytes is not None
    assert after.usual.peak_memory_bytes > 190 << 20


async def test_a_line_without_an_end_and_progress_are_seen_while_the_block_runs(opened: Opener, tmp_path: Path) -> None:
    """`Downloading… ` is there to be read while it downloads."""
    text = """
        import os, time
        @loader
        def b(*, run: Run):
            print("Downloading ", end="")
            for _ in run.progress(range(40)):
                time.sleep(0.05)
            while not os.path.exists("seen"): time.sleep(0.05)
            return 1
    """
    bench = await opened(write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text}))
    heard: list[Notice] = []
    bench.listen(heard.append)

    run_id = await bench.start_run(RunRequest(LINE))
    await until(lambda: [line for one in heard if isinstance(one, LogAppended) for line in one.lines])
    await until(lambda: [one for one in heard if isinstance(one, Progressed) and (one.done, one.total) == (40, 40)])
    assert states(await bench.run(run_id)) == {"b": "running"}
    (tmp_path / "seen").touch()

    assert states(await bench.wait(run_id)) == {"b": "done"}
    (said,) = [line.text for one in heard if isinstance(one, LogAppended) for line in one.lines]
    assert said == "Downloading "
    counts = [one.done for one in heard if isinstance(one, Progressed)]
    assert counts == sorted(counts)


async def test_a_gigabyte_on_stdout_is_bounded_and_stalls_nothing(opened: Opener, tmp_path: Path) -> None:
    """A forgotten print in a loop must not take the editor from everybody."""
    text = """
        @loader
        def b():
            import os
            piece = b"a line that somebody forgot to take out\\n" * 25_000
            for _ in range(1_000):
                written = 0
                while written < len(piece): written += os.write(1, piece[written:])
            print("the end")
            return 1
    """
    bench = await opened(write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text}))
    running = asyncio.create_task(run_line(bench))
    stalls = []

    while not running.done():
        stalls.append(await late_s())

    run = running.result()
    assert states(run) == {"b": "done"}
    assert at_99_percent(stalls) < STALL_S
    kept = sum(path.stat().st_size for path in (tmp_path / ".flowstone" / "logs").rglob("*") if path.is_file())
    assert kept < 24 << 20
    page = await bench.logs(run.id, BlockId("b"), limit=1_000_000)
    assert page.dropped > 20_000_000
    assert page.lines[-1].text == "the end"


async def test_a_block_that_deletes_its_project_fails_and_the_server_lives(opened: Opener, tmp_path: Path) -> None:
    """`shutil.rmtree(".")` is one wrong variable away."""
    other = await opened(
        write_project(
            tmp_path / "other", "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": PID.format(name="b")}
        )
    )
    text = "@loader\ndef b():\n    import os, shutil; shutil.rmtree(os.getcwd())\n    return 1\n"
    root = write_project(tmp_path / "gone", "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    bench = await opened(root)

    async with asyncio.timeout(90):
        run = await run_line(bench)

    assert run.state.value == "failed"
    assert states(run)["b"] in {"failed", "unknown"}  # the ledger is gone as well
    with pytest.raises(FlowstoneError):
        await bench.start_run(RunRequest(LINE))
    assert states(await run_line(other)) == {"b": "done"}


async def test_when_the_server_is_killed_nothing_of_its_blocks_lives_on(tmp_path: Path) -> None:
    """A grandchild that goes on writing after everything is gone writes into the next run's files."""
    text = f"""
        @loader
        def b():
            import os, subprocess, time
            subprocess.Popen(["setsid", *{SLEEPER!r}])
            open({str(tmp_path / "began")!r}, "w").write(str(os.getpid()))
            time.sleep(600)
    """
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    program = str(Path(sys.executable).with_name("flowstone"))
    server = await asyncio.create_subprocess_exec(
        program, "run", "line", "--project", str(tmp_path), stderr=asyncio.subprocess.DEVNULL
    )
    await until(lambda: (tmp_path / "began").exists() and (tmp_path / "began").read_text() != "")
    worker = psutil.Process(int((tmp_path / "began").read_text()))
    await until(sleepers)

    os.kill(server.pid, signal.SIGKILL)
    await server.wait()

    await until(lambda: not worker.is_running() and not sleepers())


async def test_the_block_after_a_stop_finds_its_worker_as_it_was(opened: Opener, tmp_path: Path) -> None:
    """Stop, change a line, run again: that is a day's work, and it should be quick."""
    pipeline = "blocks:\n  a: {file: loaders/a.py}\n  b: {file: loaders/b.py, upstream: [a]}\n"
    slow = "@transformer\ndef b(a):\n    import time\n    while True: time.sleep(0.01)\n"
    bench = await opened(
        write_project(tmp_path, pipeline, {"loaders/a.py": PID.format(name="a"), "loaders/b.py": slow})
    )
    run_id = await bench.start_run(RunRequest(LINE))
    await until_running(bench, run_id, "b")
    (before,) = workers(bench)

    await bench.stop_run(run_id)
    assert states(await bench.wait(run_id)) == {"a": "done", "b": "cancelled"}

    assert workers(bench) == [before]


def workers(bench: Workbench) -> list[int]:
    assert isinstance(bench._executor, LocalExecutor)
    return [worker.pid for worker in bench._executor._workers]
