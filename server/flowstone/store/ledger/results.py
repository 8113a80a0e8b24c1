"""Which result of a block is its newest, and which counts for a fingerprint: queries within a transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Row, bindparam, desc, func, insert, literal, select, update

from flowstone.model.freshness import Part
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.run import BlockResult, BlockRun, BlockState
from flowstone.store.codec import decode, encode_text
from flowstone.store.ledger.records import StoredResult
from flowstone.store.ledger.tables import results


def put_results(connection: Connection, made: Iterable[StoredResult]) -> None:
    """Write down what was made; it is in use from then on."""
    rows = [_row(result) for result in made]
    if rows:
        connection.execute(insert(results), rows)


def mark_reused(connection: Connection, pipeline: PipelineId, blocks: Iterable[BlockRun]) -> None:
    """Take note of stored results that a run took up again: for those who look they are the newest from now on."""
    used = [
        {"of_block": block.id, "of_print": block.result.fingerprint, "at": block.ended_at}
        for block in blocks
        if block.state is BlockState.REUSED and block.result and block.result.fingerprint and block.ended_at
    ]
    if not used:
        return
    is_it = (
        (results.c.pipeline == pipeline)
        & (results.c.block == bindparam("of_block"))
        & (results.c.fingerprint == bindparam("of_print"))
    )
    connection.execute(update(results).where(is_it).values(used_at=bindparam("at")), used)


def mark_used(connection: Connection, ids: Iterable[int], *, at: float) -> None:
    """Take note that results count now."""
    connection.execute(
        update(results).where(results.c.id == bindparam("of_id")).values(used_at=bindparam("at")),
        [{"of_id": number, "at": at} for number in ids],
    )


def newest(connection: Connection, pipeline: PipelineId, profile: str | None) -> dict[BlockId, StoredResult]:
    """Return of each block the result that was used last: one of the profile, where it has any."""
    is_of_profile = literal(1) if profile is None else results.c.profile == profile
    place = func.row_number().over(
        partition_by=results.c.block, order_by=(desc(is_of_profile), desc(results.c.used_at), desc(results.c.id))
    )
    ranked = select(results.c.id, place.label("place")).where(results.c.pipeline == pipeline).subquery()
    first = select(ranked.c.id).where(ranked.c.place == 1)
    rows = connection.execute(select(results).where(results.c.id.in_(first))).all()
    return {BlockId(row.block): stored(row) for row in rows}


def for_fingerprint(
    connection: Connection, pipeline: PipelineId, block: BlockId, fingerprint: Fingerprint
) -> StoredResult | None:
    """Return the newest result that a block gave for a fingerprint, if there is one that still stands."""
    query = (
        select(results)
        .where(results.c.pipeline == pipeline, results.c.block == block, results.c.fingerprint == fingerprint)
        .order_by(desc(results.c.id))
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    found = stored(row)
    return found if found.result.outputs or _stands(connection, found) else None


def _stands(connection: Connection, written: StoredResult) -> bool:
    """Say whether what a block wrote elsewhere is still there as far as the block is concerned.

    It is until the block writes to the same place: to a target of a receipt, or one above or below it; where receipts
    do not tell, to wherever it writes with the same profile.
    """
    later = (
        select(results)
        .where(results.c.pipeline == written.pipeline, results.c.block == written.block, results.c.id > written.id)
        .order_by(desc(results.c.id))
    )
    return not any(_overwrites(stored(row), written) for row in connection.execute(later))


def _overwrites(later: StoredResult, written: StoredResult) -> bool:
    now, then = ([receipt.target for receipt in each.result.receipts] for each in (later, written))
    if not now or not then:
        return later.profile == written.profile
    return any(_is_within(a, b) or _is_within(b, a) for a in now for b in then)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def stored(row: Row[tuple[object, ...]]) -> StoredResult:
    """Read a row of `results`."""
    return StoredResult(
        pipeline=PipelineId(row.pipeline),
        block=BlockId(row.block),
        fingerprint=Fingerprint(row.fingerprint),
        run=RunId(row.run_id),
        made_at=row.made_at,
        parts=decode(tuple[Part, ...], row.parts),
        result=decode(BlockResult, row.result),
        profile=row.profile,
        id=row.id,
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
