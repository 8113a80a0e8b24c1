"""What a block gave in the runs of its pipeline, newest first: a query within a transaction."""

from __future__ import annotations

import sqlite3

from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.past_output import PastOutputs, PastPage
from flowstone.model.run import BlockResult, BlockRun, BlockState
from flowstone.store.codec import decode

LOOKED_AT = 2_000
"""So many runs are looked at for a page: a block that has not run for long must not make the ledger read it all."""

LOOKED = """
    SELECT id, started_at FROM runs
    WHERE pipeline = :pipeline AND (:before IS NULL OR (started_at, id) < (:before, :before_id))
    ORDER BY started_at DESC, id DESC
"""
PAST = f"""
    SELECT looked.id, looked.started_at, block_runs.body
    FROM ({LOOKED} LIMIT {LOOKED_AT}) AS looked
    JOIN block_runs ON block_runs.run_id = looked.id AND block_runs.block = :block
    WHERE block_runs.state IN ('{BlockState.DONE}', '{BlockState.REUSED}')
    ORDER BY looked.started_at DESC, looked.id DESC LIMIT :limit
"""  # noqa: S608 - of our own words alone
END = f"{LOOKED} LIMIT 1 OFFSET {LOOKED_AT - 1}"


def past_outputs(
    connection: sqlite3.Connection,
    pipeline: PipelineId,
    block: BlockId,
    *,
    before: tuple[float, RunId] | None,
    limit: int,
) -> PastPage:
    """Return the runs in which a block gave something, newest first, those older than `before`.

    Shapes: at most `limit` entries of at most `LOOKED_AT` runs; `next` is there while older runs are.
    """
    started_at, run = before or (None, None)
    values = {"pipeline": pipeline, "block": block, "before": started_at, "before_id": run, "limit": limit + 1}
    found = [_entry(row) for row in connection.execute(PAST, values)]
    if len(found) > limit:
        last = found[limit - 1]
        return PastPage(_giving(found[:limit]), (last.started_at, last.run))
    last_looked_at = connection.execute(END, values).fetchone()
    end = None if last_looked_at is None else (last_looked_at["started_at"], RunId(last_looked_at["id"]))
    return PastPage(_giving(found), end)


def _giving(entries: list[PastOutputs]) -> tuple[PastOutputs, ...]:
    """Return the entries that have outputs: an exporter's have none."""
    return tuple(entry for entry in entries if entry.outputs)


def _entry(row: sqlite3.Row) -> PastOutputs:
    part = decode(BlockRun, row["body"])
    return PastOutputs(RunId(row["id"]), row["started_at"], part.state, (part.result or BlockResult()).outputs)
