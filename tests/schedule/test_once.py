"""One tick, one run: across kills at every point of the way, and with two schedulers on one ledger."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.kit.health import broken
from tests.kit.schedules import moment
from tests.kit.small_projects import write, write_project

BEFORE = int(moment("2026-11-22 10:59:59"))
TICK = BEFORE + 1
LOADER = """
    from pathlib import Path

    @loader
    def load(*, run: Run):
        with (Path("{root}") / "loaded.txt").open("a") as file:
            file.write(f"{{run.logical_date.isoformat()}}\\n")
        return pd.DataFrame({{"n": [1]}})
"""


def scheduler(kind: str, root: Path, *times: int, failpoint: str = "") -> subprocess.Popen[str]:
    environment = {**os.environ, **({"FLOWSTONE_FAILPOINT": failpoint} if failpoint else {})}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kit.scheduler_process", kind, str(root), *map(str, times)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask(root: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(root / ".flowstone/ledger.db")) as database:
        return database.execute(query).fetchall()


def end(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


@pytest.fixture
def hourly(tmp_path: Path) -> Path:
    """A project whose one block notes each of its calls, scheduled hourly, and known to the ledger."""
    pipeline = 'blocks:\n  load: {file: loaders/load.py}\nschedule: {cron: "0 * * * *"}\n'
    write_project(tmp_path, pipeline, {"loaders/load.py": LOADER.format(root=tmp_path)})
    assert end(scheduler("real", tmp_path, BEFORE)) == 0
    return tmp_path


@pytest.mark.parametrize(
    "point", ["firing.claimed", "firing.committed", "snapshot.taken", "run.begun", "firing.run_begun"]
)
def test_a_scheduler_killed_on_its_way_leaves_one_run_to_the_next(hourly: Path, point: str) -> None:
    """A machine that goes down at midnight must not lose the midnight run, nor do it twice."""
    killed = end(scheduler("real", hourly, TICK, failpoint=point))

    ended = end(scheduler("real", hourly, TICK + 20))

    assert (killed, ended) == (-signal.SIGKILL, 0)
    assert ask(hourly, "SELECT logical_at, state FROM firings") == [(TICK, "ended")]
    assert ask(hourly, "SELECT count(*), min(logical_date) FROM runs") == [(1, "2026-11-22T11:00:00+00:00")]
    assert broken(hourly) == []
    lines = (hourly / "loaded.txt").read_text().split() if (hourly / "loaded.txt").exists() else []
    assert set(lines) <= {"2026-11-22T11:00:00+00:00"}


def test_two_schedulers_on_one_ledger_make_each_run_once(tmp_path: Path) -> None:
    """A deployment has two servers for a moment; a bill must not be sent twice in it."""
    write(tmp_path, "flowstone.yaml", "name: race\n")
    for number in range(8):
        write(tmp_path, f"pipelines/p{number}.yaml", 'blocks: {}\nschedule: {cron: "* * * * *", catch_up: all}\n')
    times = [BEFORE, *(TICK + 60 * minute for minute in range(12))]
    first, second = (scheduler("written", tmp_path, *times) for _ in range(2))
    for racer in (first, second):
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in (first, second):
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()

    assert [end(first), end(second)] == [0, 0]

    ticks = {(f"p{number}", TICK + 60 * minute) for number in range(8) for minute in range(12)}
    found = ask(tmp_path, "SELECT pipeline, logical_at, ticks, state FROM firings")
    assert {(pipeline, at) for pipeline, at, _, _ in found} == ticks
    assert {ticks for _, _, ticks, _ in found} == {1}
    runs = [run for (run,) in ask(tmp_path, "SELECT id FROM runs")]
    skipped = sum(state == "skipped" for *_, state in found)
    assert len(runs) == len(set(runs)) == len(ticks) - skipped
