"""What people read: answers where a pipe finds them, and nothing left out that they would have to guess."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.cli.test_commands import document, flowstone
from tests.kit.schedules import SetClock, Town
from tests.kit.small_projects import replace_in, write, write_project

from flowstone.cli.schedules import show_schedules
from flowstone.model.run import RunState

PIPELINE = """
    params:
      month: {type: date, default: 2024-01-01}
    blocks:
      good:  {file: loaders/good.py}
      again: {file: transformers/again.py, upstream: [good], retries: {attempts: 3, delay: 0.01s}}
      bad:   {file: transformers/bad.py, upstream: [good]}
      below: {file: transformers/below.py, upstream: [bad]}
      many:  {file: transformers/many.py, upstream: [good], map: {over: good}}
"""
BLOCKS = {
    "loaders/good.py": "import datetime\n@loader\ndef good(*, month: datetime.date):\n    return [1, True, 3]\n",
    "transformers/again.py": """
        @transformer
        def again(good, *, run: Run):
            print("try", run.attempt)
            if run.attempt < 2:
                raise ConnectionError("not today")
            return good
    """,
    "transformers/bad.py": "@transformer\ndef bad(good):\n    return good[10]\n",
    "transformers/below.py": "@transformer\ndef below(bad):\n    return bad\n",
    "transformers/many.py": "@transformer\ndef many(good):\n    return good\n",
}


def test_answers_can_be_piped_and_tell_what_went_wrong(tmp_path: Path) -> None:
    """`flowstone status … | less` of an answer on stderr is an empty page."""
    write_project(tmp_path, PIPELINE, BLOCKS)

    ran = flowstone("run", "line", cwd=tmp_path)
    replace_in(tmp_path, "pipelines/line.yaml", "2024-01-01", "2024-03-01")
    status = flowstone("status", "line", cwd=tmp_path)
    run = flowstone("runs", cwd=tmp_path).stdout.split("\n")[1].split()[0]
    logs = flowstone("logs", run, cwd=tmp_path)
    shown = flowstone("show", "line", "good", cwd=tmp_path)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "retrying  again  attempt 1 failed\n         ConnectionError: not today\n" in ran.stderr
    assert "skipped  below  upstream bad has no output" in ran.stderr
    assert (status.stderr, logs.stderr, shown.stderr) == ("", "", "")
    rows = {line.split()[0]: " ".join(line.split()) for line in status.stdout.splitlines() if line}
    assert rows["bad"].startswith("bad never failed")
    assert rows["good"].endswith("param month 2024-01-01 → 2024-03-01")
    assert f"failed  bad  in run {run}\n         IndexError: list index out of range\n" in status.stdout
    assert "again  try 1\nagain  try 2\nfailed  again, attempt 1 of 2\n" in logs.stdout
    assert shown.stdout == "[1, true, 3]\n"


def test_items_of_a_mapped_block_are_not_counted_as_blocks(tmp_path: Path) -> None:
    """Who has two blocks in a pipeline looks for the third."""
    lines = """
        blocks:
          good: {file: loaders/good.py}
          many: {file: transformers/many.py, upstream: [good], map: {over: good}}
    """
    good = "@loader\ndef good():\n    return [1, 2, 3]\n"
    write_project(tmp_path, lines, {**BLOCKS, "loaders/good.py": good})

    twice = flowstone("run", "line", "--twice", cwd=tmp_path)

    assert "2 blocks (3 items among them) ran twice and gave the same" in twice.stderr


def test_a_schedule_says_what_its_last_run_became_and_that_nobody_starts_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """“on” and “ended” are no comfort when the server is down and the night's run has failed."""
    write(tmp_path, "flowstone.yaml", "name: small\n")
    write(tmp_path, "pipelines/line.yaml", 'blocks: {}\nschedule: {cron: "0 3 * * *"}\n')

    async def night() -> None:
        town = Town(tmp_path, SetClock("2026-07-01 02:00:00"))
        await town.at("2026-07-01 02:00:00")
        await town.at("2026-07-01 03:00:00")
        run = town.runs.requests[0].run
        assert run is not None
        await town.runs.end(run, RunState.FAILED)
        await town.close()

    asyncio.run(night())
    show_schedules(tmp_path, 1, as_json=False)

    said = capsys.readouterr().out
    row = next(line for line in said.splitlines() if line.startswith("line"))
    assert "waits for a server" in row
    assert row.rstrip().endswith("failed")
    assert "nothing starts until `flowstone start`" in said


def test_every_document_says_a_moment_in_the_same_form(tmp_path: Path) -> None:
    """One parser for the times of all commands."""
    write_project(
        tmp_path,
        "blocks:\n  a: {file: loaders/a.py}\nschedule: {every: 1h}\n",
        {"loaders/a.py": "@loader\ndef a():\n    print('hello')\n    return 1\n"},
    )
    run = document("run", "line", cwd=tmp_path)["run"]

    moments = [
        document("runs", cwd=tmp_path)["runs"][0]["started"],
        document("logs", run, cwd=tmp_path)["blocks"][0]["lines"][0]["at"],
        document("schedules", cwd=tmp_path)["schedules"][0]["next"][0],
    ]

    assert [len(moment) for moment in moments] == [len("2026-01-31T00:00:00.000+00:00")] * 3
    assert all(moment.endswith("+00:00") for moment in moments)
