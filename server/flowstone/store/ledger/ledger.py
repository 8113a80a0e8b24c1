"""What the ledger can be told and asked. Every method is one transaction."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, Row, Select, desc, insert, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, IntegrityError

from flowstone.disk.failpoints import reach
from flowstone.errors.store import DiskFull, LedgerUnusable, NotFound, RunTaken
from flowstone.model.forecast import Forecast
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.run import BlockRun, RunRecord, RunRequest, RunState
from flowstone.store.codec import decode, encode_text
from flowstone.store.leases import LEASES, Leases
from flowstone.store.ledger import collecting
from flowstone.store.ledger import forecasts as forecasts_of
from flowstone.store.ledger import results as results_of
from flowstone.store.ledger.attempts import telling_parts
from flowstone.store.ledger.database import BEGIN_ANEW, ONLY_READS, open_database
from flowstone.store.ledger.records import Event, StoredResult
from flowstone.store.ledger.tables import block_runs, run_events, runs

if TYPE_CHECKING:
    from flowstone.store.ledger.handover import Handover
    from flowstone.store.ledger.letters import Letters
    from flowstone.store.ledger.triggers import Triggers


class Ledger:
    """The SQLite ledger of one project. Use it from one thread at a time; other processes may use the file too.

    Every method raises DiskFull or LedgerUnusable when its transaction cannot be done; nothing of it is then kept.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the ledger. Raises: LedgerUnusable."""
        self._engine = open_database(path)
        self._path, self._file = path, path.stat()
        self._reads = self._engine.execution_options(**{ONLY_READS: True})

    def close(self) -> None:
        """Let the file go."""
        self._engine.dispose()

    def is_gone(self) -> bool:
        """Say whether its file has been deleted or replaced: what is written to it now, nobody will ever read."""
        try:
            return not os.path.samestat(self._file, self._path.stat())
        except FileNotFoundError:
            return True

    @cached_property
    def leases(self) -> Leases:
        """What speaks for the processes that runs belong to; it stands beside the ledger."""
        return Leases(self._path.with_name(LEASES))

    @cached_property
    def triggers(self) -> Triggers:
        """What it knows of schedules."""
        from flowstone.store.ledger.triggers import Triggers

        return Triggers(write=lambda: _transaction(self._engine), read=lambda: _transaction(self._reads))

    @cached_property
    def letters(self) -> Letters:
        """The alerts that are to be sent."""
        from flowstone.store.ledger.letters import Letters

        return Letters(write=lambda: _transaction(self._engine), read=lambda: _transaction(self._reads))

    @cached_property
    def handover(self) -> Handover:
        """Which process each run belongs to, and how one takes a run over."""
        from flowstone.store.ledger.handover import Handover

        return Handover(
            write=lambda: _transaction(self._engine),
            read=lambda: _transaction(self._reads),
            put_blocks=_put_blocks,
            leases=self.leases,
        )

    def start_run(self, run: RunRecord, *, request: RunRequest, snapshot: str, owner: str) -> bool:
        """Write a new run down; return False, and write nothing, when its id is there already."""
        self.leases.begin(owner)
        row = {
            "id": run.id,
            "pipeline": run.pipeline,
            "state": run.state.value,
            "trigger": run.trigger,
            "profile": run.profile,
            "params": json.dumps(dict(run.params)),
            "request": encode_text(request),
            "snapshot": snapshot,
            "owner": owner,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "logical_date": run.logical_date,
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
        owner: str | None = None,
    ) -> None:
        """Write down what happened in a run, what it changed and what it made, all or nothing.

        With an `owner` only as long as the run is that process's: one that slept too long has lost it.
        Raises: RunTaken; NotFound, when the ledger has no such run: it was begun anew while the run went on.
        """
        with _transaction(self._engine) as connection:
            if owner is not None:
                _check_owner(connection, run.id, owner)
            rows = [{"run_id": run.id, "seq": e.seq, "at": e.at, "kind": e.kind, "body": e.body} for e in events]
            if rows:
                connection.execute(insert(run_events), rows)
            blocks = list(changed)
            _put_blocks(connection, run.id, blocks)
            results_of.mark_reused(connection, run.pipeline, [block for _, block in blocks])
            results_of.put_results(connection, made)
            if run.state is not RunState.RUNNING:
                ended = {"state": run.state.value, "ended_at": run.ended_at}
                connection.execute(update(runs).where(runs.c.id == run.id).values(ended))
                forecasts_of.learn(connection, run)

    def forecasts(self, pipeline: PipelineId) -> Mapping[BlockId, Forecast]:
        """Return what the blocks of a pipeline usually take, as far as they ran."""
        with _transaction(self._reads) as connection:
            return forecasts_of.of_pipeline(connection, pipeline)

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
        self,
        *,
        pipeline: PipelineId | None = None,
        state: RunState | None = None,
        before: tuple[float, RunId] | None = None,
        limit: int = 50,
    ) -> tuple[RunRecord, ...]:
        """Return runs without their blocks, newest first, those older than `before`."""
        query = select(runs).order_by(desc(runs.c.started_at), desc(runs.c.id)).limit(limit)
        if pipeline is not None:
            query = query.where(runs.c.pipeline == pipeline)
        if state is not None:
            query = query.where(runs.c.state == state.value)
        if before is not None:
            query = _older(query, *before)
        with _transaction(self._reads) as connection:
            return tuple(_record(row, ()) for row in connection.execute(query))

    def last_attempts(
        self, pipeline: PipelineId, blocks: Iterable[BlockId], *, looked_back: int
    ) -> tuple[RunRecord, ...]:
        """Return the runs that say how each block did last, newest first, each with just those blocks.

        Of the runs that ended, that many at most are looked at, and mostly one is enough.
        """
        ended = (run for run in self.runs(pipeline=pipeline, limit=looked_back) if run.state is not RunState.RUNNING)
        return telling_parts((self.run(run.id) for run in ended), blocks)

    def runs_of_others(self, owner: str, *, limit: int) -> tuple[RunRecord, ...]:
        """Return the newest runs of other processes than `owner`, without their blocks."""
        query = select(runs).where(runs.c.owner != owner).order_by(desc(runs.c.started_at), desc(runs.c.id))
        with _transaction(self._reads) as connection:
            return tuple(_record(row, ()) for row in connection.execute(query.limit(limit)))

    def changes_of_others(self) -> int:
        """Return a number that changes whenever somebody else writes to the ledger's file."""
        with _transaction(self._reads) as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def owners_of_unfinished(self) -> frozenset[str]:
        """Return the processes that runs without an end belong to."""
        query = select(runs.c.owner).where(runs.c.state == RunState.RUNNING.value).distinct()
        with _transaction(self._reads) as connection:
            return frozenset(connection.execute(query).scalars())

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

    def newest_results(self, pipeline: PipelineId, *, profile: str | None = None) -> dict[BlockId, StoredResult]:
        """Return each block's result that was used last, whether it counts or not; the profile's before others'."""
        with _transaction(self._reads) as connection:
            return results_of.newest(connection, pipeline, profile)

    def result_for(self, pipeline: PipelineId, block: BlockId, fingerprint: Fingerprint) -> StoredResult | None:
        """Return the newest result that a block gave for a fingerprint, if there is one that still counts.

        A result without outputs is what the block wrote elsewhere; that stands only until it writes there again.
        """
        with _transaction(self._reads) as connection:
            return results_of.for_fingerprint(connection, pipeline, block, fingerprint)

    def pin(self, run: RunId, *, is_pinned: bool = True) -> None:
        """Keep a run whatever the project's limits say, or no longer. Raises: NotFound."""
        with _transaction(self._engine) as connection:
            is_there = collecting.set_pinned(connection, run, is_pinned=is_pinned)
        if not is_there:
            raise NotFound("run", run)

    def forget_runs(self, runs: Sequence[RunId]) -> None:
        """Forget runs that are over and not pinned, along with their blocks and events."""
        with _transaction(self._engine) as connection:
            collecting.forget_runs(connection, runs)

    def empty_runs(self, runs: Sequence[RunId], *, at: float) -> None:
        """Take note that the outputs of runs that are over and not pinned are let go."""
        with _transaction(self._engine) as connection:
            collecting.empty_runs(connection, runs, at=at)

    def forget_results(self, results: Sequence[int], *, unused_since: float) -> None:
        """Forget results that were not found to count since."""
        with _transaction(self._engine) as connection:
            collecting.forget_results(connection, results, unused_since=unused_since)

    def mark_used(self, ids: Sequence[int], *, at: float) -> None:
        """Take note that results count now, so that they are the newest for those who look later."""
        with _transaction(self._engine) as connection:
            results_of.mark_used(connection, ids, at=at)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
            reach("ledger.writing")
        reach("ledger.committed")
    except IntegrityError as wrong:
        if "FOREIGN KEY" in str(wrong.orig):
            raise NotFound("such run in the ledger", "any more", hint="The ledger was begun anew meanwhile.") from wrong
        raise LedgerUnusable(f"The ledger cannot be used: {wrong.orig}", hint=BEGIN_ANEW) from wrong
    except DatabaseError as wrong:
        if "disk is full" in str(wrong.orig):
            raise DiskFull("the ledger") from wrong
        raise LedgerUnusable(
            f"The ledger cannot be used: {wrong.orig}",
            hint=BEGIN_ANEW,
        ) from wrong


