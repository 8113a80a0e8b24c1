"""A workbench that keeps runs in memory and runs nothing, for tests of what lies above the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.kit.fake_effects import FakeEffects
from tests.kit.fake_insight import FakeInsight
from tests.kit.fake_tables import FakeTables

from flowstone.engine.notices import Notice, RunChanged
from flowstone.errors.engine import RunNotActive, RunNotResumable
from flowstone.errors.store import NotFound
from flowstone.model.freshness import Freshness
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.logs import LogLine, LogPage
from flowstone.model.output import Output, OutputKind
from flowstone.model.run import RunRecord, RunRequest, RunState
from flowstone.model.status import BlockStatus
from flowstone.model.window import Window
from flowstone.store.ledger.attempts import telling_parts
from flowstone.store.project_files import load_pipeline

TABLE = Output("output", OutputKind.TABLE, ArtifactHash("a" * 32), 10, rows=1)
ROWS = b"ARROW-BYTES\x00\xff"


class FakeWorkbench:
    """Has one stored table; a run that is started goes on until it is stopped."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.started: list[RunRequest] = []
        self.looked_at: list[frozenset[str]] = []
        self.windows: list[Window] = []
        self.viewed: list[tuple[str | None, Mapping[str, Any]]] = []
        self.is_closed = False
        self.insight = FakeInsight()
        self.tables = FakeTables()
        self.effects = FakeEffects()
        self._runs: dict[RunId, RunRecord] = {}
        self._listeners: list[Callable[[Notice], None]] = []

    @classmethod
    async def open(cls, root: Path) -> FakeWorkbench:
        return cls(root)

    async def close(self) -> None:
        self.is_closed = True

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, notice: Notice) -> None:
        for listener in tuple(self._listeners):
            listener(notice)

    async def start_run(self, request: RunRequest) -> RunId:
        run_id = request.run or RunId(f"run-{len(self._runs) + 1}")
        if run_id not in self._runs:
            load_pipeline(self.root, request.pipeline)
            self.started.append(request)
            started_at = 1000.0 + len(self._runs)
            self._runs[run_id] = RunRecord(run_id, request.pipeline, RunState.RUNNING, started_at)
            self.tell(RunChanged(self._runs[run_id]))
        return run_id

    async def stop_run(self, run: RunId) -> None:
        found = await self.run(run)
        if found.state is not RunState.RUNNING:
            raise RunNotActive(f"The run {run} has ended")
        self._runs[run] = replace(found, state=RunState.CANCELLED, ended_at=found.started_at + 1)
        self.tell(RunChanged(self._runs[run]))

    async def active_run(self, pipeline: PipelineId) -> RunRecord | None:
        of_pipeline = (run for run in self._runs.values() if run.pipeline == pipeline)
        return next((run for run in of_pipeline if run.state is RunState.RUNNING), None)

    async def run(self, run: RunId) -> RunRecord:
        if run not in self._runs:
            raise NotFound("run", run)
        return self._runs[run]

    async def runs(
        self,
        *,
        pipeline: PipelineId | None = None,
        state: RunState | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[tuple[RunRecord, ...], str | None]:
        newest_first = [
            run
            for run in reversed(self._runs.values())
            if pipeline in (None, run.pipeline) and state in (None, run.state)
        ]
        cursors = [f"{run.started_at!r}~{run.id}" for run in newest_first]  # as the real one's
        begin = cursors.index(before) + 1 if before else 0
        end = begin + limit
        return tuple(newest_first[begin:end]), cursors[end - 1] if len(newest_first) > end else None

    async def resume_run(self, run: RunId) -> RunId:
        found = await self.run(run)
        if found.state is RunState.RUNNING:
            raise RunNotResumable(f"The run {run} is going on, in another process", run=run)
        self._runs[run] = replace(found, state=RunState.RUNNING, ended_at=None)
        self.tell(RunChanged(self._runs[run]))
        return run

    async def run_again(self, run: RunId, *, new: RunId | None = None) -> RunId:
        found = await self.run(run)
        return await self.start_run(RunRequest(found.pipeline, params=found.params, run=new))

    async def pin_run(self, run: RunId, *, is_pinned: bool = True) -> None:
        self._runs[run] = replace(await self.run(run), is_pinned=is_pinned)

    async def last_attempts(self, pipeline: PipelineId, blocks: Iterable[BlockId]) -> tuple[RunRecord, ...]:
        ended = [run for run in self._runs.values() if run.pipeline == pipeline and run.state is not RunState.RUNNING]
        return telling_parts(reversed(ended), blocks)

    async def status(
        self,
        pipeline: PipelineId,
        *,
        profile: str | None = None,
        params: Mapping[str, Any] = {},
    ) -> tuple[BlockStatus, ...]:
        loaded = load_pipeline(self.root, pipeline)
        self.viewed.append((profile, params))
        return tuple(BlockStatus(block.id, Freshness.NEVER) for block in loaded.pipeline.blocks)

    async def logs(self, run: RunId, block: BlockId, *, after: int = 0, limit: int = 1000) -> LogPage:
        await self.run(run)
        return LogPage((LogLine(after + 1, 1000.0, "stdout", "hello"),), 0, after + 1)

    async def output(self, artifact: ArtifactHash) -> Output:
        if artifact != TABLE.hash:
            raise NotFound("output", artifact)
        return TABLE

    async def rows(self, artifact: ArtifactHash, window: Window) -> bytes:
        await self.output(artifact)
        self.windows.append(window)
        return ROWS

    async def value(self, artifact: ArtifactHash) -> bytes:
        await self.output(artifact)
        return b'{"a": 1}'

    async def files_changed(self, paths: frozenset[str]) -> None:
        self.looked_at.append(paths)
