"""Build the front end, so that the wheel and the source distribution carry it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("frontend", "package.json", "package-lock.json")
OUTPUT = "server/flowstone/web/static"
CARRIED = {"blocks": "flowstone/library", "projects": "flowstone/templates"}
"""Folders of the checkout that the wheel carries as data, and where."""
MADE = {"__pycache__", "lake"}
MADE_SUFFIXES = {".pyc", ".duckdb", ".wal"}


def newest(paths: list[Path]) -> float:
    """Return the latest modification time below the paths, in seconds since the epoch; 0 if there is none."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)


def carried(root: Path) -> dict[str, str]:
    """Return the data files that the wheel carries: what people wrote, and nothing that a run made."""
    found = {}
    for folder, target in CARRIED.items():
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root / folder)
            is_made = MADE & set(relative.parts) or any(part.startswith(".") for part in relative.parts)
            if path.is_file() and not is_made and path.suffix not in MADE_SUFFIXES:
                found[str(path)] = f"{target}/{relative.as_posix()}"
    return found


class FrontendBuildHook(BuildHookInterface[Any]):
    """Run npm before packing, unless the built front end is newer than its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the front end.

        Raises: CalledProcessError, when npm fails; FileNotFoundError, when Node is not installed.
        """
        root = Path(self.root)
        built = root / OUTPUT / "index.html"
        if version == "editable":  # a checkout builds its front end by `make`
            return
        if self.target_name == "wheel":
            build_data["force_include"].update(carried(root))
        if built.exists() and built.stat().st_mtime >= newest([root / source for source in SOURCES]):
            return
        subprocess.run(["npm", "ci", "--no-fund", "--no-audit"], cwd=root, check=True)
        subprocess.run(["npm", "run", "build"], cwd=root, check=True)
