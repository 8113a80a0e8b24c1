"""One open project: its runs, freshness and outputs, for the server and the command line alike."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flowstone.disk.failpoints import reach
from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.driver import Driver, Surroundings
from flowstone.engine.executors import executor_at
from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.history import LedgerThread, RunHistory
from flowstone.engine.launch import Launched
from flowstone.engine.notices import BlockChanged, Notice, RunChanged, StatusChanged
from flowstone.engine.owners import this_process
from flowstone.engine.planning import with_rules
from flowstone.engine.preparation import Code, PreparedRun, RunContext, plan_of, selected_blocks
from flowstone.engine.processes import Forkserver
from flowstone.engine.queries import Queries
from flowstone.engine.redaction import Redactor
from flowstone.engine.resources import Resources
from flowstone.engine.standing import Standing
from flowstone.errors.base import FlowstoneError, Place
from flowstone.errors.engine import QueryRefused, RunNotActive
from flowstone.errors.source import UpstreamMissing, VariableMissing
from flowstone.errors.store import NotFound
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.logs import LogPage
from flowstone.model.output import Output
from flowstone.model.project import Project
from flowstone.model.run import (
    SUCCEEDED,
    BlockResult,
    BlockRun,
    Reuse,
    RunRecord,
    RunRequest,
    RunState,
)
from flowstone.model.status import BlockStatus
from flowstone.model.window import Window
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.leftovers import clear_leftovers
from flowstone.store.lock import ProjectLock
from flowstone.store.log_files import log_path, read_log
from flowstone.store.project_files import load_pipeline, load_project
from flowstone.store.places import is_url
from flowstone.store.project_places import ProjectPlaces, project_places
from flowstone.store.sealing_key import sealing_key
from flowstone.store.secret_values import secret_values
from flowstone.store.settings import connection_settings
from flowstone.store.snapshots import take_snapshot
from flowstone.store.state import StateFolder

MAX_VALUE_BYTES = 8 << 20
"""The largest JSON output that is shown."""
STATUS_AFTER_S = 0.05
"""How long changes are gathered before those who look are told to ask again."""


class Workbench:
    """One open project. Open it with `Workbench.open`, and close it."""

    def __init__(
        self, root: Path, project: Project, places: ProjectPlaces, *, launched: Launched | None = None
    ) -> None:
        self.project = project
        self._root = root
        self._state = StateFolder(root)
        self._places = places
        self._artifacts = open_artifacts(self._places.artifacts)
        self._ledger = LedgerThread(self._state.ledger)
        self._forkserver = Forkserver(launched)
        self._executor = executor_at(self._places.executor, self._forkserver)
        self._queries = Queries(self._forkserver)
        self._files = FileHashes(self._state.file_hashes)
        self._standing = Standing(self._ledger, self._artifacts, self._files)
        self._resources = Resources(project.limits)
        self._lock = ProjectLock(self._state.lock)
        self._listeners: list[Callable[[Notice], None]] = []
        self._active = ActiveRuns(self._ledger, tell=self._tell)
        self._starting: dict[RunId, asyncio.Lock] = {}
        self._looked_at: set[PipelineId] = set()
        self._changed: set[PipelineId] = set()
        self._refreshing: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        root: Path,
        *,
        serve: bool = False,
        workers: bool = True,
        launched: Launched | None = None,
        executor: str | None = None,
    ) -> Workbench:
        """Open the project in a folder. With `serve` it is held, and a worker is made warm.

        `launched` is a forkserver that was started ahead, and is the workbench's from then on.
        `executor` is the address of one to use instead of the project's own.
        Without `workers` nothing can run or be paged; that is enough to ask for runs, logs and freshness.
        Raises: NotFound, when the folder has no flowstone.yaml; SourceError, when it or connections.yaml is wrong;
        ProjectBusy, when another server holds it; LedgerUnusable; ExecutorUnknown; StoreAddressInvalid; ExtraMissing;
        StoreUnreachable; OSError.
        """
        root, project, places = await asyncio.to_thread(_resolved, root, executor)
        bench = cls(root, project, places, launched=launched)
        try:
            await bench._take_up(serve=serve, workers=workers)
        except BaseException:
            await bench.close()
            raise
        if serve:
            bench._warming = asyncio.create_task(bench._warm_up())
        return bench

    async def _take_up(self, *, serve: bool, workers: bool) -> None:
        self._state.create()
        if serve:
            self._lock.acquire(holder="a Flowstone server")
        if workers:
            await self._forkserver.start()
        await self._active.recover()
        await asyncio.to_thread(clear_leftovers, self._state, self._artifacts, everywhere=serve)

    async def _warm_up(self) -> None:
        with contextlib.suppress(FlowstoneError):  # the first run will say so
            await self._executor.warm_up()

    async def close(self) -> None:
        """Stop what runs, and let everything go."""
        await self._active.close()
        for task in (self._refreshing, self._warming):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await self._executor.close()
        await self._queries.close()
        await self._forkserver.close()
        await self._ledger.close()
        self._lock.release()

    @property
    def ledger(self) -> LedgerThread:
        """The project's ledger, for those who keep something of their own in it."""
        return self._ledger

    # --- Listening ---

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Be told of what happens, on the loop; the answer stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, notice: Notice) -> None:
        for listener in list(self._listeners):
            # Not called from here: what a listener does wrong must not end the run that tells it something.
            asyncio.get_running_loop().call_soon(listener, notice)
        if isinstance(notice, BlockChanged) and notice.block.state in SUCCEEDED:
            self._look_again(notice.pipeline)
        elif isinstance(notice, RunChanged):
            self._look_again(notice.run.pipeline)

    # --- Runs ---

    async def start_run(self, request: RunRequest) -> RunId:
        """Start a run on a snapshot of the code as it is now; asking again with the same id starts nothing.

        Raises: NotFound; InvalidProject, for what is wrong with its blocks; SourceError, for wrong params or
        variables that are missing.
        """
        run_id = request.run or RunId(f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
        async with self._starting.setdefault(run_id, asyncio.Lock()):
            try:
                if not self._active.is_active(run_id) and not await self._is_known(run_id):
                    await self._start(replace(request, run=run_id), run_id)
            finally:
                self._starting.pop(run_id, None)
        return run_id

    async def _is_known(self, run_id: RunId) -> bool:
        try:
            await self.run(run_id)
        except NotFound:
            return False
        return True

    async def _start(self, request: RunRequest, run_id: RunId) -> None:
        snapshot = await asyncio.to_thread(take_snapshot, self._root, self._state.snapshots)
        code = await asyncio.to_thread(self._code, request.pipeline, request.profile, snapshot.root)
        values = code.values(request.params)
        blocks = selected_blocks(code, request)
        given = await self._given(code, values, request, blocks)
        plan = with_rules(
            plan_of(code, request, blocks, width=self._executor.width), code, request, values, run=run_id
        )
        now = time.time()
        record = RunRecord(
            id=run_id,
            pipeline=request.pipeline,
            state=RunState.RUNNING,
            started_at=now,
            trigger=request.trigger,
            profile=request.profile or code.project.profile,
            params={param.name: values.get(param.name) for param in code.pipeline.params},
            blocks=tuple(BlockRun(block) for block in blocks),
            logical_date=request.logical_date,
            snapshot=snapshot.id,
        )
        owner = this_process()
        is_new = await self._ledger.do(
            lambda ledger: ledger.start_run(record, request=request, snapshot=snapshot.id, owner=owner)
        )
        if not is_new:
            return  # another process has started it meanwhile
        reach("run.begun")
        key = await asyncio.to_thread(sealing_key, self._state.path)
        context = RunContext(run_id, self._places.artifacts, now, request.logical_date, sealing_key=key)
        preparation = PreparedRun(code, values, context, files=self._files)
        await asyncio.to_thread(preparation.look_ahead)
        around = Surroundings(
            executor=self._executor,
            history=RunHistory(
                self._ledger,
                request.pipeline,
                code.pipeline.blocks,
                self._artifacts,
                moment=None if request.reuse is Reuse.EDITOR else context.moment,
            ),
            preparation=preparation,
            logs=self._state.logs,
            clock=time.time,
            tell=self._tell,
            redactor=Redactor(secret_values(code.connections, os.environ)),
            resources=self._resources,
        )
        driver = Driver(record, plan, given=given, surroundings=around)
        self._tell(RunChanged(record))
        self._active.begin(driver)

    def _code(self, pipeline: PipelineId, profile: str | None, root: Path) -> Code:
        """Read a pipeline from the project's folder or a snapshot of it; connections are of the project itself."""
        project = replace(load_project(root), id=self.project.id, root=str(self._root))
        loaded = load_pipeline(root, pipeline)
        return Code(project, loaded, root, connection_settings(project, profile, environment=os.environ))

    async def _given(
        self, code: Code, values: Mapping[str, Any], request: RunRequest, blocks: tuple[BlockId, ...]
    ) -> dict[BlockId, BlockResult]:
        """Return the stored outputs that the run's blocks read from blocks outside it."""
        outside = {up for block in blocks for up in code.inputs[block] if up not in blocks}
        if not outside:
            return {}
        profile = request.profile or code.project.profile
        given = await self._standing.newest_of(code, values, outside, profile=profile, now=time.time())
        missing = sorted(outside - given.keys())
        if missing:
            raise UpstreamMissing(
                f"the upstream {missing[0]} has no output yet",
                place=Place(code.pipeline.file),
                hint=f"Run {missing[0]} first, or run this block with what it needs.",
            )
        return given

    async def stop_run(self, run: RunId) -> None:
        """Ask a run to end. Raises: NotFound; RunNotActive, when it has ended or runs elsewhere."""
        if self._active.stop(run):
            return
        record = await self.run(run)
        where = "is run by another process" if record.state is RunState.RUNNING else "has ended already"
        raise RunNotActive(f"The run {run} {where}", details={"run": run, "state": record.state.value})

    async def wait(self, run: RunId) -> RunRecord:
        """Wait for a run of this workbench to end. Raises: NotFound."""
        ended = await self._active.wait(run)
        return await self.run(run) if ended is None else ended

    async def active_run(self, pipeline: PipelineId) -> RunRecord | None:
        """Return the newest run of a pipeline that is going on here."""
        return self._active.newest_of(pipeline)

    async def run(self, run: RunId) -> RunRecord:
        """Return a run with its blocks. Raises: NotFound."""
        known = self._active.record(run)
        return await self._ledger.do(lambda ledger: ledger.run(run)) if known is None else known

    async def runs(
        self,
        *,
        pipeline: PipelineId | None = None,
        state: RunState | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[tuple[RunRecord, ...], str | None]:
        """Return runs, newest first, and where the next page begins. Raises: QueryRefused, for a wrong `before`."""
        cursor = None if before is None else _cursor(before)
        found = await self._ledger.do(
            lambda ledger: ledger.runs(pipeline=pipeline, state=state, before=cursor, limit=limit + 1)
        )
        page = found[:limit]
        is_last = len(found) <= limit
        return page, None if is_last or not page else f"{page[-1].started_at!r}~{page[-1].id}"

    # --- Freshness ---

    async def status(
        self, pipeline: PipelineId, *, profile: str | None = None, params: Mapping[str, Any] | None = None
    ) -> tuple[BlockStatus, ...]:
        """Return how each block stands today with that profile and those params, in the order written.

        From then on a StatusChanged tells when it may be worth asking again: the same one for everybody who looks
        at the pipeline, whatever their profile and params, so that none is told how it stands for another.

        Raises: NotFound; SourceError, when the pipeline cannot be read or a param is wrong.
        """
        self._looked_at.add(pipeline)
        code = await asyncio.to_thread(self._code_to_look_at, pipeline, profile)
        values = code.values(params or {})
        of_profile = profile or code.project.profile
        found = await self._standing.of_all(code, values, profile=of_profile, now=time.time())
        return tuple(found[block].status for block in code.pipeline.block_ids)

    def _code_to_look_at(self, pipeline: PipelineId, profile: str | None) -> Code:
        try:
            return self._code(pipeline, profile, self._root)
        except VariableMissing:  # the run will refuse; freshness can be told without
            project = replace(load_project(self._root), id=self.project.id, root=str(self._root))
            return Code(project, load_pipeline(self._root, pipeline), self._root)

    async def files_changed(self, paths: frozenset[str]) -> None:
        """Take note that files changed on disk."""
        if {"flowstone.yaml", "connections.yaml"} & paths:
            with contextlib.suppress(FlowstoneError):  # shown by validate and on the project's page
                self.project = await asyncio.to_thread(load_project, self._root)
                self._resources.limit(self.project.limits)
        for pipeline in self._looked_at:
            self._look_again(pipeline)

    def _look_again(self, pipeline: PipelineId) -> None:
        if pipeline not in self._looked_at:
            return
        self._changed.add(pipeline)
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        while self._changed:
            await asyncio.sleep(STATUS_AFTER_S)
            pipelines, self._changed = self._changed, set()
            for pipeline in pipelines:
                self._tell(StatusChanged(pipeline))

    # --- Outputs and logs ---

    async def logs(self, run: RunId, block: BlockId, *, after: int = 0, limit: int = 1000) -> LogPage:
        """Return what a block printed in a run, from a line on."""
        return await asyncio.to_thread(read_log, log_path(self._state.logs, run, block), after=after, limit=limit)

    async def output(self, artifact: ArtifactHash) -> Output:
        """Return what is known of a stored output. Raises: NotFound; ArtifactCorrupt."""
        return await asyncio.to_thread(self._artifacts.describe, artifact)

    async def rows(self, artifact: ArtifactHash, window: Window) -> bytes:
        """Return a window of a stored table as an Arrow IPC stream.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when it is no table or has no such column.
        """
        output = await self.output(artifact)
        if output.rows is None:
            raise QueryRefused("This output is no table", hint="Ask for its value.")
        if is_url(self._places.artifacts):
            return await self._queries.window(self._places.artifacts, window, artifact=artifact)
        found = await asyncio.to_thread(self._artifacts.find, artifact)
        return await self._queries.window(found.path, window)

    async def value(self, artifact: ArtifactHash) -> bytes:
        """Return a JSON output's text. Raises: NotFound; ArtifactCorrupt; QueryRefused, when it is over 8 MiB."""
        output = await self.output(artifact)
        if output.rows is not None:
            raise QueryRefused("This output is a table", hint="Ask for its rows.")
        if output.size_bytes > MAX_VALUE_BYTES:
            raise QueryRefused("The value is too large to be shown", hint="Return a part of it, or a frame.")
        found = await asyncio.to_thread(self._artifacts.find, artifact)
        return await asyncio.to_thread(found.path.read_bytes)


def _resolved(root: Path, executor: str | None) -> tuple[Path, Project, ProjectPlaces]:
    root = root.resolve()
    project = load_project(root)
    places = project_places(project, environment=os.environ, executor=executor)
    open_artifacts(places.artifacts)  # signing in to a bucket takes a moment, which the loop does not have
    return root, project, places


def _cursor(text: str) -> tuple[float, RunId]:
    started_at, _, run = text.partition("~")
    try:
        return float(started_at), RunId(run)
    except ValueError as wrong:
        raise QueryRefused("`before` is not where a page began", hint="Use the `next` of the page before.") from wrong
