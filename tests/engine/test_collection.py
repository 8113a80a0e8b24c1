"""What goes when a project collects, and what never does, on a real project with real files."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.commands import flowstone
from tests.kit.small_projects import replace_in, write, write_three
from tests.kit.small_runs import LINE, block_of, freshness, rows, run_line, states

from flowstone.disk.failpoints import VARIABLE
from flowstone.engine.doctor.examination import examine
from flowstone.engine.housekeeping import keep_house
from flowstone.engine.workbench import Workbench
from flowstone.errors.store import LedgerUnusable, NotFound
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import Reuse, RunRecord
from flowstone.store.reachable import reachable, read_named

NUMBERS = "loaders/numbers.py"


def age(root: Path, days: float = 1.0, *, state: Path | None = None) -> None:
    """Let everything that is stored have been written days ago."""
    then = time.time() - days * 86_400
    for path in (state or root / ".flowstone").rglob("*"):
        os.utime(path, (then, then))


def stored(root: Path) -> dict[str, int]:
    """Count what is stored."""
    state = root / ".flowstone"
    return {
        "outputs": len(list(state.glob("artifacts/??/*.manifest.json"))),
        "contents": len([path for path in state.glob("artifacts/??/*") if not path.name.endswith(".manifest.json")]),
        "snapshots": len(list((state / "snapshots").iterdir())),
        "logs": len(list((state / "logs").iterdir())),
    }


def limit(root: Path, words: str) -> None:
    write(root, "flowstone.yaml", f"name: small\nretention: {{{words}}}\n")


async def three_runs(bench: Workbench, root: Path) -> list[RunRecord]:
    """Run three times, each with rows of its own."""
    runs = []
    for rows_wanted in (3, 4, 5):
        replace_in(root, NUMBERS, "range(rows)", f"range({rows_wanted})")
        runs.append(await run_line(bench))
        replace_in(root, NUMBERS, f"range({rows_wanted})", "range(rows)")
    return runs


async def test_without_limits_everything_that_a_run_gave_stays(opened: Opener, tmp_path: Path) -> None:
    """Nobody loses history that they did not ask to lose."""
    bench = await opened(write_three(tmp_path))
    await three_runs(bench, tmp_path)
    age(tmp_path)
    before = stored(tmp_path)

    found = await bench.collect()

    assert found.is_nothing
    assert stored(tmp_path) == before


async def test_runs_beyond_the_limit_go_with_their_outputs_logs_and_code(opened: Opener, tmp_path: Path) -> None:
    """A disk that fills up stops every pipeline."""
    bench = await opened(write_three(tmp_path))
    first, second, third = await three_runs(bench, tmp_path)
    limit(tmp_path, "keep_runs: 1")
    await bench.files_changed(frozenset({"flowstone.yaml"}))
    age(tmp_path)

    planned = await bench.collect(dry_run=True)
    untouched = stored(tmp_path)
    found = await bench.collect()

    assert planned == found
    assert set(found.runs) == {first.id, second.id}
    assert untouched == {"outputs": 9, "contents": 9, "snapshots": 3, "logs": 3}
    assert (found.outputs, found.snapshots, found.logs) == (6, 2, 2)
    assert stored(tmp_path) == {"outputs": 3, "contents": 3, "snapshots": 1, "logs": 1}
    assert [run.id for run in (await bench.runs())[0]] == [third.id]
    assert (await rows(bench, third, "numbers"))[-1] == {"n": 4}
    with pytest.raises(NotFound):
        await bench.run(first.id)


async def test_what_is_fresh_stays_though_its_run_goes(opened: Opener, tmp_path: Path) -> None:
    """Collecting must never cost a run: what was fresh before is fresh after."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)
    before = await freshness(bench)
    await three_runs(bench, tmp_path)
    limit(tmp_path, "keep_runs: 1, max_size: 1B")
    await bench.files_changed(frozenset({"flowstone.yaml"}))
    age(tmp_path)

    await bench.collect()

    assert set(before.values()) == {"fresh"}
    assert await freshness(bench) == before
    assert set(states(await run_line(bench)).values()) == {"reused"}


