"""Pyrefly, and how it is told to read a project: with settings of ours, so that it runs nothing that lies there."""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flowstone.disk.publish import publish

NOT_CODE = (".flowstone", ".git", ".venv", "venv", "node_modules", "__pycache__", "dist")


@cache
def pyrefly_command() -> tuple[str, ...]:
    """Return how the language server is started: the one that was installed with Flowstone."""
    beside = Path(sysconfig.get_path("scripts")) / "pyrefly"
    return (str(beside) if beside.exists() else "pyrefly", "lsp", "--threads", "2")


def pyrefly_settings(root: Path, file: Path) -> Mapping[str, Any]:
    """Write a project's settings to a file, and return what points the server there.

    Left alone it would take the project's own, and start the interpreter that these name, or the one of an
    environment that lies there: whoever only looks at a project would run what is in it. Blocks run in the server's
    Python anyhow, so that its packages are the ones to know.
    Raises: DiskFull; OSError.
    """
    publish(file, settings_text(root).encode(), durable=False)
    return {
        "pyrefly": {"configPath": str(file), "displayTypeErrors": "force-off"},
        "analysis": {"showHoverGoToLinks": False},
    }


def settings_text(root: Path) -> str:
    """Return the settings for a project: its root is on the path, as it is on the workers'."""
    values = {
        "search-path": [str(root)],
        "project-includes": [f"{root}/**/*.py"],
        "project-excludes": [f"{root}/**/{name}/**" for name in NOT_CODE],
        "site-package-path": _installed(root),
        "python-version": f"{sys.version_info.major}.{sys.version_info.minor}",
        "skip-interpreter-query": True,
    }
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def _installed(root: Path) -> list[str]:
    """Return where this Python finds packages; its own library is known anyhow."""
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    found = (path for path in sys.path if path and path not in standard and Path(path) != root)
    return [path for path in dict.fromkeys(found) if Path(path).is_dir() and not path.endswith("lib-dynload")]
