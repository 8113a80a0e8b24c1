"""Commands in places that are less tidy than a test's: brackets in values, full pipes, folders that refuse."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.cli.test_commands import COMMAND, document, flowstone
from tests.kit.small_projects import replace_in, write_project

TEXT = "@loader\ndef b(*, name: str = 'x'):\n    return [name]\n"
PIPELINE = "params:\n  name: {type: text, default: '[/b]'}\nblocks:\n  b: {file: loaders/b.py}\n"


def test_values_with_brackets_are_printed_as_they_are(tmp_path: Path) -> None:
    """`[/b]` is markup to the library that prints the tables, and a value to everybody else."""
    write_project(tmp_path, PIPELINE, {"loaders/b.py": TEXT})
    document("run", "line", cwd=tmp_path)
    replace_in(tmp_path, "pipelines/line.yaml", "[/b]", "[/c]")

    done = flowstone("status", "line", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "param name [/b] → [/c]" in done.stdout.replace('"', "")


def test_a_table_wider_than_a_window_is_shown_with_as_many_names_as_cells(tmp_path: Path) -> None:
    """A program zips names and cells."""
    text = "@loader\ndef b():\n    return pd.DataFrame([[1] * 600], columns=[f'c{i}' for i in range(600)])\n"
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    document("run", "line", cwd=tmp_path)

    found = document("show", "line", "b", cwd=tmp_path)

    assert len(found["columns"]) == len(found["rows"][0]) == 500


def test_a_reader_that_has_seen_enough_is_no_failure_to_report(tmp_path: Path) -> None:
    """`flowstone logs … | head -1` is how people look at logs."""
    text = "@loader\ndef b():\n    for i in range(20_000): print('line', i)\n    return 1\n"
    write_project(tmp_path, "blocks:\n  b: {file: loaders/b.py}\n", {"loaders/b.py": text})
    run = document("run", "line", cwd=tmp_path)["run"]

    done = subprocess.run(
        f"{COMMAND} logs {run} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
        cwd=tmp_path,
    )

    assert (done.stdout, done.stderr) == ("b  line 0\n", "")


def test_what_the_system_refuses_is_said_without_a_stack_trace(tmp_path: Path) -> None:
    """A file where a folder should be is a person's everyday trouble."""
    write_project(tmp_path, PIPELINE, {"loaders/b.py": TEXT})
    (tmp_path / ".flowstone").write_text("")

    done = flowstone("run", "line", "--json", cwd=tmp_path)

    assert done.returncode == 2
    assert "File exists" in json.loads(done.stdout)["error"]["message"]
    assert "Traceback" not in done.stderr