async def test_a_run_that_is_kept_on_purpose_stays_whole(opened: Opener, tmp_path: Path) -> None:
    """The figures of an annual report are asked for years later."""
    bench = await opened(write_three(tmp_path))
    first, second, _ = await three_runs(bench, tmp_path)
    limit(tmp_path, "keep_runs: 1, max_size: 1B")
    await bench.files_changed(frozenset({"flowstone.yaml"}))
    age(tmp_path)
    await bench.pin_run(second.id)

    found = await bench.collect()

    assert found.runs == (first.id,)
    assert (await rows(bench, second, "numbers"))[-1] == {"n": 3}
    await bench.pin_run(second.id, is_pinned=False)
    assert (await bench.collect()).runs == (second.id,)
    with pytest.raises(NotFound):
        await bench.pin_run(RunId("none"))


async def test_by_size_outputs_go_and_history_stays(opened: Opener, tmp_path: Path) -> None:
    """How long last month's runs took is worth keeping when their rows no longer have room."""
    bench = await opened(write_three(tmp_path))
    first, second, third = await three_runs(bench, tmp_path)
    limit(tmp_path, "max_size: 1B")
    await bench.files_changed(frozenset({"flowstone.yaml"}))
    age(tmp_path)

    found = await bench.collect()

    assert (found.runs, found.emptied) == ((), (first.id, second.id))
    assert len((await bench.runs())[0]) == 3
    assert (await rows(bench, third, "numbers"))[-1] == {"n": 4}
    with pytest.raises(NotFound, match="no output"):
        await rows(bench, first, "numbers")
    assert (await bench.collect()).is_nothing


async def test_what_was_made_or_taken_up_a_moment_ago_stays(opened: Opener, tmp_path: Path) -> None:
    """Another process may have stored it and be about to say so."""
    bench = await opened(write_three(tmp_path))
    run = await run_line(bench)
    numbers = next(block for block in run.blocks if block.id == BlockId("numbers"))
    assert numbers.result is not None
    (tmp_path / ".flowstone/ledger.db").rename(tmp_path / "elsewhere.db")
    for end in ("-wal", "-shm"):
        (tmp_path / f".flowstone/ledger.db{end}").unlink(missing_ok=True)
    other = await opened(tmp_path)

    new = await other.collect()
    age(tmp_path)
    taken_up = other._artifacts.claim(numbers.result.outputs[0].hash)
    old = await other.collect()

    assert new.is_nothing
    assert taken_up
    assert old.outputs == 2
    assert stored(tmp_path) == {"outputs": 1, "contents": 1, "snapshots": 0, "logs": 0}


async def test_a_run_that_goes_on_loses_nothing(opened: Opener, tmp_path: Path) -> None:
    """It may have found an old output that counts, and be about to open it."""
    root = write_three(tmp_path)
    bench = await opened(root)
    await three_runs(bench, root)
    limit(root, "keep_runs: 1, max_size: 1B")
    await bench.files_changed(frozenset({"flowstone.yaml"}))
    age(root)
    replace_in(root, "transformers/doubled.py", "return numbers", "import time; time.sleep(1.5); return numbers")
    server = await opened(root)

    run = asyncio.create_task(run_line(bench, reuse=Reuse.EDITOR))
    while not run.done():
        await server.collect()
        await asyncio.sleep(0.1)

    assert (await run).state.value == "done"
    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_nothing_goes_of_a_pipeline_that_cannot_be_read(opened: Opener, tmp_path: Path) -> None:
    """Half an edit hides what counts; it must not cost a day's outputs."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)
    await three_runs(bench, tmp_path)
    limit(tmp_path, "keep_runs: 1")
    await bench.files_changed(frozenset({"flowstone.yaml"}))
    text = (tmp_path / "pipelines/line.yaml").read_text()
    write(tmp_path, "pipelines/line.yaml", "blocks: [\n")
    age(tmp_path)

    await bench.collect()
    (tmp_path / "pipelines/line.yaml").write_text(text)

    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_with_a_ledger_that_cannot_be_read_nothing_goes(opened: Opener, tmp_path: Path) -> None:
    """What nothing names may be everything."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)
    age(tmp_path)
    before = stored(tmp_path)
    ledger = tmp_path / "broken.db"
    ledger.write_bytes(b"no database at all" * 1000)

    with pytest.raises(LedgerUnusable):
        read_named(ledger)
    assert reachable(read_named(tmp_path / ".flowstone/ledger.db")).runs
    assert stored(tmp_path) == before


