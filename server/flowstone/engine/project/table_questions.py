"""What can be asked about a stored table beyond its rows."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from flowstone.model.export import Export, ExportSize
from flowstone.model.ids import ArtifactHash
from flowstone.model.summary import ColumnSummary


class TableQuestions(Protocol):
    """Answers them; `Shown` does, and the tests' fake."""

    async def summaries(self, artifact: ArtifactHash, columns: Sequence[str]) -> tuple[ColumnSummary, ...]:
        """Return what columns of a table hold. Raises: NotFound; ArtifactCorrupt; QueryRefused."""
        ...

    async def export_size(self, artifact: ArtifactHash, export: Export) -> ExportSize:
        """Return how large a download will be. Raises: NotFound; ArtifactCorrupt; QueryRefused."""
        ...

    def export(self, artifact: ArtifactHash, export: Export) -> AsyncGenerator[bytes, None]:
        """Give a table in another form, piece by piece. Raises: NotFound; ArtifactCorrupt; QueryRefused."""
        ...
