"""Which blocks a run has, how it is asked for, and how it is stopped."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import THREE, THREE_BLOCKS, THREE_FILES, replace_in, write, write_project, write_three
from tests.kit.small_runs import (
    LINE,
    rows,
    run_line,
    states,
    until,
    until_running,
)

from flowstone.errors.base import InvalidProject
from flowstone.errors.engine import QueryRefused, RunNotActive
from flowstone.errors.source import UpstreamMissing, WrongValue
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import Reuse, RunRequest


async def test_one_block_runs_on_stored_inputs_and_nothing_else_runs(opened: Opener, tmp_path: Path) -> None:
    """Ctrl+Enter while writing one block must not wait for a download."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    run = await run_line(bench, blocks=(BlockId("doubled"),), only=True)

    assert states(run) == {"doubled": "done"}


async def test_one_block_without_stored_inputs_says_which_to_run_first(opened: Opener, tmp_path: Path) -> None:
    """An empty input would look like a bug of the person's own."""
    bench = await opened(write_three(tmp_path))

    with pytest.raises(UpstreamMissing, match="upstream numbers has no output yet"):
        await bench.start_run(RunRequest(LINE, blocks=(BlockId("doubled"),), only=True))


async def test_a_block_runs_with_what_it_needs_and_reuses_what_counts(opened: Opener, tmp_path: Path) -> None:
    """Shift+Enter: this block, on fresh inputs."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench, blocks=(BlockId("numbers"),))

    run = await run_line(bench, blocks=(BlockId("doubled"),))

    assert states(run) == {"numbers": "reused", "doubled": "done"}


async def test_from_a_block_on_everything_below_runs_too(opened: Opener, tmp_path: Path) -> None:
    """After mending one block people want the rest of the day's run, not its beginning."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench, reuse=Reuse.PURE)

    run = await run_line(bench, blocks=(BlockId("doubled"),), downstream=True, reuse=Reuse.NEVER)

    assert states(run) == {"numbers": "done", "doubled": "done", "total": "done"}


async def test_a_run_uses_the_code_as_it_was_when_it_started(opened: Opener, tmp_path: Path) -> None:
    """Saving a file while a run is on must not mix two versions in one result."""
    write_three(tmp_path)
    slow = '@loader\ndef numbers():\n    import time; time.sleep(0.5)\n    return pd.DataFrame({"n": [1]})\n'
    write_project(tmp_path, THREE, {**THREE_BLOCKS, "loaders/numbers.py": slow}, THREE_FILES)
    bench = await opened(tmp_path)
    run_id = await bench.start_run(RunRequest(LINE))

    replace_in(tmp_path, "lib/rate.py", "2", "1000")
    (tmp_path / "transformers/total.sql").unlink()
    run = await bench.wait(run_id)

    assert await rows(bench, run, "total") == [{"total": 2}]


async def test_asking_twice_with_one_run_id_starts_one_run(opened: Opener, tmp_path: Path) -> None:
    """A browser that repeats a request after a lost answer must not run the pipeline twice."""
    bench = await opened(write_three(tmp_path))
    request = RunRequest(LINE, run=RunId("mine"))

    started = await asyncio.gather(*(bench.start_run(request) for _ in range(5)))
    await bench.wait(RunId("mine"))
    again = await bench.start_run(request)

    assert {*started, again} == {"mine"}
    assert [run.id for run in (await bench.runs())[0]] == ["mine"]


async def test_runs_come_in_pages_newest_first(opened: Opener, tmp_path: Path) -> None:
    """A history of a million runs is read page by page."""
    bench = await opened(write_three(tmp_path))
    made = [(await run_line(bench)).id for _ in range(5)]

    first, after = await bench.runs(limit=3)
    second, end = await bench.runs(limit=3, before=after)

    assert [run.id for run in (*first, *second)] == made[::-1]
    assert end is None
    with pytest.raises(QueryRefused):
        await bench.runs(before="tampered")


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(600)"])
async def test_stop_ends_a_block_whatever_it_does(opened: Opener, tmp_path: Path, body: str) -> None:
    """Stop that does not stop is why people kill kernels."""
    text = f"@loader\ndef b():\n    {body}\n"
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    bench = await opened(tmp_path)
    run_id = await bench.start_run(RunRequest(LINE))
    await until_running(bench, run_id, "b")

    began = time.monotonic()
    await bench.stop_run(run_id)
    run = await bench.wait(run_id)

    assert (run.state.value, states(run)) == ("cancelled", {"b": "cancelled"})
    assert time.monotonic() - began < 5
    with pytest.raises(RunNotActive):
        await bench.stop_run(run_id)


async def test_stop_kills_a_block_that_ignores_interrupts_and_the_children_it_left(
    opened: Opener, tmp_path: Path
) -> None:
    """A stubborn block and a `setsid` grandchild are both gone in five seconds."""
    text = f"""
        @loader
        def b():
            import os, signal, subprocess, time
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            child = subprocess.Popen(["setsid", "sleep", "600"], start_new_session=True)
            open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
            while True:
                time.sleep(1)
    """
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    bench = await opened(tmp_path)
    run_id = await bench.start_run(RunRequest(LINE))
    await until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text() != "")

    began = time.monotonic()
    await bench.stop_run(run_id)
    run = await bench.wait(run_id)

    child = int((tmp_path / "child").read_text())
    assert states(run) == {"b": "cancelled"}
    assert time.monotonic() - began < 5
    await until(lambda: not Path(f"/proc/{child}").exists())


async def test_what_is_wrong_with_a_block_refuses_only_runs_that_need_it(opened: Opener, tmp_path: Path) -> None:
    """Half-written blocks are the normal state of a notebook."""
    bench = await opened(write_three(tmp_path))
    write(tmp_path, "transformers/doubled.py", "def broken(:\n")

    with pytest.raises(InvalidProject, match="doubled"):
        await bench.start_run(RunRequest(LINE))
    run = await run_line(bench, blocks=(BlockId("numbers"),))

    assert states(run) == {"numbers": "done"}


async def test_a_wrong_param_refuses_the_run_with_its_reason(opened: Opener, tmp_path: Path) -> None:
    """A typo in --param must not run the default for an hour."""
    bench = await opened(write_three(tmp_path))

    with pytest.raises(WrongValue, match=r"'rows'.*is not an integer"):
        await bench.start_run(RunRequest(LINE, params={"rows": "many"}))
    with pytest.raises(WrongValue, match="has no param 'row'"):
        await bench.start_run(RunRequest(LINE, params={"row": 1}))
