"""What people install is the wheel: it must hold everything, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.house.conftest import CHECKOUT, Installed


def test_the_wheel_holds_one_package_with_front_end_library_and_samples(installed: Installed) -> None:
    """A wheel that was built before the front end looks complete until somebody opens it."""
    files = {file.filename: file.file_size for file in zipfile.ZipFile(installed.wheel).infolist()}
    names = list(files)
    assets = [name for name in names if name.startswith("flowstone/web/static/assets/") and not name.endswith(".gz")]
    large = [name.removeprefix("flowstone/") for name in assets if files[name] > 1000]
    data = [name.removeprefix("flowstone/") for name in names if name.startswith("flowstone/")]

    assert {name.split("/")[0].split("-")[0] for name in names} == {"flowstone"}
    assert "web/static/index.html" in data
    assert len(large) > 2
    assert {f"{name}.gz" for name in large} <= set(data)
    assert {f"library/{path.relative_to(CHECKOUT / 'blocks')}" for path in (CHECKOUT / "blocks").rglob("*.py")} <= set(
        data
    )
    assert {"templates/flights/flowstone.yaml", "templates/taxi/flowstone.yaml"} <= set(data)
    assert not [name for name in data if "__pycache__" in name or ".flowstone" in name or name.endswith(".duckdb")]


def test_what_is_in_the_wheel_is_byte_for_byte_what_the_checkout_runs(installed: Installed) -> None:
    """All that the other rooms' tests have seen of the checkout's files holds for the wheel's, too."""
    differing = []
    with zipfile.ZipFile(installed.wheel) as wheel:
        for name in wheel.namelist():
            if not name.startswith("flowstone/") or name.endswith("/"):
                continue
            source = source_of(name.removeprefix("flowstone/"))
            if not source.is_file() or source.read_bytes() != wheel.read(name):
                differing.append(name)

    assert differing == []


def source_of(name: str) -> Path:
    """Return what a file of the package was made from."""
    room, _, rest = name.partition("/")
    return {"library": CHECKOUT / "blocks" / rest, "templates": CHECKOUT / "projects" / rest}.get(
        room, CHECKOUT / "server/flowstone" / name
    )


def test_the_source_root_is_no_package(installed: Installed, tmp_path: Path) -> None:
    """`server` in site-packages would shadow somebody else's."""
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec('server') is not None)"

    installed.run(installed.python, "-c", code, cwd=tmp_path)


def test_the_installed_command_makes_runs_and_shows_the_sample(installed: Installed, tmp_path: Path) -> None:
    """From pip install to a table, with no checkout anywhere."""
    installed.run(installed.command, "init", "mine", "--template", "flights", cwd=tmp_path)
    run = json.loads(installed.run(installed.command, "run", "delays", "-p", "mine", "--json", cwd=tmp_path))
    shown = json.loads(
        installed.run(installed.command, "show", "delays", "daily_delays", "-p", "mine", "--json", cwd=tmp_path)
    )

    assert run["state"] == "done"
    assert shown["total"] > 400


STORIES = "from_the_link or wheel_turns or of_the_library or error_is_shown or empty_project"
"""Those of the first hour that need whatever a package may lack: the page and what it loads later, workers, queries,
the library, the lines at which a block failed, what a new project begins with."""


@pytest.mark.timeout(900)
def test_the_first_hour_in_the_browser_is_the_same_with_the_wheel(installed: Installed) -> None:
    """What was seen to work in a checkout has to work where people have none."""
    first_hour = ["tests/browser/test_first_hour.py", "-k", STORIES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *first_hour, "-q", "-p", "no:cacheprovider"],
        cwd=CHECKOUT,
        env={**os.environ, "FLOWSTONE_COMMAND": installed.command},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:]
    assert "5 passed" in done.stdout
