"""The command line, called as a person or a program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TIMEOUT_S = 180


def flowstone(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it said."""
    program = Path(sys.executable).with_name("flowstone")
    return subprocess.run(
        [str(program), *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def run(project: Path, pipeline: str, *options: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a pipeline to its end and return the document; a pipeline that fails fails the test, with its words."""
    done = flowstone("run", pipeline, "--project", str(project), "--json", *options, environment=environment)
    assert done.returncode == 0, f"{done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["state"] == "done"
    return document


def states(document: dict[str, Any]) -> dict[str, str]:
    """Return each block's state in a run's document."""
    return {block["id"]: block["state"] for block in document["blocks"]}


def receipts(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the receipts of the blocks that have any."""
    return {block["id"]: block["receipts"] for block in document["blocks"] if block["receipts"]}
