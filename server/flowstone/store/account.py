"""The folder in which Flowstone keeps what is an account's own: it lies outside every project."""

from __future__ import annotations

import os
from pathlib import Path


def account_folder() -> Path:
    """Return the account's own folder, which need not be there. Raises: FileNotFoundError, without a home folder."""
    base = os.environ.get("XDG_STATE_HOME", "")
    try:
        return (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state") / "flowstone"
    except RuntimeError as homeless:
        raise FileNotFoundError("the account has no home folder") from homeless
