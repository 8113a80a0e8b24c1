"""A project opened, run and asked, with real files, workers and ledger."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import THREE, THREE_BLOCKS, THREE_FILES, replace_in, write, write_project, write_three
from tests.kit.small_runs import (
    LINE,
    block_of,
    failure_of,
    freshness,
    only_block,
    rows,
    run_line,
    states,
    until,
    until_running,
    why,
)

from flowstone.engine.notices import BlockChanged, Notice, StatusChanged
from flowstone.engine.workbench import Workbench
from flowstone.errors.base import InvalidProject
from flowstone.errors.engine import QueryRefused, RunNotActive
from flowstone.errors.source import UpstreamMissing, WrongValue
from flowstone.errors.store import ArtifactCorrupt, NotFound, ProjectBusy
from flowstone.model.freshness import sentence
from flowstone.model.ids import ArtifactHash, BlockId, RunId
from flowstone.model.run import Reuse, RunRequest
from flowstone.model.window import SortKey, Window


async def test_a_run_gives_every_block_its_output(opened: Opener, tmp_path: Path) -> None:
    """The whole point: files in, tables out."""
    bench = await opened(write_three(tmp_path))

    run = await run_line(bench, params={"rows": 4})

    assert states(run) == {"numbers": "done", "doubled": "done", "total": "done"}
    assert await rows(bench, run, "total") == [{"total": 12}]
    assert run.params == {"rows": 4}


async def test_what_nothing_changed_is_reused_and_a_second_run_computes_nothing(opened: Opener, tmp_path: Path) -> None:
    """Waiting for what is known already is what people leave other tools for."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    again = await run_line(bench)

    assert states(again) == {"numbers": "reused", "doubled": "reused", "total": "reused"}
    assert await freshness(bench) == {"numbers": "fresh", "doubled": "fresh", "total": "fresh"}


async def test_a_scheduled_run_always_loads_and_reuses_what_follows_from_the_same_data(
    opened: Opener, tmp_path: Path
) -> None:
    """The outside world may have changed; what depends on it is computed again only if it has."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench, reuse=Reuse.PURE)

    again = await run_line(bench, reuse=Reuse.PURE)

    assert states(again) == {"numbers": "done", "doubled": "reused", "total": "reused"}


CHANGES: dict[str, tuple[str, str, str, str, list[str]]] = {
    "code": ("loaders/numbers.py", "range(rows)", "range(1, rows)", "numbers", ["its code changed"]),
    "a helper module": ("lib/rate.py", "2", "3", "doubled", ["lib/rate.py changed"]),
    "SQL": ("transformers/total.sql", "sum", "max", "total", ["its code changed"]),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_makes_stale_what_depends_on_it_and_says_why_and_reverting_makes_fresh(
    opened: Opener, tmp_path: Path, change: str
) -> None:
    """Exact freshness with its reason is the promise that no rival makes."""
    path, old, new, block, reasons = CHANGES[change]
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, path, old, new)
    changed, said = await freshness(bench), await why(bench, block)
    replace_in(tmp_path, path, new, old)

    order = ["numbers", "doubled", "total"]
    below = order[order.index(block) :]
    assert changed == {name: "stale" if name in below else "fresh" for name in order}
    assert said == reasons
    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_what_lies_below_a_stale_block_says_which_upstream_is_stale(opened: Opener, tmp_path: Path) -> None:
    """A person follows the reasons up to the one thing that they changed."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "loaders/numbers.py", "range(rows)", "range(1, rows)")

    assert await why(bench, "doubled") == ["upstream numbers is stale"]


async def test_comments_and_formatting_change_nothing(opened: Opener, tmp_path: Path) -> None:
    """Nobody should pay for a comment."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "loaders/numbers.py", "print(", "# as many as asked for\n    print(  ")
    replace_in(tmp_path, "transformers/total.sql", "SELECT ", "-- the sum\nSELECT\n    ")
    replace_in(tmp_path, "lib/rate.py", "RATE = 2", "# twice\nRATE  =  2")

    assert set((await freshness(bench)).values()) == {"fresh"}


async def test_a_param_makes_stale_what_takes_it_and_shows_both_values(opened: Opener, tmp_path: Path) -> None:
    """People change params more often than code."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "pipelines/line.yaml", "default: 3", "default: 5")

    assert await why(bench, "numbers") == ["param rows 3 → 5"]


