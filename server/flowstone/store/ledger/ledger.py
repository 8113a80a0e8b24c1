"""What the ledger can be told and asked. Every method is one transaction."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.errors.store import NotFound, RunTaken
from flowstone.model.forecast import Forecast
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.past_output import PastPage
from flowstone.model.run import BlockRun, Pause, RunRecord, RunRequest, RunState
from flowstone.store.codec import decode, encode_text
from flowstone.store.leases import LEASES, Leases
from flowstone.store.ledger import collecting
from flowstone.store.ledger import forecasts as forecasts_of
from flowstone.store.ledger import results as results_of
from flowstone.store.ledger.attempts import telling_parts
from flowstone.store.ledger.database import Database, insert_statement
from flowstone.store.ledger.past_outputs import past_outputs
from flowstone.store.ledger.records import PUT_EVENT, Event, StoredResult, event_row

if TYPE_CHECKING:
    from flowstone.store.ledger.handover import Handover
    from flowstone.store.ledger.letters import Letters
    from flowstone.store.ledger.triggers import Triggers

PUT_BLOCK = """
    INSERT INTO block_runs (run_id, block, position, state, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (run_id, block) DO UPDATE SET state = excluded.state, body = excluded.body
"""
"""Writes a block's state over the one before."""
NEWEST_FIRST = "ORDER BY started_at DESC, id DESC LIMIT :limit"


class Ledger:
    """The SQLite ledger of one project. Use it from one thread at a time; other processes may use the file too.

    Every method raises DiskFull or LedgerUnusable when its transaction cannot be done; nothing of it is then kept.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the ledger. Raises: LedgerUnusable."""
        self._database = Database(path)
        self._path, self._file = path, path.stat()

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

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

        return Triggers(write=self._database.write, read=self._database.read)

    @cached_property
    def letters(self) -> Letters:
        """The alerts that are to be sent."""
        from flowstone.store.ledger.letters import Letters

        return Letters(write=self._database.write, read=self._database.read)

    @cached_property
    def handover(self) -> Handover:
        """Which process each run belongs to, and how one takes a run over."""
        from flowstone.store.ledger.handover import Handover

        return Handover(
            write=self._database.write,
            read=self._database.read,
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
        with self._database.write() as connection:
            done = connection.execute(f"{insert_statement('runs', row)} ON CONFLICT DO NOTHING", row)
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
        with self._database.write() as connection:
            if owner is not None:
                _check_owner(connection, run.id, owner)
            connection.executemany(PUT_EVENT, (event_row(run.id, event) for event in events))
            blocks = list(changed)
            _put_blocks(connection, run.id, blocks)
            results_of.mark_reused(connection, run.pipeline, [block for _, block in blocks])
            results_of.put_results(connection, made)
            if run.state is not RunState.RUNNING:
                ended = (run.state.value, run.ended_at, run.id)
                connection.execute("UPDATE runs SET state = ?, ended_at = ? WHERE id = ?", ended)
                forecasts_of.learn(connection, run)

    def forecasts(self, pipeline: PipelineId) -> Mapping[BlockId, Forecast]:
        """Return what the blocks of a pipeline usually take, as far as they ran."""
        with self._database.read() as connection:
            return forecasts_of.of_pipeline(connection, pipeline)

    def run(self, run_id: RunId) -> RunRecord:
        """Return a run with its blocks. Raises: NotFound."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise NotFound("run", run_id)
            wanted = "SELECT body FROM block_runs WHERE run_id = ? ORDER BY position"
            bodies = connection.execute(wanted, (run_id,)).fetchall()
        return _record(row, tuple(decode(BlockRun, body) for (body,) in bodies))

    def request(self, run_id: RunId) -> tuple[RunRequest, str]:
        """Return what was asked for when the run started, and its snapshot. Raises: NotFound."""
        with self._database.read() as connection:
            row = connection.execute("SELECT request, snapshot FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise NotFound("run", run_id)
        return decode(RunRequest, row["request"]), row["snapshot"]

    def runs(
        self,
        *,
        pipeline: PipelineId | None = None,
        state: RunState | None = None,
        before: tuple[float, RunId] | None = None,
        limit: int = 50,
    ) -> tuple[RunRecord, ...]:
        """Return runs without their blocks, newest first, those older than `before`."""
        values: dict[str, object] = {"pipeline": pipeline, "state": state.value if state else None, "limit": limit}
        wanted = [f"{name} = :{name}" for name in ("pipeline", "state") if values[name] is not None]
        if before is not None:
            values |= {"before": before[0], "before_id": before[1]}
            wanted.append("(started_at, id) < (:before, :before_id)")
        return self._runs_where(" AND ".join(wanted) or "1", values)

    def _runs_where(self, condition: str, values: Mapping[str, object]) -> tuple[RunRecord, ...]:
        query = f"SELECT * FROM runs WHERE {condition} {NEWEST_FIRST}"  # noqa: S608
        with self._database.read() as connection:
            return tuple(_record(row, ()) for row in connection.execute(query, values))

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
        return self._runs_where("owner != :owner", {"owner": owner, "limit": limit})

    def changes_of_others(self) -> int:
        """Return a number that changes whenever somebody else writes to the ledger's file."""
        with self._database.read() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def owners_of_unfinished(self) -> frozenset[str]:
        """Return the processes that runs without an end belong to."""
        query = "SELECT DISTINCT owner FROM runs WHERE state = ?"
        with self._database.read() as connection:
            return frozenset(owner for (owner,) in connection.execute(query, (RunState.RUNNING.value,)))

    def unfinished_runs(self) -> tuple[tuple[RunRecord, str], ...]:
        """Return the runs that have no end, oldest first, each with the process that owns it."""
        query = "SELECT id, owner FROM runs WHERE state = ? ORDER BY started_at"
        with self._database.read() as connection:
            found = connection.execute(query, (RunState.RUNNING.value,)).fetchall()
        return tuple((self.run(RunId(row["id"])), str(row["owner"])) for row in found)

    def events(self, run_id: RunId) -> tuple[Event, ...]:
        """Return everything that happened in a run, in order."""
        query = "SELECT seq, at, kind, body FROM run_events WHERE run_id = ? ORDER BY seq"
        with self._database.read() as connection:
            return tuple(Event(*row) for row in connection.execute(query, (run_id,)))

    def newest_results(self, pipeline: PipelineId, *, profile: str | None = None) -> dict[BlockId, StoredResult]:
        """Return each block's result that was used last, whether it counts or not; the profile's before others'."""
        with self._database.read() as connection:
            return results_of.newest(connection, pipeline, profile)

    def result_for(self, pipeline: PipelineId, block: BlockId, fingerprint: Fingerprint) -> StoredResult | None:
        """Return the newest result that a block gave for a fingerprint, if there is one that still counts.

        A result without outputs is what the block wrote elsewhere; that stands only until it writes there again.
        """
        with self._database.read() as connection:
            return results_of.for_fingerprint(connection, pipeline, block, fingerprint)

    def past_outputs(
        self, pipeline: PipelineId, block: BlockId, *, before: tuple[float, RunId] | None = None, limit: int = 50
    ) -> PastPage:
        """Return what a block gave in the runs of its pipeline, newest first, those older than `before`."""
        with self._database.read() as connection:
            return past_outputs(connection, pipeline, block, before=before, limit=limit)

    def pin(self, run: RunId, *, is_pinned: bool = True) -> None:
        """Keep a run whatever the project's limits say, or no longer. Raises: NotFound."""
        with self._database.write() as connection:
            is_there = collecting.set_pinned(connection, run, is_pinned=is_pinned)
        if not is_there:
            raise NotFound("run", run)

    def forget_runs(self, runs: Sequence[RunId]) -> None:
        """Forget runs that are over and not pinned, along with their blocks and events."""
        with self._database.write() as connection:
            collecting.forget_runs(connection, runs)

    def empty_runs(self, runs: Sequence[RunId], *, at: float) -> None:
        """Take note that the outputs of runs that are over and not pinned are let go."""
        with self._database.write() as connection:
            collecting.empty_runs(connection, runs, at=at)

    def forget_results(self, results: Sequence[int], *, unused_since: float) -> None:
        """Forget results that were not found to count since."""
        with self._database.write() as connection:
            collecting.forget_results(connection, results, unused_since=unused_since)

    def mark_used(self, ids: Sequence[int], *, at: float) -> None:
        """Take note that results count now, so that they are the newest for those who look later."""
        with self._database.write() as connection:
            results_of.mark_used(connection, ids, at=at)


def _check_owner(connection: sqlite3.Connection, run: RunId, owner: str) -> None:
    """See that a run is a process's, which the write lock keeps so until the end. Raises: RunTaken; NotFound."""
    row = connection.execute("SELECT owner FROM runs WHERE id = ?", (run,)).fetchone()
    if row is None:
        raise NotFound("run", run, hint="The ledger was begun anew meanwhile.")
    if row["owner"] != owner:
        raise RunTaken(run)


def _put_blocks(connection: sqlite3.Connection, run_id: RunId, blocks: Iterable[tuple[int, BlockRun]]) -> None:
    rows = ((run_id, block.id, position, block.state.value, encode_text(block)) for position, block in blocks)
    connection.executemany(PUT_BLOCK, rows)


def _record(row: sqlite3.Row, blocks: tuple[BlockRun, ...]) -> RunRecord:
    return RunRecord(
        id=RunId(row["id"]),
        pipeline=PipelineId(row["pipeline"]),
        state=RunState(row["state"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        trigger=row["trigger"],
        profile=row["profile"],
        params=json.loads(row["params"]),
        blocks=blocks,
        logical_date=row["logical_date"],
        snapshot=row["snapshot"],
        is_pinned=bool(row["pinned"]),
        has_outputs=row["outputs_gone_at"] is None,
        pauses=tuple(Pause(began, ended) for began, ended in json.loads(row["pauses"])),
    )
