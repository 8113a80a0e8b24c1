"""What the blocks of each pipeline usually take: one row a block, written when a run ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from flowstone.model.forecast import Forecast
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.run import BlockRun, BlockState, RunRecord

OF_PIPELINE = "SELECT block, seconds, peak_memory_bytes, runs FROM forecasts WHERE pipeline = ?"
PUT = """
    INSERT INTO forecasts (pipeline, block, seconds, peak_memory_bytes, runs)
    VALUES (:pipeline, :block, :seconds, :peak_memory_bytes, :runs)
    ON CONFLICT (pipeline, block) DO UPDATE SET
        seconds = excluded.seconds, peak_memory_bytes = excluded.peak_memory_bytes, runs = excluded.runs
"""


def learn(connection: sqlite3.Connection, run: RunRecord) -> None:
    """Take what the blocks of a run took into account that has ended; what was reused or failed tells nothing."""
    latest = {block.id: found for block in run.blocks if (found := _took(block)) is not None}
    if not latest:
        return
    usual = of_pipeline(connection, run.pipeline)
    rows = [
        _row(run.pipeline, block, usual[block].after(took) if block in usual else took)
        for block, took in latest.items()
    ]
    connection.executemany(PUT, rows)


def of_pipeline(connection: sqlite3.Connection, pipeline: PipelineId) -> Mapping[BlockId, Forecast]:
    """Return what the blocks of a pipeline usually take, as far as they ran."""
    rows = connection.execute(OF_PIPELINE, (pipeline,))
    return {BlockId(row["block"]): Forecast(row["seconds"], row["peak_memory_bytes"], row["runs"]) for row in rows}


def _took(block: BlockRun) -> Forecast | None:
    if block.state is not BlockState.DONE or block.seconds is None or block.usage is None:
        return None
    return Forecast(block.seconds, block.usage.peak_memory_bytes)


def _row(pipeline: PipelineId, block: BlockId, forecast: Forecast) -> dict[str, object]:
    return {
        "pipeline": pipeline,
        "block": block,
        "seconds": forecast.seconds,
        "peak_memory_bytes": forecast.peak_memory_bytes,
        "runs": forecast.runs,
    }
