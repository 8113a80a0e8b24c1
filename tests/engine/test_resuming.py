"""Runs that failed, or whose process was killed, and go on where they were."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.commands import flowstone
from tests.kit.killed_runs import calls, command, kill_when_called, say, server, write_waiting
from tests.kit.small_projects import replace_in, write_project
from tests.kit.small_runs import LINE, block_of, run_line, states

from flowstone.engine.machine.state import MAY_HAVE_ACTED
from flowstone.engine.workbench import Workbench
from flowstone.errors.engine import RunNotResumable
from flowstone.errors.store import NotFound
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import Reuse, RunRequest, RunState
from flowstone.store.log_files import log_path

NIGHT = RunId("night")


@asynccontextmanager
async def serving(root: Path) -> AsyncIterator[Workbench]:
    bench = await Workbench.open(root, serve=True)
    try:
        yield bench
    finally:
        await bench.close()


async def test_a_failed_run_does_again_only_what_failed_and_what_follows_with_the_code_it_began_with(
    opened: Opener, tmp_path: Path
) -> None:
    """The first three hours were fine; and what somebody edited since is for the next run."""
    root = write_waiting(tmp_path)
    say(root, "fail")
    bench = await opened(root)
    failed = await run_line(bench, reuse=Reuse.PURE)
    replace_in(root, "transformers/second.py", "first + 1", "first + 100")
    say(root, "ok")

    resumed = await bench.wait(await bench.resume_run(failed.id))

    assert states(failed) == {"first": "done", "second": "failed", "third": "skipped"}
    assert (resumed.id, resumed.state) == (failed.id, RunState.DONE)
    assert calls(root) == ["first", "second", "second", "third"]
    second = block_of(resumed, "second")
    assert second.result is not None
    assert json.loads(await bench.value(second.result.outputs[0].hash)) == 2
    assert (second.attempt, [one.state.value for one in second.earlier]) == (2, ["failed"])
    assert await bench.run(failed.id) == resumed


async def test_a_run_with_nothing_left_to_do_stays_as_it_is(opened: Opener, tmp_path: Path) -> None:
    """A script that resumes whatever it finds must not write the exports again."""
    root = write_waiting(tmp_path)
    say(root, "ok")
    bench = await opened(root)
    run = await run_line(bench, reuse=Reuse.PURE)

    again = await bench.wait(await bench.resume_run(run.id))

    assert again == await bench.run(run.id)
    assert calls(root) == ["first", "second", "third"]


async def test_a_run_that_is_going_on_elsewhere_or_that_nobody_knows_is_not_taken(
    opened: Opener, tmp_path: Path
) -> None:
    """Two processes that drive one run would both write."""
    root = write_waiting(tmp_path)
    here, there = await opened(root), await opened(root)
    run = await here.start_run(RunRequest(LINE, run=NIGHT))

    with pytest.raises(RunNotResumable):
        await there.resume_run(run)
    with pytest.raises(NotFound):
        await there.resume_run(RunId("nobody"))
    await here.resume_run(run)
    say(root, "ok")

    assert states(await here.wait(run)) == {"first": "done", "second": "done", "third": "done"}


async def test_a_run_whose_code_is_gone_says_so(opened: Opener, tmp_path: Path) -> None:
    """It must not go on with other code than it began with."""
    import shutil

    root = write_waiting(tmp_path)
    say(root, "fail")
    bench = await opened(root)
    failed = await run_line(bench, reuse=Reuse.PURE)
    shutil.rmtree(root / ".flowstone/snapshots")

    with pytest.raises(RunNotResumable, match="no longer kept"):
        await bench.resume_run(failed.id)


@pytest.mark.parametrize("looks_meanwhile", [False, True])
async def test_a_server_takes_up_by_itself_what_a_killed_server_left(tmp_path: Path, looks_meanwhile: bool) -> None:
    """The machine restarts at three; at seven the report is there, whoever looked at the runs in between."""
    root = write_waiting(tmp_path)
    kill_when_called(server(root, NIGHT), root, "second")
    if looks_meanwhile:
        flowstone("runs", "--project", str(root))
    say(root, "ok")

    async with serving(root) as bench:
        run = await bench.wait(NIGHT)

    second = block_of(run, "second")
    assert states(run) == {"first": "done", "second": "done", "third": "done"}
    assert calls(root) == ["first", "second", "second", "third"]
    assert (second.attempt, [one.state.value for one in second.earlier]) == (2, ["unknown"])


async def test_what_was_left_in_a_project_that_nobody_has_run_here_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A ledger may come with a stranger's project: looking at that must run nothing, and say so."""
    root = write_waiting(tmp_path)
    kill_when_called(server(root, NIGHT), root, "second")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))

    async with serving(root) as bench:
        going = await bench.active_run(LINE)
        left = await bench.run(NIGHT)

    assert (going, left.state is RunState.DONE) == (None, False)
    assert "1 run was cut off and waits: nobody of this account has run this project yet" in caplog.text
    assert f"`flowstone resume {NIGHT}`" in caplog.text


