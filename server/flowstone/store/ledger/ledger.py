"""What the ledger can be told and asked. Every method is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Row, Select, desc, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError

from flowstone.disk.failpoints import reach
from flowstone.errors.store import DiskFull, LedgerUnusable, NotFound
from flowstone.model.freshness import Part
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.run import BlockResult, BlockRun, RunRecord, RunRequest, RunState
from flowstone.store.codec import decode, encode
from flowstone.store.ledger.database import ONLY_READS, open_database
from flowstone.store.ledger.records import Event, StoredResult
from flowstone.store.ledger.tables import block_runs, results, run_events, runs


class Ledger:
    """The SQLite ledger of one project. Use it from one thread at a time; other processes may use the file too.

    Every method raises DiskFull or LedgerUnusable when its transaction cannot be done; nothing of it is then kept.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the ledger. Raises: LedgerUnusable."""
        self._engine = open_database(path)
        self._reads = self._engine.execution_options(**{ONLY_READS: True})

    def close(self) -> None:
        """Let the file go."""
        self._engine.dispose()

    def start_run(self, run: RunRecord, *, request: RunRequest, snapshot: str, owner: str) -> bool:
        """Write a new run down; return False, and write nothing, when its id is there already."""
        row = {
            "id": run.id,
            "pipeline": run.pipeline,
            "state": run.state.value,
            "trigger": run.trigger,
            "profile": run.profile,
            "params": json.dumps(dict(run.params)),
            "request": encode(RunRequest, request),
            "snapshot": snapshot,
            "owner": owner,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
        }
        with _transaction(self._engine) as connection:
            done = connection.execute(upsert(runs).values(row).on_conflict_do_nothing())
            if done.rowcount == 0:
                return False
            _put_blocks(connection, run.id, enumerate(run.blocks))
        return True

    def record(
        self,
        run: RunRecord,
        *,
        events: Sequence[Event],
        changed: Iterable[tuple[int, BlockRun]],
        made: Sequence[StoredResult] = (),
    ) -> None:
        """Write down what happened in a run, what it changed and what it made, all or nothing."""
        with _transaction(self._engine) as connection:
            rows = [{"run_id": run.id, "seq": e.seq, "at": e.at, "kind": e.kind, "body": e.body} for e in events]
            if rows:
                connection.execute(insert(run_events), rows)
            _put_blocks(connection, run.id, changed)
            if made:
                connection.execute(insert(results), [_result_row(result) for result in made])
            if run.state is not RunState.RUNNING:
                ended = {"state": run.state.value, "ended_at": run.ended_at}
                connection.execute(update(runs).where(runs.c.id == run.id).values(ended))

    def run(self, run_id: RunId) -> RunRecord:
        """Return a run with its blocks. Raises: NotFound."""
        with _transaction(self._reads) as connection:
            row = connection.execute(select(runs).where(runs.c.id == run_id)).first()
            if row is None:
                raise NotFound("run", run_id)
            wanted = select(block_runs.c.body).where(block_runs.c.run_id == run_id).order_by(block_runs.c.position)
            bodies = connection.execute(wanted).scalars().all()
        return _record(row, tuple(decode(BlockRun, body) for body in bodies))

    def request(self, run_id: RunId) -> tuple[RunRequest, str]:
        """Return what was asked for when the run started, and its snapshot. Raises: NotFound."""
        with _transaction(self._reads) as connection:
            row = connection.execute(select(runs.c.request, runs.c.snapshot).where(runs.c.id == run_id)).first()
        if row is None:
            raise NotFound("run", run_id)
        return decode(RunRequest, row.request), row.snapshot

    def runs(
        self, *, pipeline: PipelineId | None = None, before: tuple[float, RunId] | None = None, limit: int = 50
    ) -> tuple[RunRecord, ...]:
        """Return runs without their blocks, newest first, those older than `before`."""
        query = select(runs).order_by(desc(runs.c.started_at), desc(runs.c.id)).limit(limit)
        if pipeline is not None:
            query = query.where(runs.c.pipeline == pipeline)
        if before is not None:
            query = _older(query, *before)
        with _transaction(self._reads) as connection:
            return tuple(_record(row, ()) for row in connection.execute(query))

    def unfinished_runs(self) -> tuple[tuple[RunRecord, str], ...]:
        """Return the runs that have no end, oldest first, each with the process that owns it."""
        query = select(runs).where(runs.c.state == RunState.RUNNING.value).order_by(runs.c.started_at)
        with _transaction(self._reads) as connection:
            found = connection.execute(query).all()
        return tuple((self.run(RunId(row.id)), str(row.owner)) for row in found)

    def events(self, run_id: RunId) -> tuple[Event, ...]:
        """Return everything that happened in a run, in order."""
        query = select(run_events).where(run_events.c.run_id == run_id).order_by(run_events.c.seq)
        with _transaction(self._reads) as connection:
            return tuple(Event(row.seq, row.at, row.kind, row.body) for row in connection.execute(query))

    def newest_results(self, pipeline: PipelineId) -> dict[BlockId, StoredResult]:
        """Return each block's newest result, whether it counts or not."""
        newest = (
            select(func.max(results.c.id)).where(results.c.pipeline == pipeline).group_by(results.c.block)
        ).scalar_subquery()
        with _transaction(self._reads) as connection:
            rows = connection.execute(select(results).where(results.c.id.in_(newest))).all()
        return {BlockId(row.block): _stored(row) for row in rows}

    def result_for(self, pipeline: PipelineId, block: BlockId, fingerprint: Fingerprint) -> StoredResult | None:
        """Return the newest result that a block gave for a fingerprint, if there is one that still counts.

        A result without outputs is what the block wrote elsewhere; that stands only until it writes again.
        """
        of_block = (results.c.pipeline == pipeline, results.c.block == block)
        query = (
            select(results).where(*of_block, results.c.fingerprint == fingerprint).order_by(desc(results.c.id)).limit(1)
        )
        with _transaction(self._reads) as connection:
            row = connection.execute(query).first()
            newest = connection.execute(select(func.max(results.c.id)).where(*of_block)).scalar()
        if row is None:
            return None
        stored = _stored(row)
        return stored if stored.result.outputs or row.id == newest else None


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
            reach("ledger.writing")
        reach("ledger.committed")
    except DatabaseError as wrong:
        if "disk is full" in str(wrong.orig):
            raise DiskFull("the ledger") from wrong
        raise LedgerUnusable(
            f"The ledger cannot be used: {wrong.orig}",
            hint="If it is damaged, move it away and start again; this costs run history only, never code.",
        ) from wrong


