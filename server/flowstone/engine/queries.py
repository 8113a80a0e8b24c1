"""What is asked of stored outputs, answered by processes of their own so that the server never holds data."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from pathlib import Path

from flowstone.engine.arrangements import Arrangements
from flowstone.engine.processes import Forkserver
from flowstone.engine.query_lanes import Lane
from flowstone.engine.questions import (
    ArrangementQuestion,
    ChartQuestion,
    Compared,
    ComparisonQuestion,
    DifferenceQuestion,
    Question,
    Stored,
    WindowQuestion,
)
from flowstone.model.chart import Chart, Drawn
from flowstone.model.difference import Difference
from flowstone.model.ids import ArtifactHash
from flowstone.model.table_difference import TableDifference
from flowstone.model.view import Filter
from flowstone.model.window import Window
from flowstone.store.codec import decode

WINDOW_WITHIN_S = 60.0
ARRANGED_WITHIN_S = 300.0
DIFFERENCE_WITHIN_S = 600.0
CHART_WITHIN_S = 120.0
ARRANGING_PROCESSES = 2


class Queries:
    """The query processes of a project: one for windows, and others for what takes longer."""

    def __init__(self, forkserver: Forkserver, arranged: Path | None = None) -> None:
        """Take the folder for views that have been put in order; without one, they go with these queries."""
        self._arrangements = Arrangements(arranged)
        self._windows = Lane(forkserver)
        self._arranging = Lane(forkserver, processes=ARRANGING_PROCESSES)
        self._comparing = Lane(forkserver)
        self._charting = Lane(forkserver)

    async def window(self, stored: Stored, window: Window) -> bytes:
        """Return a window of a view of a stored table as an Arrow IPC stream.

        A view that is not as stored is put in order once, however many windows of it are asked for.
        Raises: QueryRefused, when there is no such column, the filter is none, it takes too long or a process dies.
        """
        numbers = None if window.view.is_plain else str(await self._arranged(stored, window))
        question = Question(window=WindowQuestion(stored, window, numbers))
        return await self._windows.ask(question, within_s=WINDOW_WITHIN_S)

    async def _arranged(self, stored: Stored, window: Window) -> Path:
        def make(target: Path) -> Awaitable[object]:
            question = Question(arrangement=ArrangementQuestion(stored, window.view, str(target)))
            return self._arranging.ask(question, within_s=ARRANGED_WITHIN_S)

        return await self._arrangements.find(stored, window.view, make)

    async def compare(
        self, artifacts: str, pairs: Sequence[tuple[ArtifactHash, ArtifactHash]]
    ) -> tuple[Difference, ...]:
        """Return how pairs of outputs of the store at an address differ, however long it takes.

        Raises: QueryRefused, when one cannot be read or the process dies of it.
        """
        question = Question(comparison=ComparisonQuestion(artifacts, tuple(pairs)))
        return decode(Compared, await self._comparing.ask(question, within_s=None)).differences

    async def difference(self, question: DifferenceQuestion) -> TableDifference:
        """Return how a table differs from another. Raises: QueryRefused, for a column that is not in both, say."""
        return decode(TableDifference, await self._about(question))

    async def rows_of_difference(self, question: DifferenceQuestion) -> bytes:
        """Return a page of the rows in which two tables differ, as an Arrow IPC stream. Raises: QueryRefused."""
        return await self._about(question)

    async def _about(self, question: DifferenceQuestion) -> bytes:
        return await self._comparing.ask(Question(difference=question), within_s=DIFFERENCE_WITHIN_S)

    async def chart(self, stored: Stored, chart: Chart, filtered: Filter) -> Drawn:
        """Return the points of a chart. Raises: QueryRefused, when it cannot be drawn of this table."""
        question = Question(chart=ChartQuestion(stored, chart, filtered))
        return decode(Drawn, await self._charting.ask(question, within_s=CHART_WITHIN_S))

    async def close(self) -> None:
        """End the processes."""
        for lane in (self._windows, self._arranging, self._comparing, self._charting):
            await lane.close()
        self._arrangements.close()
