"""What is asked about stored tables beyond their rows, answered with what the test put there."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from flowstone.errors.engine import QueryRefused
from flowstone.errors.store import NotFound
from flowstone.model.export import Export, ExportSize
from flowstone.model.ids import ArtifactHash
from flowstone.model.summary import ColumnSummary, Histogram, TopValue

KEPT = ArtifactHash("a" * 32)
SUMMARY = ColumnSummary(
    "a", 3, False, nulls=1, distinct=2, top=(TopValue(None, 1),), histogram=Histogram("1", "2", (1, 1))
)
PIECES = (b"first,", b"second")


class FakeTables:
    """Has one table, whose downloads are two pieces; with `breaks`, they end in the middle."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.exported: list[Export] = []
        self.breaks = False

    async def summaries(self, artifact: ArtifactHash, columns: Sequence[str]) -> tuple[ColumnSummary, ...]:
        self._check(artifact)
        self.asked.append(columns)
        return (SUMMARY,)

    async def export_size(self, artifact: ArtifactHash, export: Export) -> ExportSize:
        self._check(artifact)
        return ExportSize(3, 2, 12)

    async def export(self, artifact: ArtifactHash, export: Export) -> AsyncGenerator[bytes, None]:
        self._check(artifact)
        self.exported.append(export)
        for piece in PIECES:
            yield piece
            if self.breaks:
                raise QueryRefused("The table could not be read to its end")

    def _check(self, artifact: ArtifactHash) -> None:
        if artifact != KEPT:
            raise NotFound("output", artifact)
