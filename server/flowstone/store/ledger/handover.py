"""Runs that change hands: closed when their process is gone, taken over by another. Each method is a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TypeAlias

from sqlalchemy import Connection, delete, insert, select, update

from flowstone.errors.store import NotFound
from flowstone.model.ids import RunId
from flowstone.model.run import BlockRun, RunRecord, RunState
from flowstone.store.leases import Leases
from flowstone.store.ledger.records import Event
from flowstone.store.ledger.tables import block_runs, run_events, runs

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
PutBlocks: TypeAlias = Callable[[Connection, RunId, Iterable[tuple[int, BlockRun]]], None]
LEFT_BY = "left by "
"""Stands before the owner of a run that was closed because that process was gone."""


class Handover:
    """The owners of runs."""

    def __init__(self, *, write: Transaction, read: Transaction, put_blocks: PutBlocks, leases: Leases) -> None:
        self._leases = leases
        self._write = write
        self._read = read
        self._put_blocks = put_blocks

    def owner(self, run: RunId) -> str:
        """Return the process that a run belongs to, or belonged to. Raises: NotFound."""
        with self._read() as connection:
            found = connection.execute(select(runs.c.owner).where(runs.c.id == run)).scalar()
        if found is None:
            raise NotFound("run", run)
        return str(found)

    def left(self, *, since: float) -> tuple[RunId, ...]:
        """Return the runs that were closed because their process was gone, and began since then, oldest first."""
        is_left = (runs.c.state == RunState.FAILED.value) & runs.c.owner.startswith(LEFT_BY)
        query = select(runs.c.id).where(is_left, runs.c.started_at >= since).order_by(runs.c.started_at)
        with self._read() as connection:
            return tuple(RunId(found) for found in connection.execute(query).scalars())

    def close(self, run: RunRecord, *, owner: str) -> bool:
        """End a run whose process is gone, and keep that it was left; False, when it is another's by now."""
        ended = {"state": run.state.value, "ended_at": run.ended_at, "owner": f"{LEFT_BY}{owner}"[:120]}
        return self._change(run, ended, was=RunState.RUNNING, owner=owner)

    def take(self, run: RunRecord, *, was: RunState, owner: str, new_owner: str, event: Event) -> bool:
        """Give a run that goes on to a process, with its blocks as they go on; False, when it is another's by now.

        Its outputs count again, for those that a collection let go are not all that it will have.
        """
        self._leases.begin(new_owner)
        going = {"state": run.state.value, "ended_at": None, "owner": new_owner, "outputs_gone_at": None}
        return self._change(run, going, was=was, owner=owner, event=event)

    def _change(
        self, run: RunRecord, values: Mapping[str, object], *, was: RunState, owner: str, event: Event | None = None
    ) -> bool:
        is_still = (runs.c.id == run.id) & (runs.c.owner == owner) & (runs.c.state == was.value)
        with self._write() as connection:
            if connection.execute(update(runs).where(is_still).values(**values)).rowcount == 0:
                return False
            connection.execute(delete(block_runs).where(block_runs.c.run_id == run.id))
            self._put_blocks(connection, run.id, enumerate(run.blocks))
            if event is not None:
                row = {"run_id": run.id, "seq": event.seq, "at": event.at, "kind": event.kind, "body": event.body}
                connection.execute(insert(run_events), [row])
        return True
