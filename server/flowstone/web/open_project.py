"""A project that the server has open: its folder, its workbench, and telling the hub what happens to both."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.errors.base import FlowstoneError
from flowstone.web import wire_types as wire

if TYPE_CHECKING:
    from flowstone.engine.language.desk import LanguageDesk
    from flowstone.engine.notices import Notice
    from flowstone.model.ids import PipelineId
    from flowstone.model.project import Project
    from flowstone.store.project_files import LoadedPipeline
    from flowstone.web.hub import Hub
    from flowstone.web.schedules import Schedules
    from flowstone.web.workbench import Workbench

log = logging.getLogger("flowstone.web")

PIPELINES = "pipelines/"
TOLD_AT_ONCE = 100
TELLING_PAUSE_S = 0.01
"""So many changed files are told of before a pause: `git checkout` may change thousands, and sockets must keep up."""


@dataclass(slots=True)
class OpenProject:
    """One open project. `root` is its folder, `project` what its files said when last read."""

    root: Path
    project: Project
    workbench: Workbench
    hub: Hub
    schedules: Schedules | None = None
    """None where nothing is to start by itself."""
    _language: LanguageDesk | None = None
    _etags: dict[str, str | None] = field(default_factory=dict)
    """What was last said of each file, so that a save and the watching of it say it once."""
    _users: dict[PipelineId, frozenset[str]] = field(default_factory=dict)
    """The block files of each pipeline that somebody has looked at."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def topic(self) -> str:
        """The hub's topic of everything about this project but logs."""
        return f"project:{self.project.id}"

    @property
    def language(self) -> LanguageDesk:
        """The language service; made when it is first asked for."""
        from flowstone.engine.language.desk import LanguageDesk

        if self._language is None:
            self._language = LanguageDesk(self.root)
        return self._language

    async def load_project(self) -> Project:
        """Read the project's own files again. Raises: SourceError."""
        from flowstone.store.project_files import load_project

        self.project = await asyncio.to_thread(load_project, self.root)
        return self.project

    async def load_pipeline(self, pipeline: PipelineId) -> LoadedPipeline:
        """Read a pipeline and its blocks. Raises: NotFound, SourceError."""
        from flowstone.store.project_files import load_pipeline

        loaded = await asyncio.to_thread(load_pipeline, self.root, pipeline)
        self._users[pipeline] = frozenset(block.file for block in loaded.pipeline.blocks)
        return loaded

    def hear(self, notice: Notice) -> None:
        """Tell the hub what the workbench says."""
        from flowstone.web.views.happenings import happening_of, topic_of

        self.hub.publish(topic_of(self.project.id, notice), happening_of(self.project.id, notice).model_dump_json())

    def hear_schedule(self, pipeline: PipelineId) -> None:
        """Tell the hub that a schedule changed or fired."""
        changed = wire.ScheduleChanged(project=self.project.id, pipeline=pipeline)
        self.hub.publish(self.topic, changed.model_dump_json())

    def saved(self, path: str, etag: str | None) -> None:
        """Tell of a file that was just saved here, then let the workbench look, without making the save wait."""
        self._tell(path, etag)
        self._in_background(frozenset({path}))

    async def changed_on_disk(self, paths: frozenset[str]) -> None:
        """Tell of files that may have changed under another's hands."""
        etags = await asyncio.to_thread(_etags, self.root, paths)
        for number, path in enumerate(sorted(paths), start=1):
            if self._etags.get(path, ...) != etags[path]:
                self._tell(path, etags[path])
            if number % TOLD_AT_ONCE == 0:
                await asyncio.sleep(TELLING_PAUSE_S)
        await self._look_again(paths)

    async def close(self) -> None:
        """Let the project go."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._language is not None:
            await self._language.close()
        if self.schedules is not None:
            await self.schedules.close()
        await self.workbench.close()

    def _tell(self, path: str, etag: str | None) -> None:
        self._etags[path] = etag
        changed = wire.FileChanged(project=self.project.id, path=path, etag=etag)
        self.hub.publish(self.topic, changed.model_dump_json())
        for pipeline in self._pipelines_of(path):
            own_etag = etag if path == f"{PIPELINES}{pipeline}.yaml" else self._etags.get(f"{PIPELINES}{pipeline}.yaml")
            is_whole = wire.PipelineChanged(project=self.project.id, pipeline=pipeline, etag=own_etag)
            self.hub.publish(self.topic, is_whole.model_dump_json())

    def _pipelines_of(self, path: str) -> list[str]:
        if path.startswith(PIPELINES) and path.endswith(".yaml") and path.count("/") == 1:
            return [path.removeprefix(PIPELINES).removesuffix(".yaml")]
        return [pipeline for pipeline, files in self._users.items() if path in files]

    def _in_background(self, paths: frozenset[str]) -> None:
        task = asyncio.get_running_loop().create_task(self._look_again(paths))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_again(self, paths: frozenset[str]) -> None:
        if self._language is not None:
            self._language.files_changed(paths)
        try:
            await self.workbench.files_changed(paths)
            if self.schedules is not None:
                await self.schedules.files_changed(paths)
        except FlowstoneError as wrong:
            # A file in the middle of an edit is not whole; its page says so, and the next change looks again.
            log.info("%s: %s", self.project.id, wrong)


def _etags(root: Path, paths: frozenset[str]) -> dict[str, str | None]:
    from flowstone.store.texts import read_text

    etags: dict[str, str | None] = {}
    for path in paths:
        try:
            etags[path] = read_text(root, path).etag
        except (FlowstoneError, OSError):
            etags[path] = None
    return etags
