"""The wheel, built and installed in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the wheel is, and the environment it was installed in."""

    wheel: Path
    environment: Path

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self.environment / "bin" / "python")

    @property
    def command(self) -> str:
        """The environment's `flowstone`."""
        return str(self.environment / "bin" / "flowstone")

    def run(self, *command: str, cwd: Path) -> str:
        """Run a command in a folder that is no checkout, and return what it printed."""
        clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the source distribution, from it the wheel, and install that with its locked dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = str(UV) if UV.exists() else "uv"
    build = [uv, "build", "--quiet", "--out-dir", str(folder / "dist"), str(CHECKOUT)]
    subprocess.run(build, check=True, timeout=300)
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "environment"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
    constraints = folder / "constraints.txt"
    export = [uv, "export", "--quiet", "--frozen", "--no-hashes", "--no-emit-project", "--no-annotate"]
    with constraints.open("w") as file:
        subprocess.run(export, check=True, cwd=CHECKOUT, stdout=file)
    python = str(environment / "bin" / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python, "-c", str(constraints)]
    subprocess.run([*install, str(wheel)], check=True, timeout=600)
    return Installed(wheel, environment)
