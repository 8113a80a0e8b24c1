"""One open project: its runs, freshness and outputs, for the server and the command line alike."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowstone.disk.failpoints import reach
from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.assessment import Assessed, next_expiry
from flowstone.engine.driver import Driver
from flowstone.engine.executors import executor_at
from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.history import LedgerThread, RunHistory
from flowstone.engine.housekeeping import keep_house
from flowstone.engine.launch import Launched
from flowstone.engine.machine import Plan
from flowstone.engine.notices import BlockChanged, Notice, RunChanged
from flowstone.engine.others_runs import OthersRuns
from flowstone.engine.owners import this_process
from flowstone.engine.planning import with_rules
from flowstone.engine.preparation import Code, PreparedRun, RunContext, plan_of, selected_blocks
from flowstone.engine.processes import Forkserver
from flowstone.engine.queries import Queries
from flowstone.engine.redaction import Redactor
from flowstone.engine.resources import Resources
from flowstone.engine.resuming import RESUMED_WITHIN_S, Left, code_of, has_work, left_run, resumption, taken_up
from flowstone.engine.run_surroundings import Resumed, Surroundings
from flowstone.engine.standing import Standing
from flowstone.engine.status_news import StatusNews
from flowstone.engine.twice import TwiceExecutor
from flowstone.errors.base import FlowstoneError, Place
from flowstone.errors.engine import QueryRefused, RunNotActive, RunNotResumable
from flowstone.errors.source import UpstreamMissing, VariableMissing
from flowstone.errors.store import NotFound
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.logs import LogPage
from flowstone.model.output import MAX_BUNDLE_BYTES, Output, OutputKind
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
from flowstone.store.places import is_url
from flowstone.store.project_files import load_pipeline, load_project, pipeline_ids
from flowstone.store.project_places import ProjectPlaces, project_places
from flowstone.store.sealing_key import sealing_key
from flowstone.store.secret_values import secret_values
from flowstone.store.settings import connection_settings
from flowstone.store.snapshots import Snapshot, take_snapshot
from flowstone.store.state import StateFolder

if TYPE_CHECKING:
    from flowstone.engine.collection import Collected

log = logging.getLogger("flowstone.engine")

LOOKED_BACK = 30
"""Among so many runs a block's last attempt is looked for."""
HOLD_AGAIN_EVERY_S = 2.0
"""How soon a lock whose file was deleted is taken again."""
MAX_VALUE_BYTES = 8 << 20
MAX_RICH_BYTES = MAX_BUNDLE_BYTES + (1 << 20)
"""The largest JSON output that is shown."""


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A run that the ledger has and nobody drives yet."""

    record: RunRecord
    request: RunRequest
    code: Code
    values: Mapping[str, Any]
    plan: Plan
    given: Mapping[BlockId, BlockResult]
    resumed: Resumed | None = None


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
        self._ledger = LedgerThread(self._state.ledger, renew=self._renew)
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
        self._news = StatusNews(self._tell)
        self._chores: list[asyncio.Task[None]] = []
        self._collecting = asyncio.Lock()
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
            await bench._resume_left_runs()
            bench._warming = asyncio.create_task(bench._warm_up())
            bench._begin_chores()
        return bench

    async def _take_up(self, *, serve: bool, workers: bool) -> None:
        self._state.create()
        if serve:
            self._lock.acquire(holder="a Flowstone server")
        if workers:
            await self._forkserver.start()
        await self._active.recover()
        await asyncio.to_thread(clear_leftovers, self._state, self._artifacts, everywhere=serve)

    async def _keep_hold(self) -> None:
        """Take the project's lock again when its file was deleted, before another server comes, until cancelled."""
        while True:
            await asyncio.sleep(HOLD_AGAIN_EVERY_S)
            try:
                await self._hold()
            except (FlowstoneError, OSError) as wrong:
                log.error("%s: %s", self._root, wrong)  # noqa: TRY400 - it is an error of ours, not of the program

    async def _hold(self) -> None:
        """See that no other server has taken a project that this one holds. Raises: ProjectBusy; OSError."""
        if not self._lock.is_kept:
            await asyncio.to_thread(self._renew)

    def _renew(self) -> None:
        """Make what was deleted under a running server. Raises: ProjectBusy, when another has taken the project."""
        self._state.create()
        self._lock.keep()

    async def _warm_up(self) -> None:
        with contextlib.suppress(FlowstoneError):  # the first run will say so
            await self._executor.warm_up()

    def _begin_chores(self) -> None:
        """Do what a server does beside its work: follow what others do here, and collect what is not kept."""
        others = OthersRuns(self._ledger, me=this_process(), tell=self._tell)
        self._chores = [
            asyncio.create_task(others.follow()),
            asyncio.create_task(self._active.keep_recovering()),
            asyncio.create_task(self._keep_hold()),
            asyncio.create_task(keep_house(self.collect, lambda: not self._active.any_active)),
        ]

    async def close(self) -> None:
        """Stop what runs, and let everything go."""
        await self._active.close()
        for task in (*self._chores, self._warming):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        await self._news.close()
        await self._executor.close()
        await self._queries.close()
        await self._forkserver.close()
        await self._ledger.close()
        self._lock.release()

    @property
    def ledger(self) -> LedgerThread:
        """The project's ledger, for those who keep something of their own in it."""
        return self._ledger

    def run_blocks_twice(self) -> TwiceExecutor:
        """Have each block run twice from now on; what is returned will know which did not give the same."""
        twice = TwiceExecutor(self._executor)
        self._executor = twice
        return twice

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
            self._news.changed(notice.pipeline)
        elif isinstance(notice, RunChanged):
            self._news.changed(notice.run.pipeline)

    # --- Runs ---

    async def start_run(self, request: RunRequest) -> RunId:
        """Start a run on a snapshot of the code as it is now; asking again with the same id starts nothing.

        Raises: NotFound; InvalidProject, for what is wrong with its blocks; SourceError, for wrong params or
        variables that are missing; ProjectBusy, when another server has taken the project.
        """
        await self._hold()
        run_id = request.run or RunId(f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}")
        async with self._starting.setdefault(run_id, asyncio.Lock()):
            try:
                # An id of our own making is new.
                is_known = request.run is not None and await self._is_known(run_id)
                if not self._active.is_active(run_id) and not is_known:
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
        snapshot, code = await asyncio.to_thread(self._snapshot, request)
        values = code.values(request.params)
        blocks = selected_blocks(code, request)
        given = await self._given(code, values, request, blocks)
        plan = with_rules(plan_of(code, request, blocks, width=self._executor.width), code, request, values, run=run_id)
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
        beginning = _Beginning(record, request, code, values, plan, given)
        is_new, preparation = await asyncio.gather(
            self._ledger.do(
                lambda ledger: ledger.start_run(record, request=request, snapshot=snapshot.id, owner=owner)
            ),
            asyncio.to_thread(self._prepared, beginning),
        )
        if not is_new:
            return  # another process has started it meanwhile
        reach("run.begun")
        self._drive(beginning, preparation)

    def _snapshot(self, request: RunRequest) -> tuple[Snapshot, Code]:
        """Copy the project's code as it is now, and read a pipeline from the copy."""
        snapshot = take_snapshot(self._root, self._state.snapshots)
        return snapshot, self._code(request.pipeline, request.profile, snapshot.root)

    async def resume_run(self, run: RunId) -> RunId:
        """Take a run up where it was: do again what failed or was cut off, and what follows it, with its own code.

        A run that has nothing left to do stays as it is. Raises: NotFound; RunNotResumable, when another process
        runs it or its code is gone; SourceError, for variables that are missing.
        """
        async with self._starting.setdefault(run, asyncio.Lock()):
            try:
                if not self._active.is_active(run):
                    await self._resume(await self._ledger.do(lambda ledger: left_run(ledger, run)))
            finally:
                self._starting.pop(run, None)
        return run

    async def _resume(self, left: Left) -> None:
        request, run = left.request, left.record.id
        root = code_of(left, self._state)
        code = await asyncio.to_thread(self._code, request.pipeline, request.profile, root)
        values = code.values(request.params)
        blocks = selected_blocks(code, request)
        given = await self._given(code, values, request, blocks) if left.given is None else dict(left.given)
        plan = with_rules(plan_of(code, request, blocks, width=self._executor.width), code, request, values, run=run)
        again = await asyncio.to_thread(taken_up, left, plan, self._artifacts, self._places.artifacts, self._state.logs)
        if not has_work(again):
            return
        going = tuple(again.run.blocks.values())
        record = replace(left.record, state=RunState.RUNNING, ended_at=None, blocks=going)
        owner = this_process()
        event = resumption(left, owner, time.time())
        is_ours = await self._ledger.do(
            lambda ledger: ledger.handover.take(
                record, was=left.record.state, owner=left.owner, new_owner=owner, event=event
            )
        )
        if not is_ours:
            raise RunNotResumable(f"The run {run} has just been taken up by another process", run=run)
        reach("run.resumed")
        beginning = _Beginning(record, request, code, values, plan, given, again)
        self._drive(beginning, await asyncio.to_thread(self._prepared, beginning))

    async def _resume_left_runs(self) -> None:
        """Take up what a server that is gone has left; what cannot go on stays ended, and says why in the log."""
        since = time.time() - RESUMED_WITHIN_S
        for run in await self._ledger.do(lambda ledger: ledger.handover.left(since=since)):
            try:
                left = await self._ledger.do(partial(left_run, run=run))
                if left.is_a_servers:
                    await self.resume_run(run)
            except FlowstoneError as wrong:
                log.warning("the run %s could not be taken up again: %s", run, wrong)

    def _prepared(self, beginning: _Beginning) -> PreparedRun:
        """Find out what the blocks of a run need and depend on. It reads files."""
        record = beginning.record
        context = RunContext(
            record.id,
            self._places.artifacts,
            record.started_at,
            beginning.request.logical_date,
            sealing_key=sealing_key(self._state.path),
        )
        preparation = PreparedRun(beginning.code, beginning.values, context, files=self._files)
        preparation.look_ahead(block.id for block in record.blocks)
        return preparation

    def _drive(self, beginning: _Beginning, preparation: PreparedRun) -> None:
        record, request, code = beginning.record, beginning.request, beginning.code
        around = Surroundings(
            executor=self._executor,
            history=RunHistory(
                self._ledger,
                request.pipeline,
                code.pipeline.blocks,
                self._artifacts,
                moment=None if request.reuse is Reuse.EDITOR else preparation.moment,
            ),
            preparation=preparation,
            logs=self._state.logs,
            clock=time.time,
            tell=self._tell,
            redactor=Redactor(secret_values(code.connections, os.environ)),
            resources=self._resources,
        )
        driver = Driver(record, beginning.plan, given=beginning.given, surroundings=around, resumed=beginning.resumed)
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
        self._news.look_at(pipeline)
        code = await asyncio.to_thread(self._code_to_look_at, pipeline, profile)
        values = code.values(params or {})
        of_profile = profile or code.project.profile
        now = time.time()
        found = await self._standing.of_all(code, values, profile=of_profile, now=now)
        expiry = next_expiry(code.pipeline, found)
        if expiry is not None:
            self._news.changes_in(pipeline, expiry - now)
        return tuple(found[block].status for block in code.pipeline.block_ids)

    async def last_attempts(self, pipeline: PipelineId, blocks: Iterable[BlockId]) -> tuple[RunRecord, ...]:
        """Return the runs that say how each block did last, newest first, each with just those blocks."""
        wanted = tuple(blocks)
        return await self._ledger.do(lambda ledger: ledger.last_attempts(pipeline, wanted, looked_back=LOOKED_BACK))

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
        self._news.all_changed()

    # --- Retention ---

    async def pin_run(self, run: RunId, *, is_pinned: bool = True) -> None:
        """Keep a run and its outputs whatever the limits say, or no longer. Raises: NotFound."""
        await self._ledger.do(lambda ledger: ledger.pin(run, is_pinned=is_pinned))
        if not self._active.is_active(run):
            self._tell(RunChanged(await self.run(run)))

    async def collect(self, *, dry_run: bool = False) -> Collected:
        """Let go of what the project does not keep; never what a kept run, a fresh block or an active run needs.

        Raises: LedgerUnusable; DiskFull; OSError.
        """
        from flowstone.engine.collection import Collector, protected_by  # it brings SQLAlchemy, which runs can wait for

        async with self._collecting:
            policy = self.project.retention
            pipelines = await asyncio.to_thread(pipeline_ids, self._root)
            # Without limits nothing that may count goes anyway, and nobody need find out what does.
            ways = {found: None if policy.is_unlimited else await self._ways(found) for found in pipelines}
            collector = Collector(self._state, self._ledger, self._artifacts, time.time)
            return await collector.collect(policy, protected_by(ways), dry_run=dry_run)

    async def _ways(self, pipeline: PipelineId) -> list[dict[BlockId, Assessed]] | None:
        """Return how a pipeline's blocks stand with each profile; None where that cannot be told at the moment."""
        found = []
        try:
            for profile in {self.project.profile, *(each.name for each in self.project.profiles)}:
                code = await asyncio.to_thread(self._code_to_look_at, pipeline, profile)
                now = time.time()
                found.append(await self._standing.of_all(code, code.values({}), profile=profile, now=now))
        except (FlowstoneError, ValueError):  # half an edit, or a circle in it
            return None
        return found

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
        """Return a JSON output's text, or what there is to show of a figure or an object.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when it is over 8 MiB, a table, or for workers alone.
        """
        output = await self.output(artifact)
        if output.rows is not None:
            raise QueryRefused("This output is a table", hint="Ask for its rows.")
        if output.kind is OutputKind.PICKLE:
            raise QueryRefused("This is an object that workers alone open", hint="Ask for the output that shows it.")
        if output.size_bytes > (MAX_RICH_BYTES if output.kind is OutputKind.RICH else MAX_VALUE_BYTES):
            raise QueryRefused("The value is too large to be shown", hint="Return a part of it, or a frame.")
        found = await asyncio.to_thread(self._artifacts.find, artifact)
        return await asyncio.to_thread(found.path.read_bytes)


def _resolved(root: Path, executor: str | None) -> tuple[Path, Project, ProjectPlaces]:
    root = root.resolve()
    project = load_project(root)
    places = project_places(project, environment=os.environ, executor=executor)
    return root, project, places


def _cursor(text: str) -> tuple[float, RunId]:
    started_at, _, run = text.partition("~")
    try:
        return float(started_at), RunId(run)
    except ValueError as wrong:
        raise QueryRefused("`before` is not where a page began", hint="Use the `next` of the page before.") from wrong
