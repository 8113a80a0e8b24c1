"""What there is to look at of a run's blocks: what they printed, and what they put out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from flowstone.engine.queries import Queries
from flowstone.engine.questions import Stored
from flowstone.errors.engine import QueryRefused
from flowstone.model.export import EXCEL_COLUMNS, EXCEL_ROWS, Export, ExportFormat, ExportSize
from flowstone.model.ids import ArtifactHash, BlockId, RunId
from flowstone.model.logs import LogPage
from flowstone.model.output import MAX_BUNDLE_BYTES, Output, OutputKind
from flowstone.model.summary import ColumnSummary
from flowstone.model.window import Window
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.log_files import log_path, read_log
from flowstone.store.places import is_url

MAX_VALUE_BYTES = 8 << 20
"""The largest JSON output that is shown."""
MAX_RICH_BYTES = MAX_BUNDLE_BYTES + (1 << 20)


@dataclass(frozen=True, slots=True)
class Shown:
    """Reads what is stored, for people to see. Tables are read by another process."""

    logs: Path
    artifacts: ArtifactStore
    address: str
    """Where the artifacts are: a folder or a URL."""
    queries: Queries

    async def log(self, run: RunId, block: BlockId, *, after: int, limit: int) -> LogPage:
        """Return what a block printed in a run, from a line on."""
        return await asyncio.to_thread(read_log, log_path(self.logs, run, block), after=after, limit=limit)

    async def output(self, artifact: ArtifactHash) -> Output:
        """Return what is known of a stored output. Raises: NotFound; ArtifactCorrupt."""
        return await asyncio.to_thread(self.artifacts.describe, artifact)

    async def rows(self, artifact: ArtifactHash, window: Window) -> bytes:
        """Return a window of a stored table as an Arrow IPC stream. Raises: see `Workbench.rows`."""
        return await self.queries.window(await self.stored(artifact), window)

    async def stored(self, artifact: ArtifactHash) -> Stored:
        """Return where a query process finds a table. Raises: NotFound; ArtifactCorrupt; QueryRefused, for no table."""
        output = await self.output(artifact)
        if output.rows is None:
            raise QueryRefused("This output is no table", hint="Ask for its value.")
        if is_url(self.address):
            return Stored(self.address, artifact)
        found = await asyncio.to_thread(self.artifacts.find, artifact)
        return Stored(str(found.path))

    async def summaries(self, artifact: ArtifactHash, columns: Sequence[str]) -> tuple[ColumnSummary, ...]:
        """Return what columns of a table hold. Raises: NotFound; ArtifactCorrupt; QueryRefused."""
        return await self.queries.summaries(await self.stored(artifact), columns)

    async def export_size(self, artifact: ArtifactHash, export: Export) -> ExportSize:
        """Return how large a download of a table will be.

        Raises: NotFound; ArtifactCorrupt; QueryRefused, when it cannot be had in that form.
        """
        size = await self.queries.export_size(await self.stored(artifact), export)
        if export.format is ExportFormat.EXCEL:
            _refuse_beyond_excel(size)
        return size

    async def export(self, artifact: ArtifactHash, export: Export) -> AsyncGenerator[bytes, None]:
        """Give a table in another form, piece by piece. Raises: NotFound; ArtifactCorrupt; QueryRefused."""
        async with aclosing(self.queries.export(await self.stored(artifact), export)) as pieces:
            async for piece in pieces:
                yield piece

    async def value(self, artifact: ArtifactHash) -> bytes:
        """Return a JSON output's text, or what there is to show of an object. Raises: see `Workbench.value`."""
        _refuse_unshown(await self.output(artifact))
        found = await asyncio.to_thread(self.artifacts.find, artifact)
        return await asyncio.to_thread(found.path.read_bytes)


def _refuse_beyond_excel(size: ExportSize) -> None:
    if size.rows >= EXCEL_ROWS:
        raise QueryRefused(
            f"A sheet of Excel has room for {EXCEL_ROWS - 1:,} rows below its head, and these are {size.rows:,}",
            hint="Filter the rows, or take CSV or Parquet.",
        )
    if size.columns > EXCEL_COLUMNS:
        raise QueryRefused(
            f"A sheet of Excel has {EXCEL_COLUMNS:,} columns, and these are {size.columns:,}",
            hint="Hide some columns, or take CSV or Parquet.",
        )


def _refuse_unshown(output: Output) -> None:
    if output.rows is not None:
        raise QueryRefused("This output is a table", hint="Ask for its rows.")
    if output.kind is OutputKind.PICKLE:
        raise QueryRefused("This is an object that workers alone open", hint="Ask for the output that shows it.")
    if output.size_bytes > (MAX_RICH_BYTES if output.kind is OutputKind.RICH else MAX_VALUE_BYTES):
        raise QueryRefused("The value is too large to be shown", hint="Return a part of it, or a frame.")
