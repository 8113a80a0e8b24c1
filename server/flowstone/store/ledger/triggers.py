"""What the ledger is told and asked of schedules. Every method is one transaction.

A tick is dealt with once: the transaction that moves a schedule's cursor past it also writes its row, and a row that
is there already is left as it is, whoever comes second.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from flowstone.disk.failpoints import reach
from flowstone.model.alerts import AlertKind
from flowstone.model.firing import AWAY, SCHEDULED, Firing, FiringState, Letter, Trigger, run_of
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunState
from flowstone.model.schedule import Due, Skip, Timing, timing_of, timing_text
from flowstone.store.ledger.database import Transaction, insert_statement, marks
from flowstone.store.ledger.letters import put_letters

Decision: TypeAlias = Callable[[Trigger, int], Due | None]
"""From where a trigger stands and how many of its runs go or wait, to what is due."""
MAX_REASON = 200
KEPT_TICKS = 5_000
"""How many ticks of a schedule are kept."""

ADOPT = """
    INSERT INTO triggers (id, pipeline, timing, cursor, is_paused, is_failing)
    VALUES (:id, :pipeline, :timing, :cursor, 0, 0)
    ON CONFLICT (id) DO UPDATE SET timing = excluded.timing, cursor = excluded.cursor WHERE triggers.cursor = :away
"""
PENDING = "SELECT * FROM firings WHERE state = ? ORDER BY logical_at, trigger_id"
STARTED = """
    SELECT firings.*, runs.state AS run_state FROM firings JOIN runs ON runs.id = firings.run_id
    WHERE firings.state = ? ORDER BY firings.logical_at
"""
MENDED = """
    SELECT firings.* FROM firings
    JOIN triggers ON triggers.id = firings.trigger_id
    JOIN runs ON runs.id = firings.run_id
    WHERE triggers.is_failing = 1 AND firings.state = :ended AND runs.state = :done
    AND firings.logical_at = (
        SELECT max(later.logical_at) FROM firings AS later
        WHERE later.trigger_id = firings.trigger_id AND later.state IN (:ended, :refused)
    )
"""
RECENT = "SELECT * FROM firings WHERE trigger_id = ? ORDER BY logical_at DESC LIMIT ?"
WAITING = """
    SELECT count(*) FROM firings WHERE trigger_id = :trigger AND (
        state = :pending
        OR state = :started AND EXISTS (SELECT 1 FROM runs WHERE runs.id = firings.run_id AND runs.state = :running)
    )
"""
IN_A_SKIP = "SELECT 1 FROM firings WHERE trigger_id = ? AND first_at <= ? AND logical_at >= ? LIMIT 1"
LET_OLD_GO = """
    DELETE FROM firings WHERE trigger_id = :trigger AND state NOT IN (:pending, :started) AND logical_at < (
        SELECT logical_at FROM firings WHERE trigger_id = :trigger ORDER BY logical_at DESC LIMIT 1 OFFSET :kept
    )
