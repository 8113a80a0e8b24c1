"""A block's code, loaded from the run's snapshot and nowhere else."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from flowstone.model.author import CHECK_MARK
from flowstone.model.source import BlockSource


def load_module(code_root: Path, file: str) -> ModuleType:
    """Run a block file's text in a module of its own.

    Raises: whatever the file raises when it is imported.
    """
    path = str(code_root / file)
    name = file.removesuffix(".py").replace("/", ".").replace("-", "_")
    module = ModuleType(name)
    module.__file__ = path
    sys.modules[name] = module
    linecache.checkcache(path)
    exec(_compiled(path), module.__dict__)  # noqa: S102 - this is what a worker is for
    return module


@lru_cache(maxsize=512)
def _compiled(path: str) -> CodeType:
    """Compile a file of a snapshot, which never changes: each block runs its text anew, in a module of its own.

    Raises: SyntaxError.
    """
    return compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)


def block_function(module: ModuleType, source: BlockSource) -> Callable[..., Any]:
    """Return the block function that the source names."""
    function: Callable[..., Any] = getattr(module, source.function)
    return function


def check_functions(module: ModuleType) -> list[Callable[[Any], Any]]:
    """Return the module's checks in the order written."""
    return [value for value in vars(module).values() if callable(value) and getattr(value, CHECK_MARK, False)]
