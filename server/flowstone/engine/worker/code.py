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
    _forget_other_snapshots(code_root)  # first: a package without __init__ follows sys.path, and would hide
    sys.path[:] = [str(code_root), *(entry for entry in sys.path if not _is_snapshot(entry, code_root))]
    importlib.invalidate_caches()
    os.chdir(project_root)


def _is_snapshot(entry: str, code_root: Path) -> bool:
    return Path(entry).parent == code_root.parent


def _forget_other_snapshots(code_root: Path) -> None:
    """Unload what was imported from another snapshot, so that an edited helper module counts."""
    others, own = f"{code_root.parent}{os.sep}", f"{code_root}{os.sep}"
    gone = [
        name
        for name, module in sys.modules.items()
        if any(place.startswith(others) and not f"{place}{os.sep}".startswith(own) for place in _places(module))
    ]
    for name in gone:
        del sys.modules[name]


def _places(module: ModuleType) -> list[str]:
    """Return where a module comes from, without asking modules that load themselves when they are asked."""
    names = getattr(module, "__dict__", {})
    file = names.get("__file__")
    return [str(file)] if file else [str(path) for path in names.get("__path__", ())]


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
    code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    exec(code, module.__dict__)  # noqa: S102 - this is what a worker is for
    return module


def block_function(module: ModuleType, source: BlockSource) -> Callable[..., Any]:
    """Return the block function that the source names."""
    function: Callable[..., Any] = getattr(module, source.function)
    return function


def check_functions(module: ModuleType) -> list[Callable[[Any], Any]]:
    """Return the module's checks in the order written."""
    return [value for value in vars(module).values() if callable(value) and getattr(value, CHECK_MARK, False)]