"""
LAST_KNOWN = "SELECT max(logical_at) FROM firings WHERE trigger_id = ? AND logical_at >= ? AND logical_at < ?"


class Triggers:
    """The tables of triggers and firings."""

    def __init__(self, *, write: Transaction, read: Transaction) -> None:
        self._write = write
        self._read = read

    # --- Triggers ---

    def all(self) -> dict[PipelineId, Trigger]:
        """Return every trigger there is."""
        with self._read() as connection:
            found = connection.execute("SELECT * FROM triggers")
            return {PipelineId(row["pipeline"]): _trigger(row) for row in found}

    def adopt(self, pipeline: PipelineId, timing: Timing, *, cursor: int) -> None:
        """Begin a trigger, or take one up that was away: it has nothing to catch up with. One that is there stays."""
        begun = {"id": _id(pipeline), "pipeline": pipeline, "timing": timing_text(timing), "cursor": cursor}
        with self._write() as connection:
            connection.execute(ADOPT, {**begun, "away": AWAY})

    def forget(self, pipeline: PipelineId) -> None:
        """Take away a trigger, or only mark it as away when it is paused or failing; its ticks' fates stay.

        A schedule is often gone for a moment, as between two branches: a pause must outlive that.
        """
        with self._write() as connection:
            found = _locked(connection, pipeline)
            if found is not None and (found.is_paused or found.is_failing):
                _set(connection, pipeline, cursor=AWAY)
            else:
                connection.execute("DELETE FROM triggers WHERE id = ?", (_id(pipeline),))

    def change(self, pipeline: PipelineId, timing: Timing, settle: Decision, *, cursor: int) -> None:
        """Give a trigger another timing, from a moment on, once what is due by the old one is written down."""
        with self._write() as connection:
            found = _locked(connection, pipeline)
            if found is None or found.is_away or found.timing == timing:
                return
            settled = settle(found, _waiting(connection, pipeline))
            _put_due(connection, pipeline, settled)
            _set(connection, pipeline, timing=timing_text(timing), cursor=cursor)

    def settle(self, pipeline: PipelineId, decide: Decision) -> Due | None:
        """Write down what is decided about the ticks up to now, and move the cursor, in one transaction.

        Nothing is, when the trigger is paused or gone, or another scheduler was faster.
        """
        with self._write() as connection:
            found = _locked(connection, pipeline)
            if found is None or found.is_paused or found.is_away:
                return None
            decided = decide(found, _waiting(connection, pipeline))
            if decided is not None:
                _put_due(connection, pipeline, decided)
                reach("firing.claimed")
                _set(connection, pipeline, cursor=decided.cursor)
                _let_old_go(connection, pipeline)
        return decided

    def pause(self, pipeline: PipelineId) -> bool:
        """Stop a trigger's ticks from being dealt with; say whether that was news."""
        with self._write() as connection:
            found = _locked(connection, pipeline)
            if found is not None and not found.is_paused:
                _set(connection, pipeline, is_paused=1)
        return found is not None and not found.is_paused

    def resume(self, pipeline: PipelineId, decide: Decision, *, now: int) -> bool:
        """Let a trigger go on from now, with what passed meanwhile written down; say whether that was news."""
        with self._write() as connection:
            found = _locked(connection, pipeline)
            if found is None or found.is_away or not (found.is_paused or found.cursor > now):
                return False
            _put_due(connection, pipeline, decide(found, 0))
            _set(connection, pipeline, is_paused=0, cursor=now)
        return True

    # --- Firings ---

    def pending(self) -> tuple[Firing, ...]:
        """Return the ticks whose runs are to be started, oldest first."""
        with self._read() as connection:
            return tuple(_firing(row) for row in connection.execute(PENDING, (FiringState.PENDING.value,)))

    def started(self) -> tuple[tuple[Firing, RunState], ...]:
        """Return the ticks whose runs were started and not seen to end, each with how its run is doing now."""
        with self._read() as connection:
            found = connection.execute(STARTED, (FiringState.STARTED.value,))
            return tuple((_firing(row), RunState(row["run_state"])) for row in found)

    def mended(self) -> tuple[Firing, ...]:
        """Return the last tick of each failing trigger whose run has been taken up since, and has succeeded."""
        states = {
            "ended": FiringState.ENDED.value,
            "refused": FiringState.REFUSED.value,
            "done": RunState.DONE.value,
        }
        with self._read() as connection:
            return tuple(_firing(row) for row in connection.execute(MENDED, states))

    def recent(self, pipeline: PipelineId, limit: int) -> tuple[Firing, ...]:
        """Return a trigger's last ticks, newest first."""
        with self._read() as connection:
            return tuple(_firing(row) for row in connection.execute(RECENT, (_id(pipeline), limit)))

    def mark_started(self, firing: Firing) -> None:
        """Take note that a tick's run is there."""
        with self._write() as connection:
            _mark(connection, firing, FiringState.STARTED, among=(FiringState.PENDING,))

    def conclude(
        self,
        firing: Firing,
        state: FiringState,
        *,
        failed: bool | None,
        reason: str = "",
        letters: Mapping[AlertKind, Sequence[Letter]],
    ) -> AlertKind | None:
        """Close a tick and, with it, put the letters that tell of it into the post: of the kind that is returned.

        `failed` is None for a run that somebody stopped: it says nothing of how the pipeline is doing.
        """
        with self._write() as connection:
            open_states = (FiringState.PENDING, FiringState.STARTED)
            if not _mark(connection, firing, state, among=open_states, reason=reason[:MAX_REASON]):
                return None
            found = _locked(connection, firing.pipeline)
            kind = _kind(failed=failed, was_failing=found is not None and found.is_failing)
            if failed is not None:
                _set(connection, firing.pipeline, is_failing=int(failed))
            put_letters(connection, letters.get(kind, ()) if kind else ())
        return kind

    def recover(self, firing: Firing, *, letters: Mapping[AlertKind, Sequence[Letter]]) -> None:
        """Take note that a trigger is well again, by a run that had failed before, and post what tells of it."""
        with self._write() as connection:
            found = _locked(connection, firing.pipeline)
            if found is not None and found.is_failing:
                _set(connection, firing.pipeline, is_failing=0)
                put_letters(connection, letters.get(AlertKind.RECOVERY, ()))


def _kind(*, failed: bool | None, was_failing: bool) -> AlertKind | None:
    if failed:
        return AlertKind.FAILURE
    return AlertKind.RECOVERY if failed is False and was_failing else None