async def test_a_rerun_with_the_same_content_leaves_what_lies_below_fresh(opened: Opener, tmp_path: Path) -> None:
    """Early cut-off: an edit that changes no data costs one block, not the rest of the graph."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench)

    replace_in(tmp_path, "loaders/numbers.py", "range(rows)", "list(range(rows))")
    run = await run_line(bench)

    assert states(run) == {"numbers": "done", "doubled": "reused", "total": "reused"}


async def test_a_declared_file_that_changes_makes_its_loader_stale(opened: Opener, tmp_path: Path) -> None:
    """Data files are inputs like any other."""
    text = '@loader\ndef b():\n    return pd.read_csv("data/in.csv")\n'
    entry = "blocks:\n  b: {file: loaders/b.py, files: [data/*.csv]}\n"
    bench = await opened(write_project(tmp_path, entry, {"loaders/b.py": text}, {"data/in.csv": "a\n1\n"}))
    await run_line(bench)

    write(tmp_path, "data/in.csv", "a\n2\n")

    assert await why(bench, "b") == ["file data/in.csv changed"]


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


async def test_a_block_that_changes_its_input_in_place_changes_nobody_elses(opened: Opener, tmp_path: Path) -> None:
    """`doubled` writes into the frame it was given; a sibling and the stored output must not see that."""
    pipeline = THREE + "      again:   {file: transformers/again.py, upstream: [numbers, doubled]}\n"
    again = "@transformer\ndef again(numbers, doubled):\n    return numbers\n"
    blocks = {**THREE_BLOCKS, "transformers/again.py": again}
    bench = await opened(write_project(tmp_path, pipeline, blocks, THREE_FILES))

    run = await run_line(bench)

    assert await rows(bench, run, "numbers") == await rows(bench, run, "again") == [{"n": 0}, {"n": 1}, {"n": 2}]


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


async def test_a_block_over_its_timeout_fails_and_says_so(opened: Opener, tmp_path: Path) -> None:
    """A schedule must not hang on one block."""
    text = "@loader\ndef b():\n    import time; time.sleep(600)\n"

    run = await only_block(opened, tmp_path, text, entry=", timeout: 0.5s")

    assert failure_of(run, "b").code == "timeout"


async def test_a_block_is_tried_again_as_often_as_it_says(opened: Opener, tmp_path: Path) -> None:
    """Services fail for seconds; runs should not."""
    text = """
        import pathlib

        @loader
        def b(*, run: Run):
            print("attempt", run.attempt)
            if run.attempt < 3:
                raise ConnectionError("not yet")
            return {"attempt": run.attempt}
    """

    run = await only_block(opened, tmp_path, text, entry=", retries: {attempts: 3, delay: 0.01s}")

    assert (block_of(run, "b").state.value, block_of(run, "b").attempt) == ("done", 3)


ENDINGS: dict[str, tuple[str, str, str]] = {
    "raise": ('raise ValueError("no such column")', "user_code", "no such column"),
    "sys.exit(0)": ("import sys; sys.exit(0)", "exited_without_result", "exited without a result"),
    "os._exit(0)": ("import os; os._exit(0)", "exited_without_result", "exit code 0 and without a result"),
    "a segmentation fault": ("import os; os.kill(os.getpid(), 11)", "worker_lost", "SIGSEGV"),
    "a kill": ("import os; os.kill(os.getpid(), 9)", "worker_lost", "SIGKILL"),
    "endless recursion": ("return b()", "user_code", "recursion"),
    "a missing package": ("import not_installed_anywhere", "user_code", "not_installed_anywhere"),
    "nothing returned": ("pass", "returned_nothing", "returned nothing"),
    "something that cannot be stored": ("return __import__('threading').Lock()", "output_unfit", "lock"),
    "functions in a column": ('return pd.DataFrame({"a": [1, print]})', "output_unfit", "Column 'a'"),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_block_that_ends_badly_fails_with_its_reason(opened: Opener, tmp_path: Path, ending: str) -> None:
    """Whatever user code does, the run ends, says what happened, and the next block has a worker."""
    body, code, words = ENDINGS[ending]

    run = await only_block(opened, tmp_path, f"@loader\ndef b():\n    {body}\n")

    failure = failure_of(run, "b")
    assert run.state.value == "failed"
    assert failure.code == code
    assert words in failure.message


async def test_a_missing_package_comes_with_what_to_install(opened: Opener, tmp_path: Path) -> None:
    """The most common failure on a colleague's machine should carry its cure."""
    run = await only_block(opened, tmp_path, "import not_installed\n@loader\ndef b():\n    return 1\n")

    assert "pip install not_installed" in failure_of(run, "b").hint


