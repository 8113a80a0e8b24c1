"""What the server asks of an open project: the engine's `Workbench` has it, and so has the tests' fake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from flowstone.engine.notices import Notice
from flowstone.engine.project.table_questions import TableQuestions
from flowstone.model.chart import Chart, Drawn
from flowstone.model.effect import Effect
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.logs import LogPage
from flowstone.model.output import Output
from flowstone.model.past_output import PastPage
from flowstone.model.run import RunRecord, RunRequest, RunState
from flowstone.model.status import BlockStatus
from flowstone.model.table_difference import RowsOfDifference, TableDifference
from flowstone.model.view import Filter
from flowstone.model.window import Window


class Insight(Protocol):
    """What can be asked about a block's outputs beyond their rows."""

    async def past_outputs(
        self, pipeline: PipelineId, block: BlockId, *, before: tuple[float, RunId] | None = None, limit: int = 50
    ) -> PastPage:
        """Return what a block gave in the runs of its pipeline, newest first."""
        ...

    async def difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None = None
    ) -> TableDifference:
        """Return how a table differs from an earlier one. Raises: NotFound, ArtifactCorrupt, QueryRefused."""
        ...

    async def rows_of_difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None, rows: RowsOfDifference
    ) -> bytes:
        """Return a page of the rows in which two tables differ, as Arrow. Raises: see `difference`."""
        ...

    async def chart(self, artifact: ArtifactHash, chart: Chart, filtered: Filter) -> Drawn:
        """Return the points of a chart of a table. Raises: NotFound, ArtifactCorrupt, QueryRefused."""
        ...


class Effects(Protocol):
    """What an edit would change."""

    async def of_edit(
        self, pipeline: PipelineId, block: BlockId, *, profile: str | None, params: Mapping[str, Any]
    ) -> Effect:
        """Return what a block and what lies below it would give. Raises: NotFound, SourceError."""
        ...


class Workbench(Protocol):
    """One open project."""

    async def close(self) -> None:
        """Let the project go."""
        ...

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Tell the listener what happens; calling what is returned ends that."""
        ...

    async def start_run(self, request: RunRequest) -> RunId:
        """Start a run. Raises: InvalidProject, WrongValue."""
        ...

    async def stop_run(self, run: RunId) -> None:
        """Stop a run. Raises: NotFound, RunNotActive."""
        ...

    async def resume_run(self, run: RunId) -> RunId:
        """Take a run up where it was. Raises: NotFound, RunNotResumable, SourceError."""
        ...

    async def run_again(self, run: RunId, *, new: RunId | None = None) -> RunId:
        """Start what a run was asked to do once more, as a new run. Raises: NotFound; what `start_run` raises."""
        ...

    async def active_run(self, pipeline: PipelineId) -> RunRecord | None:
        """Return the run of a pipeline that goes on."""
        ...

    async def run(self, run: RunId) -> RunRecord:
        """Return a run with its blocks. Raises: NotFound."""
        ...

    async def runs(
        self,
        *,
        pipeline: PipelineId | None = None,
        state: RunState | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[tuple[RunRecord, ...], str | None]:
        """Return a page of runs, newest first, and where the next begins."""
        ...

    async def pin_run(self, run: RunId, *, is_pinned: bool = True) -> None:
        """Keep a run whatever the limits say, or no longer. Raises: NotFound."""
        ...

    async def last_attempts(self, pipeline: PipelineId, blocks: Iterable[BlockId]) -> tuple[RunRecord, ...]:
        """Return the runs that say how each block did last, newest first, each with just those blocks."""
        ...

    async def status(
        self, pipeline: PipelineId, *, profile: str | None = None, params: Mapping[str, Any] = ...
    ) -> tuple[BlockStatus, ...]:
        """Say how each block stands. Raises: NotFound."""
        ...

    async def logs(self, run: RunId, block: BlockId, *, after: int = 0, limit: int = 1000) -> LogPage:
        """Return a page of what a block printed. Raises: NotFound."""
        ...

    async def output(self, artifact: ArtifactHash) -> Output:
        """Describe an output. Raises: NotFound, ArtifactCorrupt."""
        ...

    async def rows(self, artifact: ArtifactHash, window: Window) -> bytes:
        """Return a window of a table as an Arrow IPC stream. Raises: NotFound, QueryRefused."""
        ...

    async def value(self, artifact: ArtifactHash) -> bytes:
        """Return a JSON output's text. Raises: NotFound, QueryRefused."""
        ...

    @property
    def tables(self) -> TableQuestions:
        """What can be asked about stored tables beyond their rows."""
        ...

    @property
    def insight(self) -> Insight:
        """What can be asked about outputs beyond their rows."""
        ...

    @property
    def effects(self) -> Effects:
        """What an edit would change."""
        ...

    async def files_changed(self, paths: frozenset[str]) -> None:
        """Look again at what depends on these files."""
        ...


OpenWorkbench: TypeAlias = Callable[[Path], Awaitable[Workbench]]
"""Opens a project's folder and takes its lock. Raises: ProjectBusy, InvalidProject."""