def _check_owner(connection: Connection, run: RunId, owner: str) -> None:
    """See, by writing, that a run is a process's until this transaction ends. Raises: RunTaken; NotFound."""
    is_its = (runs.c.id == run) & (runs.c.owner == owner)
    if connection.execute(update(runs).where(is_its).values(owner=owner)).rowcount:
        return
    if connection.execute(select(runs.c.id).where(runs.c.id == run)).first() is None:
        raise NotFound("run", run, hint="The ledger was begun anew meanwhile.")
    raise RunTaken(run)


def _put_blocks(connection: Connection, run_id: RunId, blocks: Iterable[tuple[int, BlockRun]]) -> None:
    rows = [
        {
            "run_id": run_id,
            "block": block.id,
            "position": position,
            "state": block.state.value,
            "body": encode_text(block),
        }
        for position, block in blocks
    ]
    if rows:
        connection.execute(_putting_blocks(), rows)


@cache
def _putting_blocks() -> Insert:
    """Return the statement that writes a block's state over the one before; building it takes longer than using it."""
    statement = upsert(block_runs)
    changed = {"state": statement.excluded.state, "body": statement.excluded.body}
    return statement.on_conflict_do_update(index_elements=["run_id", "block"], set_=changed)


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
        logical_date=row.logical_date,
        snapshot=row.snapshot,
        is_pinned=bool(row.pinned),
        has_outputs=row.outputs_gone_at is None,
    )