async def test_a_failure_shows_the_persons_own_frames_with_file_and_line(opened: Opener, tmp_path: Path) -> None:
    """Forty frames of pandas hide the one line that is wrong."""
    text = '@transformer\ndef doubled(numbers):\n    return numbers["missing"]\n'
    bench = await opened(write_project(tmp_path, THREE, {**THREE_BLOCKS, "transformers/doubled.py": text}, THREE_FILES))

    run = await run_line(bench)

    frames = failure_of(run, "doubled").frames
    assert [(frame.file, frame.function, frame.text) for frame in frames] == [
        ("transformers/doubled.py", "doubled", 'return numbers["missing"]')
    ]
    assert frames[0].line == 5
    assert states(run) == {"numbers": "done", "doubled": "failed", "total": "skipped"}


async def test_a_failing_check_fails_the_block_and_keeps_the_output_to_look_at(opened: Opener, tmp_path: Path) -> None:
    """The rows that broke the rule are what a person wants to see next."""
    text = """
        @loader
        def b():
            return pd.DataFrame({"fare": [1.0, -2.0]})

        @check
        def fares_are_not_negative(output):
            assert (output.fare >= 0).all(), "negative fares"

        @check
        def there_are_rows(output):
            return len(output) > 0
    """

    run = await only_block(opened, tmp_path, text)

    result = block_of(run, "b").result
    assert failure_of(run, "b").message == "The check fares_are_not_negative failed: negative fares"
    assert result is not None
    assert [(check.name, check.passed) for check in result.checks] == [
        ("fares_are_not_negative", False),
        ("there_are_rows", True),
    ]
    assert result.outputs[0].rows == 2


async def test_what_a_block_prints_is_kept_and_told_line_by_line(opened: Opener, tmp_path: Path) -> None:
    """Logs are the first thing that anyone opens."""
    text = """
        import sys
        @loader
        def b():
            print("one")
            print("two", end="", flush=True)
            print("warned", file=sys.stderr)
            sys.stdout.buffer.write(b"\\xff\\n")
            return 1
    """
    run = await only_block(opened, tmp_path, text)
    bench = await opened(tmp_path)

    page = await bench.logs(run.id, BlockId("b"))

    assert sorted((line.stream, line.text) for line in page.lines) == [
        ("stderr", "warned"),
        ("stdout", "one"),
        ("stdout", "two\ufffd"),
    ]
    assert [line.seq for line in page.lines] == [0, 1, 2]


async def test_a_block_that_floods_its_output_is_bounded_with_a_mark(opened: Opener, tmp_path: Path) -> None:
    """A loop with a print in it must not fill the disk or stall the server."""
    text = '@loader\ndef b():\n    for i in range(1_000_000): print("line", i)\n    return 1\n'
    run = await only_block(opened, tmp_path, text)
    bench = await opened(tmp_path)

    first = await bench.logs(run.id, BlockId("b"), limit=1)
    everything = await bench.logs(run.id, BlockId("b"), limit=10_000_000)

    assert first.lines[0].text == "line 0"
    assert everything.lines[-1].text == "line 999999"
    assert everything.dropped > 100_000
    assert sum(path.stat().st_size for path in (tmp_path / ".flowstone/logs").rglob("*.jsonl")) < 40 << 20


async def test_params_are_typed_and_a_wrong_one_is_refused(opened: Opener, tmp_path: Path) -> None:
    """A date that arrives as text is a bug that shows a year later."""
    text = """
        from datetime import date
        from typing import Annotated, Literal
        from annotated_types import Le
        @loader
        def b(*, day: date, size: Literal["s", "m"] = "s", ratio: Annotated[float, Le(2)] = 1.5):
            return {"year": day.year, "size": size, "ratio": ratio}
    """
    good = await only_block(opened, tmp_path / "good", text, entry=", params: {day: 2024-02-29, size: m}")
    bad = await only_block(opened, tmp_path / "bad", text, entry=", params: {day: 2024-02-29, ratio: 3.5}")
    bench = await opened(tmp_path / "good")
    result = block_of(good, "b").result

    assert result is not None
    assert json.loads(await bench.value(result.outputs[0].hash)) == {"year": 2024, "size": "m", "ratio": 1.5}
    assert failure_of(bad, "b").code == "param_invalid"


