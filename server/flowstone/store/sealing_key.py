"""The secret by which workers know their own pickles: it lies outside every project and every shared folder."""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

from flowstone.disk.publish import publish
from flowstone.store.account import account_folder

VARIABLE = "FLOWSTONE_SEALING_KEY"
"""Names a key that several machines share, for those that work on one artifact store."""
FILE = "sealing.key"


@cache
def sealing_key(state: Path) -> str:
    """Return this account's key, made when there is none yet.

    Where the account has no folder that can be written to, the key is the project's, in its state folder.
    Raises: OSError, when neither can be written.
    """
    told = os.environ.get(VARIABLE)
    if told:
        return told
    try:
        return _kept(account_folder() / FILE)
    except OSError:
        return _kept(state / FILE)


def _kept(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        _make(path)
        return path.read_text(encoding="ascii")


def _make(path: Path) -> None:
    """Make a key, unless another process is just ahead of us: then its key is everybody's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{FILE}-{secrets.token_hex(8)}")
    publish(draft, secrets.token_hex(32).encode(), private=True)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
