"""Runs of small projects on a real workbench, and short questions about them."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from tests.kit.small_projects import write_project

from flowstone.engine.workbench import Workbench
from flowstone.model.freshness import sentence
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.run import BlockRun, Failure, Reuse, RunRecord, RunRequest
from flowstone.model.window import Window

Opener = Callable[[Path], Awaitable[Workbench]]
LINE = PipelineId("line")


async def run_line(bench: Workbench, **options: Any) -> RunRecord:
    options.setdefault("reuse", Reuse.EDITOR)
    return await bench.wait(await bench.start_run(RunRequest(LINE, **options)))


def states(run: RunRecord) -> dict[str, str]:
    return {str(block.id): block.state.value for block in run.blocks}


def block_of(run: RunRecord, block: str) -> BlockRun:
    return next(found for found in run.blocks if found.id == block)


def failure_of(run: RunRecord, block: str) -> Failure:
    failure = block_of(run, block).failure
    assert failure is not None
    return failure


async def freshness(bench: Workbench, **options: Any) -> dict[str, str]:
    return {str(block.id): block.freshness.value for block in await bench.status(LINE, **options)}


async def why(bench: Workbench, block: str) -> list[str]:
    found = {status.id: status for status in await bench.status(LINE)}
    return [sentence(reason) for reason in found[BlockId(block)].reasons]


async def rows(bench: Workbench, run: RunRecord, block: str, window: Window | None = None) -> list[dict[str, Any]]:
    result = block_of(run, block).result
    assert result is not None
    stream = await bench.rows(result.outputs[0].hash, window or Window())
    found: list[dict[str, Any]] = pa.ipc.open_stream(io.BytesIO(stream)).read_all().to_pylist()
    return found


async def only_block(opened: Opener, root: Path, text: str, entry: str = "") -> RunRecord:
    """Run a pipeline of one loader with that text."""
    write_project(root, f"blocks:\n  b: {{file: loaders/b.py{entry}}}\n", {"loaders/b.py": text})
    return await run_line(await opened(root))


async def until_running(bench: Workbench, run: RunId, block: str) -> None:
    deadline = time.monotonic() + 60
    while states(await bench.run(run)).get(block) != "running":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)  # into the block's own code, past the worker's start


async def until(is_so: Any) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
