"""Which result of a block is its newest, and which counts for a fingerprint: queries within a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from flowstone.model.freshness import Part
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.run import BlockResult, BlockRun, BlockState
from flowstone.store.codec import decode, encode_text
from flowstone.store.ledger.records import StoredResult

PUT = """
    INSERT INTO results (pipeline, block, fingerprint, run_id, made_at, parts, result, profile, used_at)
    VALUES (:pipeline, :block, :fingerprint, :run_id, :made_at, :parts, :result, :profile, :used_at)
"""
REUSED = """
    UPDATE results SET used_at = :at WHERE pipeline = :pipeline AND block = :block AND fingerprint = :fingerprint
"""
NEWEST = """
    SELECT * FROM results WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY block ORDER BY (:profile IS NULL OR profile = :profile) DESC, used_at DESC, id DESC
            ) AS place
            FROM results WHERE pipeline = :pipeline
        ) WHERE place = 1
    )
"""
FOR_FINGERPRINT = """
    SELECT * FROM results WHERE pipeline = ? AND block = ? AND fingerprint = ? ORDER BY id DESC LIMIT 1
"""
LATER = "SELECT * FROM results WHERE pipeline = ? AND block = ? AND id > ? ORDER BY id DESC"


def put_results(connection: sqlite3.Connection, made: Iterable[StoredResult]) -> None:
    """Write down what was made; it is in use from then on."""
    connection.executemany(PUT, map(_row, made))


def mark_reused(connection: sqlite3.Connection, pipeline: PipelineId, blocks: Iterable[BlockRun]) -> None:
    """Take note of stored results that a run took up again: for those who look they are the newest from now on."""
    used = [
        {"pipeline": pipeline, "block": block.id, "fingerprint": block.result.fingerprint, "at": block.ended_at}
        for block in blocks
        if block.state is BlockState.REUSED and block.result and block.result.fingerprint and block.ended_at
    ]
    connection.executemany(REUSED, used)


def mark_used(connection: sqlite3.Connection, ids: Iterable[int], *, at: float) -> None:
    """Take note that results count now."""
    connection.executemany("UPDATE results SET used_at = ? WHERE id = ?", ((at, number) for number in ids))


def newest(connection: sqlite3.Connection, pipeline: PipelineId, profile: str | None) -> dict[BlockId, StoredResult]:
    """Return of each block the result that was used last: one of the profile, where it has any."""
    rows = connection.execute(NEWEST, {"pipeline": pipeline, "profile": profile})
    return {BlockId(row["block"]): stored(row) for row in rows}


def for_fingerprint(
    connection: sqlite3.Connection, pipeline: PipelineId, block: BlockId, fingerprint: Fingerprint
) -> StoredResult | None:
    """Return the newest result that a block gave for a fingerprint, if there is one that still stands."""
    row = connection.execute(FOR_FINGERPRINT, (pipeline, block, fingerprint)).fetchone()
    if row is None:
        return None
    found = stored(row)
    return found if found.result.outputs or _stands(connection, found) else None


def _stands(connection: sqlite3.Connection, written: StoredResult) -> bool:
    """Say whether what a block wrote elsewhere is still there as far as the block is concerned.

    It is until the block writes to the same place: to a target of a receipt, or one above or below it; where receipts
    do not tell, to wherever it writes with the same profile.
    """
    later = connection.execute(LATER, (written.pipeline, written.block, written.id))
    return not any(_overwrites(stored(row), written) for row in later)


def _overwrites(later: StoredResult, written: StoredResult) -> bool:
    now, then = ([receipt.target for receipt in each.result.receipts] for each in (later, written))
    if not now or not then:
        return later.profile == written.profile
    return any(_is_within(a, b) or _is_within(b, a) for a in now for b in then)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def stored(row: sqlite3.Row) -> StoredResult:
    """Read a row of `results`."""
    return StoredResult(
        pipeline=PipelineId(row["pipeline"]),
        block=BlockId(row["block"]),
        fingerprint=Fingerprint(row["fingerprint"]),
        run=RunId(row["run_id"]),
        made_at=row["made_at"],
        parts=decode(tuple[Part, ...], row["parts"]),
        result=decode(BlockResult, row["result"]),
        profile=row["profile"],
        id=row["id"],
    )


def _row(result: StoredResult) -> dict[str, object]:
    return {
        "pipeline": result.pipeline,
        "block": result.block,
        "fingerprint": result.fingerprint,
        "run_id": result.run,
        "made_at": result.made_at,
        "parts": encode_text(result.parts),
        "result": encode_text(result.result),
        "profile": result.profile,
        "used_at": result.made_at,
    }