@pytest.mark.parametrize("artifacts", ["../shared", "{there}", "file://{there}"])
async def test_outputs_in_a_folder_elsewhere_are_not_collected(opened: Opener, tmp_path: Path, artifacts: str) -> None:
    """Another project may keep its own there, and its ledger is not known here."""
    shared = tmp_path / "shared"
    place = artifacts.format(there=shared)
    benches = []
    for name in ("one", "two"):
        root = write_three(tmp_path / name)
        write(root, "flowstone.yaml", f"name: {name}\nartifacts: {place}\nretention: {{keep_runs: 1, max_size: 1B}}\n")
        benches.append(await opened(root))
    for bench, name in zip(benches, ("one", "two"), strict=True):
        await three_runs(bench, tmp_path / name)
    kept = sorted(path.name for path in shared.rglob("*.*") if path.is_file())
    age(tmp_path / "one", state=shared)

    found = await benches[0].collect()

    assert (len(found.runs), found.outputs) == (2, 0)
    assert sorted(path.name for path in shared.rglob("*.*") if path.is_file()) == kept != []


async def test_what_a_kept_run_read_from_outside_of_it_stays(opened: Opener, tmp_path: Path) -> None:
    """A run of one block alone, that failed, is looked into by what it was given."""
    bench = await opened(write_three(tmp_path))
    first = await run_line(bench)
    read = block_of(first, "numbers").result
    assert read is not None
    replace_in(tmp_path, "transformers/doubled.py", "return numbers", "raise ValueError(numbers)")
    failed = await run_line(bench, blocks=(BlockId("doubled"),), only=True)
    replace_in(tmp_path, NUMBERS, "range(rows)", "range(9)")
    limit(tmp_path, "keep_runs: 1")
    await bench.files_changed(frozenset({"flowstone.yaml", NUMBERS}))
    age(tmp_path)

    found = await bench.collect()

    assert (found.runs, states(failed)) == ((first.id,), {"doubled": "failed"})
    assert (tmp_path / f".flowstone/artifacts/{read.outputs[0].hash[:2]}/{read.outputs[0].hash}.manifest.json").exists()