async def test_a_run_that_ends_its_server_each_time_is_not_taken_up_for_ever(tmp_path: Path) -> None:
    """A block that eats all memory must not keep the whole service from starting."""
    root = write_waiting(tmp_path)
    kill_when_called(server(root, NIGHT), root, "second")
    for _ in range(3):
        (root / "calls.txt").unlink()
        kill_when_called(server(root), root, "second")

    async with serving(root) as bench:
        run = await bench.run(NIGHT)

    assert run.state is RunState.FAILED
    assert block_of(run, "second").state == "unknown"


async def test_a_killed_commands_run_waits_for_the_person_who_started_it(tmp_path: Path) -> None:
    """They saw it die, and may have begun anew."""
    root = write_waiting(tmp_path)
    kill_when_called(command(root), root, "second")
    say(root, "ok")
    async with serving(root) as bench:
        (run,), _ = await bench.runs()
        seen = await bench.run(run.id)

    done = flowstone("resume", run.id, "--project", str(root), "--json")
    document = json.loads(done.stdout)

    assert states(seen) == {"first": "done", "second": "unknown", "third": "cancelled"}
    assert seen.state is RunState.FAILED
    assert (done.returncode, document["run"], document["state"]) == (0, run.id, "done")
    assert calls(root) == ["first", "second", "second", "third"]


async def test_an_exporter_that_was_cut_off_is_marked_until_it_has_written_again(tmp_path: Path) -> None:
    """Nobody can tell whether it had written; writing again under the same run's name does no harm."""
    root = write_waiting(tmp_path)
    wait = "    import time\n    while not __import__('os').path.exists('end'):\n        time.sleep(0.02)\n"
    replace_in(root, "exporters/third.py", "    return None\n", wait + "    return None\n")
    say(root, "ok")
    kill_when_called(server(root, NIGHT), root, "third")

    async with serving(root) as bench:
        deadline = time.monotonic() + 60
        while calls(root).count("third") < 2:
            assert time.monotonic() < deadline
            await _moment()
        noted = block_of(await bench.run(NIGHT), "third")
        (root / "end").touch()
        run = await bench.wait(NIGHT)

    assert (noted.state, noted.because) == ("running", MAY_HAVE_ACTED)
    assert (block_of(run, "third").state, block_of(run, "third").because) == ("done", "")


async def test_what_a_resumed_block_prints_follows_what_it_printed_before(opened: Opener, tmp_path: Path) -> None:
    """A log whose lines have the same number twice cannot be read from a line on."""
    root = write_waiting(tmp_path)
    replace_in(root, "transformers/second.py", "def second(first):\n", "def second(first):\n    print('hello')\n")
    say(root, "fail")
    bench = await opened(root)
    failed = await run_line(bench, reuse=Reuse.PURE)
    say(root, "ok")
    await bench.wait(await bench.resume_run(failed.id))

    lines = log_path(root / ".flowstone/logs", failed.id, block_of(failed, "second").id).read_text("utf-8")
    numbers = [json.loads(line)["seq"] for line in lines.splitlines()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) == 2


async def _moment() -> None:
    import asyncio

    await asyncio.sleep(0.02)


def test_resume_of_a_run_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    """A typing error must not look like a failed pipeline."""
    done: subprocess.CompletedProcess[str] = flowstone(
        "resume", "nobody", "--project", str(write_waiting(tmp_path)), "--json"
    )

    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "not_found"


