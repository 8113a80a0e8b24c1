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


@pytest.mark.timeout(600)
def test_the_first_hour_in_the_browser_is_the_same_with_the_wheel(installed: Installed) -> None:
    """What was seen to work in a checkout has to work where people have none."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/browser/test_first_hour.py", "-q", "-p", "no:cacheprovider"],
        cwd=CHECKOUT,
        env={**os.environ, "FLOWSTONE_COMMAND": installed.command},
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
