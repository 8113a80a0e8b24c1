"""What the ledger is told and asked of schedules. Every method is one transaction.

A tick is dealt with once: the transaction that moves a schedule's cursor past it also writes its row, and a row that
is there already is left as it is, whoever comes second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeAlias

from sqlalchemy import Connection, Row, and_, delete, desc, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from flowstone.disk.failpoints import reach
from flowstone.model.alerts import AlertKind
from flowstone.model.firing import AWAY, SCHEDULED, Firing, FiringState, Letter, Trigger, run_of
from flowstone.model.ids import PipelineId, RunId
from flowstone.model.run import RunState
from flowstone.model.schedule import Due, Skip, Timing, timing_of, timing_text
from flowstone.store.ledger.letters import put_letters
from flowstone.store.ledger.tables import firings, runs, triggers

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
Decision: TypeAlias = Callable[[Trigger, int], Due | None]
"""From where a trigger stands and how many of its runs go or wait, to what is due."""
MAX_REASON = 200
KEPT_TICKS = 5_000
"""How many ticks of a schedule are kept."""


class Triggers:
    """The tables of triggers and firings."""

    def __init__(self, *, write: Transaction, read: Transaction) -> None:
        self._write = write
        self._read = read

    # --- Triggers ---

    def all(self) -> dict[PipelineId, Trigger]:
        """Return every trigger there is."""
        with self._read() as connection:
            return {PipelineId(row.pipeline): _trigger(row) for row in connection.execute(select(triggers))}

    def adopt(self, pipeline: PipelineId, timing: Timing, *, cursor: int) -> None:
        """Begin a trigger, or take one up that was away: it has nothing to catch up with. One that is there stays."""
        row = {
            "id": _id(pipeline),
            "pipeline": pipeline,
            "timing": timing_text(timing),
            "cursor": cursor,
            "is_paused": 0,
            "is_failing": 0,
        }
        begun = {"timing": row["timing"], "cursor": cursor}
        again = upsert(triggers).values(row)
        with self._write() as connection:
            connection.execute(
                again.on_conflict_do_update(index_elements=["id"], set_=begun, where=triggers.c.cursor == AWAY)
            )

    def forget(self, pipeline: PipelineId) -> None:
        """Take away a trigger, or only mark it as away when it is paused or failing; its ticks' fates stay.

        A schedule is often gone for a moment, as between two branches: a pause must outlive that.
        """
        with self._write() as connection:
            found = _locked(connection, pipeline)
            if found is not None and (found.is_paused or found.is_failing):
                _set(connection, pipeline, cursor=AWAY)
            else:
                connection.execute(delete(triggers).where(triggers.c.id == _id(pipeline)))

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
        return self._firings(firings.c.state == FiringState.PENDING.value)

    def started(self) -> tuple[tuple[Firing, RunState], ...]:
        """Return the ticks whose runs were started and not seen to end, each with how its run is doing now."""
        query = (
            select(firings, runs.c.state.label("run_state"))
            .join(runs, runs.c.id == firings.c.run_id)
            .where(firings.c.state == FiringState.STARTED.value)
            .order_by(firings.c.logical_at)
        )
        with self._read() as connection:
            return tuple((_firing(row), RunState(row.run_state)) for row in connection.execute(query))

    def mended(self) -> tuple[Firing, ...]:
        """Return the last tick of each failing trigger whose run has been taken up since, and has succeeded."""
        later = firings.alias()
        is_closed = later.c.state.in_([FiringState.ENDED.value, FiringState.REFUSED.value])
        last = select(func.max(later.c.logical_at)).where(later.c.trigger_id == firings.c.trigger_id, is_closed)
        query = (
            select(firings)
            .join(triggers, triggers.c.id == firings.c.trigger_id)
            .join(runs, runs.c.id == firings.c.run_id)
            .where(triggers.c.is_failing == 1, firings.c.logical_at == last.scalar_subquery())
            .where(firings.c.state == FiringState.ENDED.value, runs.c.state == RunState.DONE.value)
        )
        with self._read() as connection:
            return tuple(_firing(row) for row in connection.execute(query))

    def recent(self, pipeline: PipelineId, limit: int) -> tuple[Firing, ...]:
        """Return a trigger's last ticks, newest first."""
        query = select(firings).where(firings.c.trigger_id == _id(pipeline))
        with self._read() as connection:
            rows = connection.execute(query.order_by(desc(firings.c.logical_at)).limit(limit))
            return tuple(_firing(row) for row in rows)

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

    def _firings(self, condition: object) -> tuple[Firing, ...]:
        query = select(firings).where(condition).order_by(firings.c.logical_at, firings.c.trigger_id)  # type: ignore[arg-type]
        with self._read() as connection:
            return tuple(_firing(row) for row in connection.execute(query))


