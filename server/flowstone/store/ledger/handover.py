"""Runs that change hands: closed when their process is gone, taken over by another. Each method is a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import TypeAlias

from flowstone.errors.store import NotFound
from flowstone.model.ids import RunId
from flowstone.model.run import BlockRun, RunRecord, RunState
from flowstone.store.leases import Leases
from flowstone.store.ledger.database import Transaction
from flowstone.store.ledger.records import PUT_EVENT, Event, event_row

PutBlocks: TypeAlias = Callable[[sqlite3.Connection, RunId, Iterable[tuple[int, BlockRun]]], None]
LEFT_BY = "left by "
"""Stands before the owner of a run that was closed because that process was gone."""

LEFT = """
    SELECT id FROM runs WHERE state = ? AND instr(owner, ?) = 1 AND started_at >= ? ORDER BY started_at
"""
CHANGE = """
    UPDATE runs SET
        state = :state, ended_at = :ended_at, owner = :new_owner,
        pauses = :pauses,
        outputs_gone_at = CASE WHEN :goes_on THEN NULL ELSE outputs_gone_at END
    WHERE id = :id AND owner = :owner AND state = :was
"""


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
            found = connection.execute("SELECT owner FROM runs WHERE id = ?", (run,)).fetchone()
        if found is None:
            raise NotFound("run", run)
        return str(found["owner"])

    def left(self, *, since: float) -> tuple[RunId, ...]:
        """Return the runs that were closed because their process was gone, and began since then, oldest first."""
        with self._read() as connection:
            found = connection.execute(LEFT, (RunState.FAILED.value, LEFT_BY, since))
            return tuple(RunId(row["id"]) for row in found)

    def close(self, run: RunRecord, *, owner: str) -> bool:
        """End a run whose process is gone, and keep that it was left; False, when it is another's by now."""
        return self._change(run, f"{LEFT_BY}{owner}"[:120], was=RunState.RUNNING, owner=owner)

    def take(self, run: RunRecord, *, was: RunState, owner: str, new_owner: str, event: Event) -> bool:
        """Give a run that goes on to a process, with its blocks as they go on; False, when it is another's by now.

        Its outputs count again, for those that a collection let go are not all that it will have.
        """
        self._leases.begin(new_owner)
        return self._change(run, new_owner, was=was, owner=owner, event=event)

    def _change(self, run: RunRecord, new_owner: str, *, was: RunState, owner: str, event: Event | None = None) -> bool:
        changed = {
            "id": run.id,
            "state": run.state.value,
            "ended_at": run.ended_at if event is None else None,
            "new_owner": new_owner,
            "goes_on": event is not None,
            "pauses": json.dumps([(pause.began_at, pause.ended_at) for pause in run.pauses]),
            "was": was.value,
            "owner": owner,
        }
        with self._write() as connection:
            if connection.execute(CHANGE, changed).rowcount == 0:
                return False
            connection.execute("DELETE FROM block_runs WHERE run_id = ?", (run.id,))
            self._put_blocks(connection, run.id, enumerate(run.blocks))
            if event is not None:
                connection.execute(PUT_EVENT, event_row(run.id, event))
        return True
