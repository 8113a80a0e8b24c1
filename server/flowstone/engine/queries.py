"""What is asked of stored outputs, answered by processes of their own so that the server never holds data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
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
    ExportQuestion,
    MissingQuestion,
    Question,
    SampleQuestion,
    Stored,
    SummaryQuestion,
    WindowQuestion,
)
from flowstone.model.chart import Chart, Drawn
from flowstone.model.difference import Difference
from flowstone.model.export import Export, ExportSize
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output
from flowstone.model.summary import ColumnSummary, Summaries
from flowstone.model.table_difference import TableDifference
from flowstone.model.view import Filter, View
from flowstone.model.window import Window
from flowstone.store.codec import decode

WINDOW_WITHIN_S = 60.0
ARRANGED_WITHIN_S = 300.0
DIFFERENCE_WITHIN_S = 600.0
CHART_WITHIN_S = 120.0
SUMMARY_WITHIN_S = 300.0
ARRANGING_PROCESSES = 2
EXPORTING_PROCESSES = 3
"""How many downloads go on at once; more wait."""
MAX_SUMMARIES = 20_000


class Queries:
    """The query processes of a project: one for windows, and others for what takes longer."""

    def __init__(self, forkserver: Forkserver, arranged: Path | None = None) -> None:
        """Take the folder for views that have been put in order; without one, they go with these queries."""
        self._arrangements = Arrangements(arranged)
        self._windows = Lane(forkserver)
        self._arranging = Lane(forkserver, processes=ARRANGING_PROCESSES)
        self._comparing = Lane(forkserver)
        self._charting = Lane(forkserver)
        self._summing = Lane(forkserver)
        self._exporting = Lane(forkserver, processes=EXPORTING_PROCESSES)
        self._summaries: dict[tuple[Stored, str], ColumnSummary] = {}

    async def window(self, stored: Stored, window: Window) -> bytes:
        """Return a window of a view of a stored table as an Arrow IPC stream.

        A view that is not as stored is put in order once, however many windows of it are asked for.
        Raises: QueryRefused, when there is no such column, the filter is none, it takes too long or a process dies.
        """
        question = Question(window=WindowQuestion(stored, window, await self._arranged(stored, window.view)))
        # A window that nobody waits for any more is answered all the same: its process is worth more than its time.
        return await asyncio.shield(self._windows.ask(question, within_s=WINDOW_WITHIN_S))

    async def _arranged(self, stored: Stored, view: View) -> str | None:
        """Return where the row numbers of a view are; None for one that needs none."""
        if view.is_plain:
            return None

        def make(target: Path) -> Awaitable[object]:
            question = Question(arrangement=ArrangementQuestion(stored, view, str(target)))
            return self._arranging.ask(question, within_s=ARRANGED_WITHIN_S)

        return str(await self._arrangements.find(stored, view, make))

    async def summaries(self, stored: Stored, columns: Sequence[str]) -> tuple[ColumnSummary, ...]:
        """Return what columns hold; what was found once is not looked for again. Raises: QueryRefused."""
        missing = tuple(key for key in columns if (stored, key) not in self._summaries)
        if missing:
            question = Question(summary=SummaryQuestion(stored, missing))
            answer = await asyncio.shield(self._summing.ask(question, within_s=SUMMARY_WITHIN_S))
            self._summaries |= {(stored, one.column): one for one in decode(Summaries, answer).columns}
        found = tuple(self._summaries[stored, key] for key in columns)
        for oldest in list(self._summaries)[: max(0, len(self._summaries) - MAX_SUMMARIES)]:
            del self._summaries[oldest]
        return found

    async def export_size(self, stored: Stored, export: Export) -> ExportSize:
        """Return how many rows a download will have, and about how many bytes. Raises: QueryRefused."""
        question = ExportQuestion(stored, export, await self._arranged(stored, export.view), is_size=True)
        return decode(ExportSize, await self._summing.ask(Question(export=question), within_s=SUMMARY_WITHIN_S))

    async def export(self, stored: Stored, export: Export) -> AsyncGenerator[bytes, None]:
        """Give a table in another form, piece by piece, as fast as they are taken. Raises: QueryRefused."""
        question = ExportQuestion(stored, export, await self._arranged(stored, export.view))
        async with aclosing(self._exporting.stream(Question(export=question))) as pieces:
            async for piece in pieces:
                yield piece

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

    async def sample(self, stored: Stored, output: Output, rows: int, target: str) -> Output:
        """Put the first rows of a table into the store in a folder. Raises: QueryRefused."""
        question = Question(sample=SampleQuestion(stored, output, rows, target))
        return decode(Output, await self._comparing.ask(question, within_s=WINDOW_WITHIN_S))

    async def missing(self, stored: Stored) -> tuple[int, ...]:
        """Return how many values each column of a table lacks. Raises: QueryRefused."""
        answer = await self._comparing.ask(Question(missing=MissingQuestion(stored)), within_s=WINDOW_WITHIN_S)
        return decode(tuple[int, ...], answer)

    async def close(self) -> None:
        """End the processes."""
        lanes = (self._windows, self._arranging, self._comparing, self._charting, self._summing, self._exporting)
        for lane in lanes:
            await lane.close()
        self._arrangements.close()