def _kind(*, failed: bool | None, was_failing: bool) -> AlertKind | None:
    if failed:
        return AlertKind.FAILURE
    return AlertKind.RECOVERY if failed is False and was_failing else None


def _id(pipeline: PipelineId) -> str:
    return f"{SCHEDULED}:{pipeline}"


def _locked(connection: Connection, pipeline: PipelineId) -> Trigger | None:
    """Read a trigger within a transaction that has the write lock from its beginning."""
    row = connection.execute(select(triggers).where(triggers.c.id == _id(pipeline))).first()
    return None if row is None else _trigger(row)


def _set(connection: Connection, pipeline: PipelineId, **values: object) -> None:
    connection.execute(update(triggers).where(triggers.c.id == _id(pipeline)).values(values))


def _waiting(connection: Connection, pipeline: PipelineId) -> int:
    """Count the runs of a trigger that are going or wait for their start."""
    goes_on = exists().where(and_(runs.c.id == firings.c.run_id, runs.c.state == RunState.RUNNING.value))
    is_open = or_(
        firings.c.state == FiringState.PENDING.value, and_(firings.c.state == FiringState.STARTED.value, goes_on)
    )
    count = select(func.count()).select_from(firings).where(firings.c.trigger_id == _id(pipeline), is_open)
    return int(connection.execute(count).scalar_one())


def _put_due(connection: Connection, pipeline: PipelineId, decided: Due | None) -> None:
    if decided is None:
        return
    for tick in decided.run:
        if not _is_in_a_skip(connection, pipeline, tick):
            _put(connection, _run_row(pipeline, tick))
    for skip in decided.skipped:
        _put(connection, _skip_row(pipeline, _after_known(connection, pipeline, skip)))


def _is_in_a_skip(connection: Connection, pipeline: PipelineId, tick: int) -> bool:
    """Say whether a tick was skipped together with others: it then has no row of its own."""
    around = (firings.c.first_at <= tick, firings.c.logical_at >= tick)
    query = select(firings.c.logical_at).where(firings.c.trigger_id == _id(pipeline), *around).limit(1)
    return connection.execute(query).first() is not None


def _let_old_go(connection: Connection, pipeline: PipelineId) -> None:
    """Forget what became of ticks long ago: their runs have a history of their own."""
    of_trigger = firings.c.trigger_id == _id(pipeline)
    newest = select(firings.c.logical_at).where(of_trigger).order_by(desc(firings.c.logical_at))
    oldest_kept = newest.offset(KEPT_TICKS - 1).limit(1).scalar_subquery()
    is_closed = firings.c.state.not_in([FiringState.PENDING.value, FiringState.STARTED.value])
    connection.execute(delete(firings).where(of_trigger, is_closed, firings.c.logical_at < oldest_kept))


def _after_known(connection: Connection, pipeline: PipelineId, skip: Skip) -> Skip:
    """Let a skip begin after the ticks that have rows: a schedule that a person set back may come by them again."""
    within = (firings.c.logical_at >= skip.first, firings.c.logical_at < skip.last)
    query = select(func.max(firings.c.logical_at)).where(firings.c.trigger_id == _id(pipeline), *within)
    known = connection.execute(query).scalar()
    return skip if known is None else replace(skip, first=known + 1)


def _put(connection: Connection, row: dict[str, object]) -> None:
    connection.execute(upsert(firings).values(row).on_conflict_do_nothing(index_elements=["trigger_id", "logical_at"]))


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
    connection: Connection, firing: Firing, state: FiringState, *, among: Sequence[FiringState], reason: str = ""
) -> bool:
    """Move a tick on if it is in one of some states; say whether it was."""
    of_tick = (firings.c.trigger_id == _id(firing.pipeline), firings.c.logical_at == firing.logical_at)
    is_open = firings.c.state.in_([found.value for found in among])
    changed = update(firings).where(*of_tick, is_open).values(state=state.value, reason=reason)
    return connection.execute(changed).rowcount == 1


def _trigger(row: Row[tuple[object, ...]]) -> Trigger:
    return Trigger(
        PipelineId(row.pipeline), timing_of(row.timing), row.cursor, bool(row.is_paused), bool(row.is_failing)
    )


def _firing(row: Row[tuple[object, ...]]) -> Firing:
    return Firing(
        pipeline=PipelineId(row.pipeline),
        logical_at=row.logical_at,
        first_at=row.first_at,
        ticks=row.ticks,
        state=FiringState(row.state),
        reason=row.reason,
        run=None if row.run_id is None else RunId(row.run_id),
    )
