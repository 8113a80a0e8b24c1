"""How blocks fail, and what is told of it: with real files, workers and ledger."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from tests.engine.conftest import Opener
from tests.kit.small_projects import THREE, THREE_BLOCKS, THREE_FILES, write_project, write_three
from tests.kit.small_runs import (
    block_of,
    failure_of,
    only_block,
    run_line,
    states,
)

from flowstone.engine.project.drivers import Drivers
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunRequest, RunState


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


async def test_a_run_that_cannot_be_prepared_has_ended(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that nobody drives must not stay on for as long as its process lives, and keep its schedule waiting."""
    bench = await opened(write_three(tmp_path))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(Drivers, "prepared", full)

    with pytest.raises(OSError, match="no room"):
        await bench.start_run(RunRequest(PipelineId("line"), run=RunId("unlucky")))

    assert (await bench.run(RunId("unlucky"))).state is RunState.FAILED
