"""The hold that a server has on a project, so that no other writes it too."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from flowstone.errors.base import FlowstoneError
from flowstone.store.lock import ProjectLock
from flowstone.store.state import StateFolder

HOLD_AGAIN_EVERY_S = 2.0
"""How soon a lock whose file was deleted is taken again."""

log = logging.getLogger("flowstone.engine")


class ProjectHold:
    """Holds a project, once it is taken, and makes anew what is deleted meanwhile."""

    def __init__(self, root: Path, state: StateFolder) -> None:
        self._root = root
        self._state = state
        self._lock = ProjectLock(state.lock)

    def take(self) -> None:
        """Hold the project from now on. Raises: ProjectBusy; OSError."""
        self._lock.acquire(holder="a Flowstone server")

    async def check(self) -> None:
        """See that no other server has taken a project that this one holds. Raises: ProjectBusy; OSError."""
        if not self._lock.is_kept:
            await asyncio.to_thread(self.renew)

    def renew(self) -> None:
        """Make what was deleted under a running server. Raises: ProjectBusy, when another has taken the project."""
        self._state.create()
        self._lock.keep()

    async def keep(self) -> None:
        """Take the project's lock again when its file was deleted, before another server comes, until cancelled."""
        while True:
            await asyncio.sleep(HOLD_AGAIN_EVERY_S)
            try:
                await self.check()
            except (FlowstoneError, OSError) as wrong:
                log.error("%s: %s", self._root, wrong)  # noqa: TRY400 - it is an error of ours, not of the program

    def release(self) -> None:
        """Let the project go."""
        self._lock.release()
