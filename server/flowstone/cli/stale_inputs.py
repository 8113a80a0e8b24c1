"""What a person is told who runs one block on inputs that no longer count."""

from __future__ import annotations

import asyncio
from pathlib import Path

from flowstone.cli.terminal import console, escaped, styled
from flowstone.engine.workbench import Workbench
from flowstone.errors.base import FlowstoneError
from flowstone.model.freshness import Freshness, sentence
from flowstone.model.run import RunRequest
from flowstone.model.status import BlockStatus
from flowstone.store.project_files import load_pipeline


async def tell_stale_inputs(bench: Workbench, project: Path, request: RunRequest) -> None:
    """Say on stderr which inputs of a run's only block are stale, and why; the run will say what it cannot do."""
    block = request.blocks[0]
    try:
        loaded = await asyncio.to_thread(load_pipeline, project, request.pipeline)
        upstream = loaded.pipeline.block(block).upstream
        status = await bench.status(request.pipeline, profile=request.profile, params=request.params)
    except (FlowstoneError, KeyError):
        return
    stale = [found for found in status if found.id in upstream and found.freshness is Freshness.STALE]
    screen = console()
    for found in stale:
        screen.print(f"{styled('stale'):>9}  {found.id}, which {block} reads: {escaped(_why(found))}")
    if stale:
        screen.print(f"           `--to {block}` brings what it reads up to date first", style="dim", markup=False)


def _why(status: BlockStatus) -> str:
    return "; ".join(sentence(reason) for reason in status.reasons) or "it has changed"
