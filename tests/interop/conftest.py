"""What notebook tests share: Jupyter's own client, which runs exported notebooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

Execute = Callable[[Path], Any]


@pytest.fixture
def execute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Execute:
    """Run all cells of a notebook's file as Jupyter would, from its folder, and return it with what they gave."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    def executed(file: Path) -> Any:
        read: Any = nbformat.read
        notebook = read(file, as_version=4)
        resources = {"metadata": {"path": str(file.parent)}}
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
        return notebook

    return executed
