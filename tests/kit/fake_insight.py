"""What is asked about outputs beyond their rows, written down, and answered with what the test put there."""

from __future__ import annotations

from typing import Any

from flowstone.errors.store import NotFound
from flowstone.model.chart import Axis, Chart, Drawn
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.output import Output, OutputKind
from flowstone.model.past_output import PastOutputs, PastPage
from flowstone.model.run import BlockState
from flowstone.model.table_difference import ColumnChange, RowsOfDifference, TableDifference
from flowstone.model.view import Filter

GONE = ArtifactHash("f" * 32)
TABLE = Output("output", OutputKind.TABLE, ArtifactHash("a" * 32), 10, rows=1)
DIFFERENCE = TableDifference(3, 4, ("id",), True, 2, 1, 1, (ColumnChange("id", "int64", "int64"),))
ROWS = b"ARROW-ROWS"


class FakeInsight:
    """Has one past output, and one difference between any two that are there."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def past_outputs(
        self, pipeline: PipelineId, block: BlockId, *, before: tuple[float, RunId] | None = None, limit: int = 50
    ) -> PastPage:
        self.asked.append((pipeline, block, before, limit))
        entry = PastOutputs(RunId("r1"), 1000.5, BlockState.REUSED, (TABLE,), (False,))
        return PastPage((entry,), (1000.5, RunId("r1")) if before is None else None)

    async def difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None = None
    ) -> TableDifference:
        self._check(before, after)
        self.asked.append((before, after, key))
        return DIFFERENCE

    async def rows_of_difference(
        self, before: ArtifactHash, after: ArtifactHash, *, key: tuple[str, ...] | None, rows: RowsOfDifference
    ) -> bytes:
        self._check(before, after)
        self.asked.append((before, after, key, rows))
        return ROWS

    async def chart(self, artifact: ArtifactHash, chart: Chart, filtered: Filter) -> Drawn:
        self._check(artifact)
        self.asked.append((artifact, chart, filtered))
        return Drawn(Axis.TIME, Axis.NUMBER, {"x": (1.5, None), "colour": ("a", None)}, 10, 2, 3, ("note",))

    def _check(self, *artifacts: ArtifactHash) -> None:
        if GONE in artifacts:
            raise NotFound("output", GONE)