async def test_a_run_of_one_block_is_resumed_on_the_inputs_that_it_began_with(opened: Opener, tmp_path: Path) -> None:
    """Somebody has run the upstream again since; the run that failed stands for its own moment."""
    root = write_waiting(tmp_path)
    replace_in(root, "loaders/first.py", "return 1", "return len(open('calls.txt').readlines())")
    say(root, "ok")
    bench = await opened(root)
    await run_line(bench, reuse=Reuse.PURE)
    say(root, "fail")
    failed = await run_line(bench, blocks=(BlockId("second"),), only=True)
    await run_line(bench, blocks=(BlockId("first"),), only=True)
    say(root, "ok")

    resumed = await bench.wait(await bench.resume_run(failed.id))

    result = block_of(resumed, "second").result
    assert states(resumed) == {"second": "done"}
    assert result is not None
    assert json.loads(await bench.value(result.outputs[0].hash)) == 2


async def test_a_run_whose_inputs_were_collected_reads_what_counts_now_or_is_refused(
    opened: Opener, tmp_path: Path
) -> None:
    """A run must not go on and fail on a file that everybody could see was gone."""
    root = write_waiting(tmp_path)
    replace_in(root, "loaders/first.py", "return 1", "return len(open('calls.txt').readlines())")
    say(root, "ok")
    bench = await opened(root)
    before = block_of(await run_line(bench, reuse=Reuse.PURE), "first").result
    say(root, "fail")
    failed = await run_line(bench, blocks=(BlockId("second"),), only=True)
    refused = await run_line(bench, blocks=(BlockId("second"),), only=True)
    now = block_of(await run_line(bench, blocks=(BlockId("first"),), only=True), "first").result
    assert before is not None
    assert now is not None
    _remove(root, before.outputs[0].hash)
    say(root, "ok")

    resumed = await bench.wait(await bench.resume_run(failed.id))
    _remove(root, now.outputs[0].hash)
    with pytest.raises(RunNotResumable, match="no longer kept"):
        await bench.resume_run(refused.id)

    result = block_of(resumed, "second").result
    assert states(resumed) == {"second": "done"}
    assert result is not None
    assert json.loads(await bench.value(result.outputs[0].hash)) == 7


def _remove(root: Path, artifact: str) -> None:
    for file in (root / ".flowstone/artifacts").glob(f"*/{artifact}*"):
        file.unlink()


async def test_a_mapped_block_is_resumed_item_by_item(opened: Opener, tmp_path: Path) -> None:
    """Of three files, one was not there yet."""
    pipeline = """
        params: {days: {type: json, default: [1, 0, 2]}}
        blocks:
          load: {file: loaders/load.py, map: {over: days, as: day}}
    """
    body = """
        from pathlib import Path

        @loader
        def load(*, day: int):
            with open("calls.txt", "a") as calls:
                calls.write(f"{day}\\n")
            if day == 0 and not Path("go").exists():
                raise FileNotFoundError("not yet")
            return day * 10
    """
    root = write_project(tmp_path, pipeline, {"loaders/load.py": body})
    bench = await opened(root)
    failed = await run_line(bench)
    say(root, "ok")

    resumed = await bench.wait(await bench.resume_run(failed.id))

    result = block_of(resumed, "load").result
    assert sorted(calls(root)) == ["0", "0", "1", "2"]
    assert states(resumed) == {"load": "done", "load-0": "done", "load-1": "done", "load-2": "done"}
    assert result is not None
    assert json.loads(await bench.value(result.outputs[0].hash)) == [10, 0, 20]


async def test_a_run_took_what_it_was_driven_and_not_the_night_that_it_lay(opened: Opener, tmp_path: Path) -> None:
    """A run of two minutes that was resumed in the morning did not take nine hours."""
    root = write_waiting(tmp_path)
    say(root, "fail")
    bench = await opened(root)
    failed = await run_line(bench, reuse=Reuse.PURE)
    await asyncio.sleep(0.3)  # what is measured is real time passing
    say(root, "ok")

    resumed = await bench.wait(await bench.resume_run(failed.id))

    [pause] = (await bench.run(failed.id)).pauses
    assert failed.ended_at is not None
    assert resumed.ended_at is not None
    assert resumed.seconds is not None
    assert pause.began_at == failed.ended_at
    assert pause.ended_at - pause.began_at >= 0.3
    assert resumed.seconds <= resumed.ended_at - resumed.started_at - 0.3
