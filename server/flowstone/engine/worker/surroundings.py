"""What a block finds around it, and what is put back when it has ended: no block sees what another left."""

from __future__ import annotations

import gc
import locale
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import ModuleType

from flowstone.engine.worker.signals import own_signals
from flowstone.errors.engine import ProjectGone

PROJECT_FILE = "flowstone.yaml"
"""What makes a folder a project. Its reader in `store` is not imported: a worker reads no YAML."""


@contextmanager
def block_surroundings(code_root: Path, project_root: Path) -> Iterator[None]:
    """Make a snapshot the place that imports come from, and the project's folder the working directory.

    Afterwards the project's own modules are unloaded, so that the next block imports them anew, from whatever
    snapshot it has; the path, environment, mask, locale, warnings, signals and limits are as they were.
    Raises: ProjectGone, when the folder is there no more; OSError, when it was not there to begin with.
    """
    with ExitStack() as restoring:
        restoring.callback(_forget_modules, frozenset(sys.modules), code_root)
        restoring.callback(_restore_environment, dict(os.environb))
        restoring.callback(os.umask, _umask())
        restoring.callback(locale.setlocale, locale.LC_ALL, locale.setlocale(locale.LC_ALL))
        restoring.callback(sys.path.__setitem__, slice(None), list(sys.path))
        restoring.enter_context(warnings.catch_warnings())
        restoring.enter_context(own_signals())
        restoring.callback(sys.setrecursionlimit, sys.getrecursionlimit())
        restoring.callback(_restore_limit, resource.getrlimit(resource.RLIMIT_NOFILE))
        restoring.callback(gc.enable)
        sys.path.insert(0, str(code_root))
        _forget_listings(str(code_root))
        os.chdir(project_root)
        was_project = _is_project(project_root)
        yield
        if was_project and not _is_project(project_root):
            raise ProjectGone(
                f"The project {project_root} is there no more",
                hint="Look for what the block deletes or moves, and get the folder back.",
            )


def _is_project(folder: Path) -> bool:
    return os.path.exists(f"{folder}/{PROJECT_FILE}")  # noqa: PTH110 - twice a block


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _restore_limit(before: tuple[int, int]) -> None:
    with suppress(ValueError, OSError):  # a block that lowered what cannot be raised again
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _restore_environment(before: dict[bytes, bytes]) -> None:
    if dict(os.environb) != before:
        os.environb.clear()
        os.environb.update(before)


def _forget_listings(code_root: str) -> None:
    """Have the folders of the code listed anew: what an import system remembers of others is as true as ever."""
    for place in [place for place in sys.path_importer_cache if place.startswith(code_root)]:
        del sys.path_importer_cache[place]


def _forget_modules(before: frozenset[str], code_root: Path) -> None:
    own = f"{code_root}{os.sep}"
    # All are found before any is dropped: a package without __init__ asks its parent where it lies.
    gone = [
        name
        for name in sys.modules.keys() - before
        if any(f"{place}{os.sep}".startswith(own) for place in _places(sys.modules[name]))
    ]
    for name in gone:
        del sys.modules[name]


def _places(module: ModuleType) -> list[str]:
    """Return where a module comes from, without asking modules that load themselves when they are asked."""
    names = getattr(module, "__dict__", {})
    file = names.get("__file__")
    return [str(file)] if file else [str(path) for path in names.get("__path__", ())]