FORMS = {
    "": "DataFrame",
    ": pd.DataFrame": "DataFrame",
    ": pl.DataFrame": "DataFrame",
    ": pl.LazyFrame": "LazyFrame",
    ": pa.Table": "Table",
    ": pa.RecordBatchReader": "RecordBatchReader",
    ": duckdb.DuckDBPyRelation": "DuckDBPyRelation",
    ": Iterator[pd.DataFrame]": "generator",
}


@pytest.mark.parametrize("annotation", FORMS)
async def test_an_annotation_picks_the_form_of_an_input(opened: Opener, tmp_path: Path, annotation: str) -> None:
    """People who write polars should not convert by hand."""
    text = f"""
        import duckdb
        import polars as pl
        import pyarrow as pa
        from collections.abc import Iterator

        @transformer
        def doubled(numbers{annotation}):
            return type(numbers).__name__
    """
    pipeline = """
        blocks:
          numbers: {file: loaders/numbers.py}
          doubled: {file: transformers/doubled.py, upstream: [numbers]}
    """
    blocks = {**THREE_BLOCKS, "transformers/doubled.py": text}
    bench = await opened(write_project(tmp_path, pipeline, blocks, THREE_FILES))

    run = await run_line(bench)

    result = block_of(run, "doubled").result
    assert result is not None, block_of(run, "doubled").failure
    assert json.loads(await bench.value(result.outputs[0].hash)) == FORMS[annotation]


RETURNED: dict[str, tuple[str, int | None]] = {
    "a pandas frame": ('pd.DataFrame({"n": [1, 2]})', 2),
    "an empty frame": ("pd.DataFrame()", 0),
    "a polars frame": ('pl.DataFrame({"n": [1, 2]})', 2),
    "a lazy polars frame": ('pl.LazyFrame({"n": [1, 2]})', 2),
    "an Arrow table": ('pa.table({"n": [1, 2]})', 2),
    "an Arrow reader": ('pa.table({"n": [1, 2]}).to_reader()', 2),
    "a DuckDB relation": ('duckdb.sql("SELECT 1 AS n UNION ALL SELECT 2")', 2),
    "a generator of frames": ('(pd.DataFrame({"n": [i]}) for i in range(3))', 3),
    "a mapping": ('{"a": [1, None, "x"]}', None),
    "a list": ("[1, 2]", None),
    "a text": ('"x"', None),
    "a number": ("1.5", None),
    "a truth": ("False", None),
}


@pytest.mark.parametrize("kind", RETURNED)
async def test_a_block_may_return(opened: Opener, tmp_path: Path, kind: str) -> None:
    """Each form that people have in their hands is taken as it is."""
    value, length = RETURNED[kind]
    imports = "import duckdb\nimport polars as pl\nimport pyarrow as pa\n"

    run = await only_block(opened, tmp_path, f"{imports}@loader\ndef b():\n    return {value}\n")

    result = block_of(run, "b").result
    assert result is not None, block_of(run, "b").failure
    assert [output.rows for output in result.outputs] == [length]


async def test_an_exporter_may_return_a_receipt_or_nothing(opened: Opener, tmp_path: Path) -> None:
    """What was written is remembered, and an exporter that says nothing is no failure."""
    pipeline = """
        blocks:
          a: {file: loaders/a.py}
          x: {file: exporters/x.py, upstream: [a]}
          y: {file: exporters/y.py, upstream: [a]}
    """
    blocks = {
        "loaders/a.py": "@loader\ndef a():\n    return [1]\n",
        "exporters/x.py": '@exporter\ndef x(a):\n    return Receipt(target="file:///x", rows=1)\n',
        "exporters/y.py": "@exporter\ndef y(a):\n    pass\n",
    }
    bench = await opened(write_project(tmp_path, pipeline, blocks))

    run = await run_line(bench)

    results = {block.id: block.result for block in run.blocks}
    receipts = {str(block): [r.target for r in result.receipts] for block, result in results.items() if result}
    assert receipts == {"a": [], "x": ["file:///x"], "y": []}


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


