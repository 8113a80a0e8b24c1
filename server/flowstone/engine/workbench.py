"""One open project: its runs, freshness and outputs, for the server and the command line alike."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowstone.engine.active_runs import ActiveRuns
from flowstone.engine.effects.effects import Effects
from flowstone.engine.executor import Executor
from flowstone.engine.executors import executor_at
from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.history import LedgerThread
from flowstone.engine.launch import Launched
from flowstone.engine.notices import Notice
from flowstone.engine.others_runs import OthersRuns
from flowstone.engine.owners import this_process
from flowstone.engine.processes import Forkserver
from flowstone.engine.project.chores import Chores, server_chores
from flowstone.engine.project.code import ProjectCode
from flowstone.engine.project.drivers import Drivers
from flowstone.engine.project.hold import ProjectHold
from flowstone.engine.project.insight import Insight
from flowstone.engine.project.keeper import Keeper
from flowstone.engine.project.known_runs import KnownRuns
from flowstone.engine.project.listeners import Listeners
from flowstone.engine.project.shown import Shown
from flowstone.engine.project.starting import Starter
from flowstone.engine.project.statuses import Statuses
from flowstone.engine.project.table_questions import TableQuestions
from flowstone.engine.project.taking_up import Resumer
from flowstone.engine.project.turns import Turns
from flowstone.engine.queries import Queries
from flowstone.engine.resources import Resources
from flowstone.engine.standing import Standing
from flowstone.engine.twice import TwiceExecutor
from flowstone.errors.base import FlowstoneError
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.logs import LogPage
from flowstone.model.output import Output
from flowstone.model.project import Project
from flowstone.model.repetition import repeated
from flowstone.model.run import RunRecord, RunRequest, RunState
from flowstone.model.status import BlockStatus
from flowstone.model.window import Window
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.leftovers import clear_leftovers
from flowstone.store.project_files import load_project
from flowstone.store.project_places import ProjectPlaces, project_places
from flowstone.store.repeated_snapshots import RepeatedSnapshots
from flowstone.store.state import StateFolder
from flowstone.store.trust import is_trusted, trust

if TYPE_CHECKING:
    from flowstone.engine.collection import Collected

SETTINGS = frozenset({"flowstone.yaml", "connections.yaml"})
"""The files that say how the project itself is set up."""


class Workbench:
    """One open project. Open it with `Workbench.open`, and close it.

    It puts the parts of an open project together, and hands on to them what it is asked.
    """

    def __init__(
        self, root: Path, project: Project, places: ProjectPlaces, *, launched: Launched | None = None
    ) -> None:
        address = places.artifacts
        self._root = root
        self._is_trusted = False
        self._state = StateFolder(root)
        self._code = ProjectCode(root, project)
        self._hold = ProjectHold(root, self._state)
        self._artifacts = open_artifacts(address)
        self._ledger = LedgerThread(self._state.ledger, renew=self._hold.renew)
        self._forkserver = Forkserver(launched)
        self._queries = Queries(self._forkserver, self._state.arranged)
        self._resources = Resources(project.limits)
        self._listeners = Listeners()
        self._chores = Chores()
        files = FileHashes(self._state.file_hashes)
        standing = Standing(self._ledger, self._artifacts, files)
        self._active = ActiveRuns(self._ledger, tell=self._listeners.tell)
        self._runs = KnownRuns(self._ledger, self._active, self._listeners.tell)
        self._drivers = Drivers(
            executor=executor_at(places.executor, self._forkserver),
            ledger=self._ledger,
            artifacts=self._artifacts,
            address=address,
            state=self._state,
            files=files,
            resources=self._resources,
            active=self._active,
            tell=self._listeners.tell,
        )
        turns = Turns()
        self._starter = Starter(
            self._code, standing, self._drivers, self._runs, turns, RepeatedSnapshots(root, self._state.snapshots)
        )
        self._resumer = Resumer(self._code, standing, self._drivers, turns)
        self._statuses = Statuses(self._code, standing, self._listeners.news)
        self._keeper = Keeper(
            self._code, self._statuses, state=self._state, ledger=self._ledger, artifacts=self._artifacts
        )
        self._shown = Shown(self._state.logs, self._artifacts, address, self._queries)
        self.insight = Insight(self._ledger, self._shown)
        """What can be asked about outputs beyond their rows."""
        self.tables: TableQuestions = self._shown
        """What can be asked about stored tables: what their columns hold, and their rows in other forms."""
        self.effects = Effects(self._code, standing, self._shown, forkserver=self._forkserver, state=self._state)
        """What an edit would change."""

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
            await bench._resume_left()
            bench._begin_chores()
        return bench

    async def _take_up(self, *, serve: bool, workers: bool) -> None:
        self._state.create()
        if serve:
            self._hold.take()
        if workers:
            await self._forkserver.start()
        await self._active.recover()
        await asyncio.to_thread(clear_leftovers, self._state, self._artifacts, everywhere=serve)

    async def _resume_left(self) -> None:
        """Take up what a server that is gone has left, in a project that somebody here has run."""
        if await asyncio.to_thread(is_trusted, self._root):
            await self._resumer.resume_left()
        else:
            await self._resumer.tell_left(self._root)

    def _begin_chores(self) -> None:
        chores = server_chores(
            executor=self._executor,
            others=OthersRuns(self._ledger, me=this_process(), tell=self._listeners.tell),
            active=self._active,
            take_up=self._resume_left,
            hold=self._hold,
            collect=self.collect,
        )
        self._chores.begin(*chores)

    async def close(self) -> None:
        """Stop what runs, and let everything go."""
        await self._active.close()
        await self._chores.close()
        await self._listeners.news.close()
        await asyncio.gather(self._end_processes(), self._ledger.close())  # nobody writes any more
        self._hold.release()

    async def _end_processes(self) -> None:
        await self.effects.close()
        await self._executor.close()
        await self._queries.close()
        await self._forkserver.close()

    @property
    def project(self) -> Project:
        """The project's settings, as they were read last."""
        return self._code.project

    @property
    def ledger(self) -> LedgerThread:
        """The project's ledger, for those who keep something of their own in it."""
        return self._ledger

    @property
    def _executor(self) -> Executor:
        return self._drivers.executor

    def run_blocks_twice(self) -> TwiceExecutor:
        """Have each block run twice from now on; what is returned will know which did not give the same."""
        twice = TwiceExecutor(self._executor)
        self._drivers.executor = twice
        return twice

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Be told of what happens, on the loop; the answer stops it."""
        return self._listeners.add(listener)

    # --- Runs ---

    async def start_run(self, request: RunRequest) -> RunId:
        """Start a run on a snapshot of the code as it is now; asking again with the same id starts nothing.

        Raises: NotFound; InvalidProject, for what is wrong with its blocks; SourceError, for wrong params or
        variables that are missing; ProjectBusy, when another server has taken the project.
        """
        await self._hold.check()
        await self._trust()
        return await self._starter.start(request)

    async def resume_run(self, run: RunId) -> RunId:
        """Take a run up where it was: do again what failed or was cut off, and what follows it, with its own code.

        A run that has nothing left to do stays as it is. Raises: NotFound; RunNotResumable, when another process
        runs it or its code is gone; SourceError, for variables that are missing.
        """
        await self._trust()
        return await self._resumer.resume(run)

    async def run_again(self, run: RunId, *, new: RunId | None = None) -> RunId:
        """Start what a run was asked to do once more, on today's code, as a new run; see `repeated`.

        Raises: NotFound, when there is no such run; what `start_run` raises.
        """
        record = await self._runs.find(run)
        request, _ = await self._ledger.do(lambda ledger: ledger.request(run))
        return await self.start_run(repeated(request, record, run=new))

    async def _trust(self) -> None:
        if not self._is_trusted:
            await asyncio.to_thread(trust, self._root)
            self._is_trusted = True

    async def stop_run(self, run: RunId) -> None:
        """Ask a run to end. Raises: NotFound; RunNotActive, when it has ended or runs elsewhere."""
        await self._runs.stop(run)

    async def wait(self, run: RunId) -> RunRecord:
        """Wait for a run of this workbench to end. Raises: NotFound."""
        return await self._runs.wait(run)

    async def active_run(self, pipeline: PipelineId) -> RunRecord | None:
        """Return the newest run of a pipeline that is going on here."""
        return self._active.newest_of(pipeline)

    async def run(self, run: RunId) -> RunRecord:
        """Return a run with its blocks. Raises: NotFound."""
        return await self._runs.find(run)

    async def runs(
        self,
        *,
        pipeline: PipelineId | None = None,
        state: RunState | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[tuple[RunRecord, ...], str | None]:
        """Return runs, newest first, and where the next page begins. Raises: QueryRefused, for a wrong `before`."""
        return await self._runs.page(pipeline=pipeline, state=state, before=before, limit=limit)

    async def last_attempts(self, pipeline: PipelineId, blocks: Iterable[BlockId]) -> tuple[RunRecord, ...]:
        """Return the runs that say how each block did last, newest first, each with just those blocks."""
        return await self._runs.last_attempts(pipeline, blocks)

    # --- Freshness ---

    async def status(
        self, pipeline: PipelineId, *, profile: str | None = None, params: Mapping[str, Any] | None = None
    ) -> tuple[BlockStatus, ...]:
        """Return how each block stands today with that profile and those params, in the order written.

        From then on a StatusChanged tells when it may be worth asking again: the same one for everybody who looks
        at the pipeline, whatever their profile and params, so that none is told how it stands for another.

        Raises: NotFound; SourceError, when the pipeline cannot be read or a param is wrong.
        """
        return await self._statuses.of(pipeline, profile=profile, params=params or {})

    async def files_changed(self, paths: frozenset[str]) -> None:
        """Take note that files changed on disk."""
        if SETTINGS & paths:
            with contextlib.suppress(FlowstoneError):  # shown by validate and on the project's page
                await self._code.reload()
                self._resources.limit(self.project.limits)
        self._listeners.news.all_changed()

    # --- Retention ---

    async def pin_run(self, run: RunId, *, is_pinned: bool = True) -> None:
        """Keep a run and its outputs whatever the limits say, or no longer. Raises: NotFound."""
        await self._runs.pin(run, is_pinned=is_pinned)

    async def collect(self, *, dry_run: bool = False) -> Collected:
        """Let go of what the project does not keep; never what a kept run, a fresh block or an active run needs.

        Raises: LedgerUnusable; DiskFull; OSError.
        """
        return await self._keeper.collect(dry_run=dry_run)

    # --- Outputs and logs ---

    async def logs(self, run: RunId, block: BlockId, *, after: int = 0, limit: int = 1000) -> LogPage:
        """Return what a block printed in a run, from a line on."""
        return await self._shown.log(run, block, after=after, limit=limit)

    async def output(self, artifact: ArtifactHash) -> Output:
        """Return what is known of a stored output. Raises: NotFound; ArtifactCorrupt."""
        return await self._shown.output(artifact)

    async def rows(self, artifact: ArtifactHash, window: Window) -> bytes:
        """Return a window of a stored table as an Arrow IPC stream.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when it is no table or has no such column.
        """
        return await self._shown.rows(artifact, window)

    async def value(self, artifact: ArtifactHash) -> bytes:
        """Return a JSON output's text, or what there is to show of a figure or an object.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when it is over 8 MiB, a table, or for workers alone.
        """
        return await self._shown.value(artifact)


def _resolved(root: Path, executor: str | None) -> tuple[Path, Project, ProjectPlaces]:
    root = root.resolve()
    project = load_project(root)
    places = project_places(project, environment=os.environ, executor=executor)
    return root, project, places
