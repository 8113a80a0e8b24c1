"""`kill -9` at every named point of a run: the project is whole at once, and the next run is as if nothing had been."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.kit.commands import flowstone
from tests.kit.durable_programs import TEXTS
from tests.kit.health import broken, findings
from tests.kit.killed_projects import run_states, write_killed

from flowstone.disk import failpoints
from flowstone.disk.failpoints import POINTS, VARIABLE

SAVING = [point for point in POINTS if point.startswith("save.")]
PASSED = ("publish.", "artifact.", "snapshot.", "ledger.", "run.", "worker.")
RUNNING = [point for point in POINTS if point.startswith(PASSED) and point != "run.resumed"]
OFTEN = ("publish.renamed", "ledger.committed", "run.recorded", "worker.stored")
"""Points that a run passes often enough for its middle to be another place than its beginning."""
KILLED = -signal.SIGKILL


@pytest.mark.parametrize(
    ("point", "nth"), [*((point, 1) for point in RUNNING), *((point, 4) for point in RUNNING if point in OFTEN)]
)
def test_a_run_that_is_killed_at_a_point_leaves_a_whole_project(tmp_path: Path, point: str, nth: int) -> None:
    """Each point is a place where something is half done: written and not told, told and not acted on."""
    root = write_killed(tmp_path / "p")

    ended = flowstone("run", "line", "--project", str(root), environment={VARIABLE: f"{point}:{nth}"})
    found = broken(root, deep=True)
    again = flowstone("run", "line", "--project", str(root), "--json")

    assert found == []
    if nth == 1:
        # A worker that is killed is the run's to tell of; what is killed in the command is the command.
        assert ended.returncode in (KILLED, 1), ended.stderr
    assert json.loads(again.stdout)["state"] == "done", again.stdout
    assert "running" not in run_states(root).values()
    assert not [said for said in findings(root, deep=True) if "owners" in said or "broken" in said]


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", [*SAVING, *(point for point in POINTS if point.startswith("publish."))])
def test_a_save_that_is_killed_at_a_point_leaves_one_version_or_the_other(tmp_path: Path, point: str, nth: int) -> None:
    """A text is what people lose sleep over."""
    path = tmp_path / "a.py"
    path.write_text("version 0\n" * 300)

    ended = subprocess.run(
        [sys.executable, "-c", TEXTS, str(tmp_path)],
        env={**os.environ, VARIABLE: f"{point}:{nth}"},
        capture_output=True,
        text=True,
        check=False,
    )

    saved = ended.stdout.count("saved")
    assert ended.returncode == KILLED
    assert path.read_text() in (f"version {saved}\n" * 300, f"version {saved + 1}\n" * 300)


def test_a_run_that_is_killed_while_it_is_taken_up_is_taken_up_again(tmp_path: Path) -> None:
    """A machine that crashes once crashes twice."""
    root = write_killed(tmp_path / "p")
    flowstone("run", "line", "--project", str(root), environment={VARIABLE: "run.begun"})
    (run,) = run_states(root)

    killed = flowstone("resume", run, "--project", str(root), environment={VARIABLE: "run.resumed"})
    found = broken(root, deep=True)
    resumed = flowstone("resume", run, "--project", str(root))

    assert killed.returncode == KILLED
    assert found == []
    assert resumed.returncode == 0, resumed.stderr
    assert run_states(root) == {run: "done"}


def test_every_point_of_the_code_is_in_the_list_and_the_other_way_round() -> None:
    """One that is not in the list can be asked for by no test; one that is only there tests nothing."""
    package = Path(failpoints.__file__).parents[1]

    passed = {
        point for path in package.rglob("*.py") for point in re.findall(r'reach\("([a-z._]+)"\)', path.read_text())
    }

    assert passed == set(POINTS)


def test_a_point_that_there_is_not_is_refused() -> None:
    """A test that names a point wrongly would pass for ever."""
    imported = subprocess.run(
        [sys.executable, "-c", "import flowstone.disk.failpoints"],
        env={**os.environ, VARIABLE: "publish.begin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "publish.begun" in imported.stderr