def _id(pipeline: PipelineId) -> str:
    return f"{SCHEDULED}:{pipeline}"


def _locked(connection: sqlite3.Connection, pipeline: PipelineId) -> Trigger | None:
    """Read a trigger within a transaction that has the write lock from its beginning."""
    row = connection.execute("SELECT * FROM triggers WHERE id = ?", (_id(pipeline),)).fetchone()
    return None if row is None else _trigger(row)


def _set(connection: sqlite3.Connection, pipeline: PipelineId, **values: object) -> None:
    changed = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE triggers SET {changed} WHERE id = :id", {**values, "id": _id(pipeline)})  # noqa: S608


def _waiting(connection: sqlite3.Connection, pipeline: PipelineId) -> int:
    """Count the runs of a trigger that are going or wait for their start."""
    states = {
        "pending": FiringState.PENDING.value,
        "started": FiringState.STARTED.value,
        "running": RunState.RUNNING.value,
    }
    return int(connection.execute(WAITING, {"trigger": _id(pipeline), **states}).fetchone()[0])


def _put_due(connection: sqlite3.Connection, pipeline: PipelineId, decided: Due | None) -> None:
    if decided is None:
        return
    for tick in decided.run:
        if not _is_in_a_skip(connection, pipeline, tick):
            _put(connection, _run_row(pipeline, tick))
    for skip in decided.skipped:
        _put(connection, _skip_row(pipeline, _after_known(connection, pipeline, skip)))


def _is_in_a_skip(connection: sqlite3.Connection, pipeline: PipelineId, tick: int) -> bool:
    """Say whether a tick was skipped together with others: it then has no row of its own."""
    return connection.execute(IN_A_SKIP, (_id(pipeline), tick, tick)).fetchone() is not None


def _let_old_go(connection: sqlite3.Connection, pipeline: PipelineId) -> None:
    """Forget what became of ticks long ago: their runs have a history of their own."""
    states = {"pending": FiringState.PENDING.value, "started": FiringState.STARTED.value}
    connection.execute(LET_OLD_GO, {"trigger": _id(pipeline), "kept": KEPT_TICKS - 1, **states})


def _after_known(connection: sqlite3.Connection, pipeline: PipelineId, skip: Skip) -> Skip:
    """Let a skip begin after the ticks that have rows: a schedule that a person set back may come by them again."""
    (known,) = connection.execute(LAST_KNOWN, (_id(pipeline), skip.first, skip.last)).fetchone()
    return skip if known is None else replace(skip, first=known + 1)


def _put(connection: sqlite3.Connection, row: dict[str, object]) -> None:
    statement = f"{insert_statement('firings', row)} ON CONFLICT (trigger_id, logical_at) DO NOTHING"
    connection.execute(statement, row)


def _run_row(pipeline: PipelineId, tick: int) -> dict[str, object]:
    return {
        "trigger_id": _id(pipeline),
        "pipeline": pipeline,
        "logical_at": tick,
        "first_at": tick,
        "ticks": 1,
        "state": FiringState.PENDING.value,
        "reason": "",
        "run_id": run_of(pipeline, tick),
    }


def _skip_row(pipeline: PipelineId, skip: Skip) -> dict[str, object]:
    return {
        "trigger_id": _id(pipeline),
        "pipeline": pipeline,
        "logical_at": skip.last,
        "first_at": skip.first,
        "ticks": skip.ticks,
        "state": FiringState.SKIPPED.value,
        "reason": skip.reason.value,
        "run_id": None,
    }


def _mark(
    connection: sqlite3.Connection,
    firing: Firing,
    state: FiringState,
    *,
    among: Sequence[FiringState],
    reason: str = "",
) -> bool:
    """Move a tick on if it is in one of some states; say whether it was."""
    statement = (
        "UPDATE firings SET state = ?, reason = ? WHERE trigger_id = ? AND logical_at = ? "  # noqa: S608
        f"AND state IN ({marks(len(among))})"
    )
    open_states = (found.value for found in among)
    values = (state.value, reason, _id(firing.pipeline), firing.logical_at, *open_states)
    return connection.execute(statement, values).rowcount == 1


def _trigger(row: sqlite3.Row) -> Trigger:
    return Trigger(
        PipelineId(row["pipeline"]),
        timing_of(row["timing"]),
        row["cursor"],
        bool(row["is_paused"]),
        bool(row["is_failing"]),
    )


def _firing(row: sqlite3.Row) -> Firing:
    return Firing(
        pipeline=PipelineId(row["pipeline"]),
        logical_at=row["logical_at"],
        first_at=row["first_at"],
        ticks=row["ticks"],
        state=FiringState(row["state"]),
        reason=row["reason"],
        run=None if row["run_id"] is None else RunId(row["run_id"]),
    )