async def test_no_output_goes_while_a_ledger_lies_set_aside(opened: Opener, tmp_path: Path) -> None:
    """Who set a damaged ledger aside may still save what is in it, and what it names."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)
    aside = tmp_path / ".flowstone/ledger-until-20260101-000000.db"
    aside.write_bytes(b"")
    with sqlite3.connect(tmp_path / ".flowstone/ledger.db") as database:
        database.execute("DELETE FROM results")
        database.execute("DELETE FROM block_runs")
        database.execute("DELETE FROM run_events")
    age(tmp_path)

    kept = await bench.collect()
    aside.unlink()
    gone = await bench.collect()

    assert (kept.outputs, gone.outputs) == (0, 3)
    assert (kept.held_by, gone.held_by) == ((aside.name,), ())


async def test_damaged_history_is_worth_a_note(opened: Opener, tmp_path: Path) -> None:
    """No run can mend the past: the doctor would say that it is broken for ever."""
    bench = await opened(write_three(tmp_path))
    read = block_of(await run_line(bench), "numbers").result
    assert read is not None
    name = read.outputs[0].hash
    manifest = tmp_path / f".flowstone/artifacts/{name[:2]}/{name}.manifest.json"
    manifest.rename(manifest.with_name(f"{name}.condemned"))
    counting = [check.invariant.name for check in examine(tmp_path) if not check.is_whole]
    with sqlite3.connect(tmp_path / ".flowstone/ledger.db") as database:
        database.execute("DELETE FROM results")

    past = [check.invariant.name for check in examine(tmp_path) if not check.is_whole]

    assert (counting, past) == (["outputs"], [])


def test_the_command_says_what_would_go_and_what_went(tmp_path: Path) -> None:
    """People look before they let go."""
    root = write_three(tmp_path)
    limit(root, "keep_runs: 1")
    done = [
        json.loads(flowstone("run", LINE, "-p", str(root), "--json", "--param", f"rows={n}").stdout) for n in (2, 3)
    ]
    age(root)

    planned = json.loads(flowstone("gc", "--dry-run", "--json", "-p", str(root)).stdout)
    plan = flowstone("gc", "--dry-run", "-p", str(root)).stdout
    kept = flowstone("keep", done[0]["run"], "-p", str(root))
    nothing = json.loads(flowstone("gc", "--json", "-p", str(root)).stdout)
    flowstone("keep", "--no-longer", done[0]["run"], "-p", str(root))
    gone = json.loads(flowstone("gc", "--json", "-p", str(root)).stdout)

    assert (planned["dry_run"], planned["runs"], kept.returncode) == (True, [done[0]["run"]], 0)
    assert f"{done[0]['run']}  line" in plan
    assert "keep_runs is 1, and line has that many newer ones" in plan
    assert "3 outputs" in plan
    assert nothing["runs"] == []
    assert gone == {**planned, "dry_run": False}
    assert gone["outputs"] == 3
    assert gone["bytes"] > 0
    assert "nothing" in flowstone("gc", "-p", str(root)).stdout
    assert flowstone("keep", "none", "-p", str(root)).returncode == 2


KILLED_AT = ["ledger.committed:6", "collection.forgotten", "collection.removing:2"]


def test_a_collection_that_is_killed_anywhere_leaves_the_project_whole(tmp_path: Path) -> None:
    """Whatever it came to, nothing is named that is not there, and the next one does the rest."""
    made = write_three(tmp_path / "made")
    for rows_wanted in (2, 3, 4):
        flowstone("run", LINE, "-p", str(made), "--param", f"rows={rows_wanted}")
    limit(made, "keep_runs: 1")
    ends = []
    for number, point in enumerate([None, *KILLED_AT]):
        root = tmp_path / str(number)
        shutil.copytree(made, root)
        age(root)
        killed = flowstone("gc", "-p", str(root), environment={VARIABLE: point} if point else None)
        assert [check for check in examine(root, deep=True) if not check.is_whole] == [], point
        assert (killed.returncode == 0) == (point is None), point
        age(root)
        flowstone("gc", "-p", str(root))
        ends.append(sorted(path.name for path in root.glob(".flowstone/artifacts/??/*")))

    assert len(ends[0]) == 12  # of the newest run, and of the one with the params that are the pipeline's own
    assert ends == [ends[0]] * len(ends)


async def test_a_server_collects_when_nothing_runs_and_goes_on_after_trouble() -> None:
    """Nobody should have to remember to."""
    busy = [True, True, False, False]
    calls: list[int] = []

    async def collect() -> None:
        calls.append(len(busy))
        if len(calls) == 1:
            raise LedgerUnusable("busy")
        if len(calls) == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep_house(
            collect, lambda: not (busy.pop(0) if busy else False), first_after_s=0, every_s=0, busy_again_after_s=0
        )

    assert calls == [1, 0]
