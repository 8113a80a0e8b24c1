"""The projects of one server, opened beside it while it answers already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import AlreadyExists, NotFound
from flowstone.web.control import announce, withdraw
from flowstone.web.open_project import OpenProject

if TYPE_CHECKING:
    from flowstone.model.project import Project
    from flowstone.web.control import Control
    from flowstone.web.hub import Hub
    from flowstone.web.schedules import OpenSchedules
    from flowstone.web.workbench import OpenWorkbench

log = logging.getLogger("flowstone.web")


class Shelf:
    """Opens projects, watches their files, and closes them."""

    def __init__(
        self,
        roots: Sequence[Path],
        *,
        hub: Hub,
        open_workbench: OpenWorkbench,
        control: Control,
        open_schedules: OpenSchedules | None = None,
    ) -> None:
        self._roots = tuple(roots)
        self._control = control
        self._hub = hub
        self._open_workbench = open_workbench
        self._open_schedules = open_schedules
        self._opening: dict[str, asyncio.Task[OpenProject]] = {}
        self._naming: asyncio.Task[None] | None = None
        self._watching: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()

    def start(self) -> None:
        """Begin to open the projects; returns at once."""
        loop = asyncio.get_running_loop()
        self._naming = loop.create_task(self._name_all())

    async def opened(self) -> tuple[OpenProject, ...]:
        """Wait until every project is open. Raises: ProjectBusy, SourceError, AlreadyExists; the first there is."""
        await self._all_named()
        return tuple([await asyncio.shield(task) for task in self._opening.values()])

    def has(self, project: str) -> bool:
        """Say whether there is a project of that id, open or being opened."""
        return project in self._opening

    async def project(self, project: str) -> OpenProject:
        """Return a project, waiting while it is being opened. Raises: NotFound; what kept it from opening."""
        await self._all_named()
        if project not in self._opening:
            raise NotFound("project", project)
        return await asyncio.shield(self._opening[project])

    async def projects(self) -> tuple[OpenProject, ...]:
        """Return the projects that could be opened, in the order they were named."""
        await self._all_named()
        found = await asyncio.gather(*map(asyncio.shield, self._opening.values()), return_exceptions=True)
        return tuple(project for project in found if isinstance(project, OpenProject))

    async def close(self) -> None:
        """Stop watching and let every project go."""
        self._stop.set()
        started = [*([self._naming] if self._naming else []), *self._watching]
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)
        for opening in self._opening.values():
            project = (await asyncio.gather(opening, return_exceptions=True))[0]
            if isinstance(project, OpenProject):
                # Before the project is let go: after it, the file may be the next server's.
                await self._noted(withdraw, project.root)
                await project.close()

    async def _all_named(self) -> None:
        assert self._naming is not None, "start() comes first"
        await asyncio.shield(self._naming)

    async def _name_all(self) -> None:
        from flowstone.store.project_files import load_project

        for root in self._roots:
            project = await asyncio.to_thread(load_project, root)
            if project.id in self._opening:
                raise AlreadyExists("project", project.id)
            self._opening[project.id] = asyncio.get_running_loop().create_task(self._open(root, project))

    async def _open(self, root: Path, project: Project) -> OpenProject:
        workbench = await self._open_workbench(root)
        opened = OpenProject(root, project, workbench, self._hub)
        await self._noted(announce, root)
        workbench.listen(opened.hear)
        if self._open_schedules is not None:
            await self._begin_schedules(opened, self._open_schedules)
        self._watching.append(asyncio.get_running_loop().create_task(self._watch(opened)))
        return opened

    async def _begin_schedules(self, opened: OpenProject, open_schedules: OpenSchedules) -> None:
        try:
            opened.schedules = await open_schedules(opened.root, opened.workbench)
        except BaseException:
            await opened.close()
            raise
        opened.schedules.listen(opened.hear_schedule)

    async def _noted(self, change: Callable[[Path, Control], None], root: Path) -> None:
        try:
            await asyncio.to_thread(change, root, self._control)
        except (FlowstoneError, OSError) as failed:
            # All that is lost is `flowstone link`.
            log.warning("%s: the server's own file was not kept: %s", root, failed)

    async def _watch(self, project: OpenProject) -> None:
        from flowstone.store.watch import watch

        async for paths in watch(project.root, self._stop):
            try:
                await project.changed_on_disk(paths)
            except (FlowstoneError, OSError):
                log.exception("%s: looking at changed files failed", project.project.id)
