"""Block files as modules, so that a test can call what a pipeline would."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from flowstone.model.author import CHECK_MARK, KIND_MARK

CHECKOUT = Path(__file__).resolve().parents[2]
BLOCKS = CHECKOUT / "blocks"
PROJECTS = CHECKOUT / "projects"


def module(path: Path) -> ModuleType:
    """Import a file by its path, under a name that nothing else has, and without a trace in sys.modules."""
    spec = importlib.util.spec_from_file_location(f"block_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def function(path: Path) -> Callable[..., Any]:
    """Return the function that a file marks as its block."""
    found = [value for value in vars(module(path)).values() if hasattr(value, KIND_MARK)]
    assert len(found) == 1, f"{path} has {len(found)} block functions"
    block: Callable[..., Any] = found[0]
    return block


def checks(path: Path) -> dict[str, Callable[[Any], None]]:
    """Return a file's checks by name."""
    return {name: value for name, value in vars(module(path)).items() if getattr(value, CHECK_MARK, False) is True}
