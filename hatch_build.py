"""Build the front end, so that the wheel and the source distribution carry it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("frontend", "package.json", "package-lock.json")
OUTPUT = "server/flowstone/web/static"


def newest(paths: list[Path]) -> float:
    """Return the latest modification time below the paths, in seconds since the epoch; 0 if there is none."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))]
    return max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)


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
        if built.exists() and built.stat().st_mtime >= newest([root / source for source in SOURCES]):
            return
        subprocess.run(["npm", "ci", "--no-fund", "--no-audit"], cwd=root, check=True)
        subprocess.run(["npm", "run", "build"], cwd=root, check=True)
