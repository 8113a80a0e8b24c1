"""The command starts its workers' process before anything else, and leaves none behind."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

COMMAND = str(Path(sys.executable).with_name("flowstone"))


MARK = "FLOWSTONE_TEST_MARK"


def marked(mark: str) -> list[int]:
    """Return the processes that a command with that mark in its environment has left."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["run"], 2), (["run", "--nonsense"], 2), (["run", "line", "--project", "/nowhere"], 2), (["run", "--help"], 0)],
)
def test_a_command_that_comes_to_no_run_ends_with_its_code_and_leaves_no_process(
    arguments: list[str], code: int
) -> None:
    """A process of 80 MB for each mistyped command would soon fill a machine."""
    mark = uuid.uuid4().hex

    ended = subprocess.run([COMMAND, *arguments], env={**os.environ, MARK: mark}, capture_output=True, check=False)

    assert ended.returncode == code
    assert marked(mark) == []


def test_importing_the_package_imports_nothing_of_it() -> None:
    """What the command imports first delays all that it starts."""
    code = "import sys, flowstone; print([name for name in sys.modules if name.startswith('flowstone.')])"

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert said.strip() == "[]"