async def test_windows_page_and_sort_the_whole_output(opened: Opener, tmp_path: Path) -> None:
    """A preview that shows ten rows hides the eleventh."""
    bench = await opened(write_three(tmp_path))
    run = await run_line(bench, params={"rows": 50_000})

    middle = await rows(bench, run, "numbers", Window(offset=40_000, limit=2))
    largest = await rows(bench, run, "numbers", Window(limit=2, sort=(SortKey("n", descending=True),)))

    assert (middle, largest) == ([{"n": 40_000}, {"n": 40_001}], [{"n": 49_999}, {"n": 49_998}])
    result = block_of(run, "numbers").result
    assert result is not None
    with pytest.raises(QueryRefused, match="nope"):
        await bench.rows(result.outputs[0].hash, Window(columns=("nope",)))


async def test_a_damaged_output_is_named_never_used_and_its_block_is_stale(opened: Opener, tmp_path: Path) -> None:
    """A disk that lies must cost a re-run, not a wrong report."""
    bench = await opened(write_three(tmp_path))
    run = await run_line(bench)
    result = block_of(run, "numbers").result
    assert result is not None
    (path,) = (tmp_path / ".flowstone/artifacts").rglob(f"{result.outputs[0].hash}.arrow")
    path.chmod(0o644)
    os.truncate(path, 100)

    with pytest.raises(ArtifactCorrupt):
        await bench.rows(result.outputs[0].hash, Window())
    said = await why(bench, "numbers")
    again = await run_line(bench)

    assert said == ["its stored output is gone"]
    assert states(again)["numbers"] == "done"
    with pytest.raises(NotFound):
        await bench.output(ArtifactHash("0" * 32))


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


async def test_each_params_have_a_freshness_of_their_own(opened: Opener, tmp_path: Path) -> None:
    """Two windows with different params look at one pipeline, and neither may see the other's."""
    bench = await opened(write_three(tmp_path))
    await run_line(bench, params={"rows": 4})

    of_four = await freshness(bench, params={"rows": 4})
    of_five = await bench.status(LINE, params={"rows": 5})

    assert set(of_four.values()) == {"fresh"}
    assert [sentence(reason) for reason in of_five[0].reasons] == ["param rows 4 → 5"]
    assert await freshness(bench, params={"rows": 4}) == of_four


async def test_a_failed_block_keeps_what_it_depended_on(opened: Opener, tmp_path: Path) -> None:
    """Once its code is mended, the graph must not call it failed as if nobody had touched it."""
    root = write_three(tmp_path)
    replace_in(root, "transformers/doubled.py", "return numbers", "raise ValueError(numbers)")
    bench = await opened(root)

    failed = block_of(await run_line(bench), "doubled")
    before = await _today(bench, "doubled")
    replace_in(root, "transformers/doubled.py", "raise ValueError(numbers)", "return numbers")
    after = await _today(bench, "doubled")

    assert (failed.state.value, failed.fingerprint) == ("failed", before)
    assert after not in (None, before)


async def test_a_reused_output_still_says_how_long_it_took_to_make(opened: Opener, tmp_path: Path) -> None:
    """What a block costs is worth knowing most where it was saved."""
    bench = await opened(write_three(tmp_path))

    first = block_of(await run_line(bench), "doubled")
    again = block_of(await run_line(bench), "doubled")

    assert again.state.value == "reused"
    assert again.result is not None
    assert again.result.seconds == first.seconds


async def _today(bench: Workbench, block: str) -> str | None:
    found = {status.id: status for status in await bench.status(LINE)}
    return found[BlockId(block)].fingerprint


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


SQL_MISTAKES: dict[str, tuple[str, str, str, int]] = {
    "a table that is not there": ("SELECT *\nFROM trips", "Table with name trips does not exist!", "doubled", 2),
    "a column that is not there": ("SELECT\n  n,\n  nope\nFROM doubled", 'Referenced column "nope" not found', "", 3),
    "a word that is none": ("-- first\nSELEC n FROM doubled", "syntax error", "", 2),
}


@pytest.mark.parametrize("mistake", SQL_MISTAKES)
async def test_a_mistake_in_sql_is_told_with_its_line_and_the_tables_that_there_are(
    opened: Opener, tmp_path: Path, mistake: str
) -> None:
    """A SQL block deserves what a Python block gets: the line, and what to do."""
    text, words, hint, line = SQL_MISTAKES[mistake]
    bench = await opened(write_three(tmp_path))
    (tmp_path / "transformers/total.sql").write_text(text, encoding="utf-8")

    run = await run_line(bench)

    failure = failure_of(run, "total")
    assert failure.code == "sql_invalid"
    assert failure.message.startswith(words)
    assert hint in failure.hint
    assert [(frame.file, frame.line) for frame in failure.frames] == [("transformers/total.sql", line)]
