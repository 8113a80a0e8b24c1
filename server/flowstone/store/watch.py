"""What changes in a project's folder while Flowstone runs: other editors, Git, and people's own programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from watchfiles import Change, awatch

from flowstone.disk.publish import is_draft
from flowstone.store.texts import SKIPPED_FOLDERS

DEBOUNCE_MS = 50
STEP_MS = 20
POLL_MS = 500
"""How soon a watch that is told to stop does so, where nothing changes."""
EDITORS_OWN_SUFFIXES = frozenset({".swp", ".swo", ".swx", ".tmp", ".pyc", ".wal", ".crswap"})
EDITORS_OWN_NAMES = frozenset({"4913", ".DS_Store"})
"""4913 is the file that Vim makes to see whether it may write."""


async def watch(root: Path, stop: asyncio.Event) -> AsyncIterator[frozenset[str]]:
    """Yield the paths, relative to the root, that changed, appeared or went, about 50 ms after they did.

    Left out are folders that no person edits (.flowstone, .git, .venv, node_modules, __pycache__ and the like),
    drafts that Flowstone has not published, and what editors keep beside a file: .swp, .tmp, `name~`, `.#name`.
    A save by renaming shows as a change of the name saved to. Ends soon after `stop` is set.
    Raises: FileNotFoundError, when the root is not there.
    """
    real = await asyncio.to_thread(root.resolve, strict=True)
    changes = awatch(
        real,
        watch_filter=lambda _change, path: is_of_interest(_relative(real, path)),
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=POLL_MS,
        stop_event=stop,
        ignore_permission_denied=True,
    )
    async for batch in changes:
        found = frozenset(_relative(real, path) for change, path in batch if _is_real(change, path))
        if found:
            yield found


def is_of_interest(path: str) -> bool:
    """Say whether a path, relative to the root, is one that people edit or look at."""
    parts = PurePosixPath(path).parts
    if not parts or any(part.casefold() in SKIPPED_FOLDERS for part in parts):
        return False
    name = parts[-1]
    if is_draft(name) or name in EDITORS_OWN_NAMES or name.endswith("~") or name.startswith((".#", "#")):
        return False
    return PurePosixPath(name).suffix.lower() not in EDITORS_OWN_SUFFIXES


def _relative(root: Path, path: str) -> str:
    found = Path(path)
    return found.relative_to(root).as_posix() if found.is_relative_to(root) and found != root else ""


def _is_real(change: Change, path: str) -> bool:
    # A folder that appears is told of too; what matters are the files in it, which have events of their own.
    return change is Change.deleted or not Path(path).is_dir()