def _put_blocks(connection: Connection, run_id: RunId, blocks: Iterable[tuple[int, BlockRun]]) -> None:
    rows = [
        {
            "run_id": run_id,
            "block": block.id,
            "position": position,
            "state": block.state.value,
            "body": encode(BlockRun, block),
        }
        for position, block in blocks
    ]
    if not rows:
        return
    statement = upsert(block_runs)
    changed = {"state": statement.excluded.state, "body": statement.excluded.body}
    connection.execute(statement.on_conflict_do_update(index_elements=["run_id", "block"], set_=changed), rows)


def _older(query: Select[tuple[object, ...]], started_at: float, run_id: RunId) -> Select[tuple[object, ...]]:
    same_time = (runs.c.started_at == started_at) & (runs.c.id < run_id)
    return query.where((runs.c.started_at < started_at) | same_time)


def _record(row: Row[tuple[object, ...]], blocks: tuple[BlockRun, ...]) -> RunRecord:
    return RunRecord(
        id=RunId(row.id),
        pipeline=PipelineId(row.pipeline),
        state=RunState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        trigger=row.trigger,
        profile=row.profile,
        params=json.loads(row.params),
        blocks=blocks,
    )


def _result_row(result: StoredResult) -> dict[str, object]:
    return {
        "pipeline": result.pipeline,
        "block": result.block,
        "fingerprint": result.fingerprint,
        "run_id": result.run,
        "made_at": result.made_at,
        "parts": encode(tuple[Part, ...], result.parts),
        "result": encode(BlockResult, result.result),
    }


def _stored(row: Row[tuple[object, ...]]) -> StoredResult:
    return StoredResult(
        pipeline=PipelineId(row.pipeline),
        block=BlockId(row.block),
        fingerprint=Fingerprint(row.fingerprint),
        run=RunId(row.run_id),
        made_at=row.made_at,
        parts=decode(tuple[Part, ...], row.parts),
        result=decode(BlockResult, row.result),
    )
