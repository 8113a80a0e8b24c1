"""A block's code, loaded from the run's snapshot and nowhere else."""

from __future__ import annotations

import importlib
import linecache
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from flowstone.model.author import CHECK_MARK
from flowstone.model.source import BlockSource


def enter(code_root: Path, project_root: Path) -> None:
    """Make a snapshot the place that imports come from, and the project's folder the working directory."""
    sys.path[:] = [str(code_root), *(entry for entry in sys.path if not _is_snapshot(entry, code_root))]
    _forget_other_snapshots(code_root)
    importlib.invalidate_caches()
    os.chdir(project_root)


def _is_snapshot(entry: str, code_root: Path) -> bool:
    return Path(entry).parent == code_root.parent


def _forget_other_snapshots(code_root: Path) -> None:
    """Unload what was imported from another snapshot, so that an edited helper module counts."""
    others, own = f"{code_root.parent}{os.sep}", f"{code_root}{os.sep}"
    for name, module in list(sys.modules.items()):
        for place in _places(module):
            if place.startswith(others) and not f"{place}{os.sep}".startswith(own):
                del sys.modules[name]
                break


def _places(module: ModuleType) -> list[str]:
    file = getattr(module, "__file__", None)
    return [file] if file else [str(path) for path in getattr(module, "__path__", ())]


def load_module(code_root: Path, file: str) -> ModuleType:
    """Run a block file's text in a module of its own.

    Raises: whatever the file raises when it is imported.
    """
    path = code_root / file
    name = file.removesuffix(".py").replace("/", ".").replace("-", "_")
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    linecache.checkcache(str(path))
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)  # noqa: S102 - this is what a worker is for
    return module


def block_function(module: ModuleType, source: BlockSource) -> Callable[..., Any]:
    """Return the block function that the source names."""
    function: Callable[..., Any] = getattr(module, source.function)
    return function


def check_functions(module: ModuleType) -> list[Callable[[Any], Any]]:
    """Return the module's checks in the order written."""
    return [value for value in vars(module).values() if callable(value) and getattr(value, CHECK_MARK, False)]
