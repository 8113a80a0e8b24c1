"""Which projects start anything by themselves: those that somebody of this account has made or run.

Layout: `trusted/<hash>` in the account's folder, one file for each project, with the folder that it is.
Source: decision 0023, "A project runs by itself once somebody has run it".
"""

from __future__ import annotations

import logging
from pathlib import Path

from flowstone.disk.publish import publish
from flowstone.errors.store import DiskFull
from flowstone.store.account import account_folder
from flowstone.store.artifacts import hash_bytes

TRUSTED = "trusted"

log = logging.getLogger("flowstone.store")


def trust(project: Path) -> None:
    """Take note that somebody of this account has made or run a project; where that cannot be kept, say so."""
    root = project.resolve()
    if is_trusted(root):
        return
    try:
        folder = account_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        publish(_note(folder, root), bytes(root), private=True)
    except (OSError, DiskFull) as wrong:
        log.warning("%s: that it was run here could not be kept, so its schedules wait: %s", root, wrong)


def is_trusted(project: Path) -> bool:
    """Say whether somebody of this account has made or run the project in a folder."""
    root = project.resolve()
    try:
        return _note(account_folder(), root).read_bytes() == bytes(root)
    except OSError:
        return False


def _note(folder: Path, root: Path) -> Path:
    return folder / TRUSTED / hash_bytes(bytes(root))
