"""The alerts that are to be sent, and what became of them. Every method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeAlias

from sqlalchemy import Connection, Row, delete, desc, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from flowstone.model.alerts import AlertKind
from flowstone.model.firing import Letter, LetterState
from flowstone.model.ids import PipelineId, RunId
from flowstone.store.ledger.tables import alerts

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
MAX_WHY = 500
KEPT_LETTERS = 5_000


class Letters:
    """The table of alerts."""

    def __init__(self, *, write: Transaction, read: Transaction) -> None:
        self._write = write
        self._read = read

    def due(self, now: float) -> tuple[Letter, ...]:
        """Return the letters whose time has come, oldest first."""
        query = select(alerts).where(alerts.c.state == LetterState.WAITING.value, alerts.c.due_at <= now)
        with self._read() as connection:
            return tuple(_letter(row) for row in connection.execute(query.order_by(alerts.c.id)))

    def next_due_at(self) -> float | None:
        """Return when the next letter is to be tried; None when none waits. Units: epoch seconds."""
        query = select(func.min(alerts.c.due_at)).where(alerts.c.state == LetterState.WAITING.value)
        with self._read() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else float(found)

    def begin(self, letters: Sequence[Letter], *, due_at: float) -> tuple[Letter, ...]:
        """Count an attempt for each letter before it is made, to be made again at a moment if nothing more is heard.

        What is returned is to be sent: the letters that nobody else has begun meanwhile, as they are now.
        """
        with self._write() as connection:
            return tuple(_begun(letter) for letter in letters if _begin(connection, letter, due_at=due_at))

    def tried(self, letter: Letter, state: LetterState, *, why: str, due_at: float) -> None:
        """Write down how an attempt that was begun went, and when the next one is to be."""
        values = {"state": state.value, "why": why[:MAX_WHY], "due_at": due_at}
        with self._write() as connection:
            connection.execute(update(alerts).where(alerts.c.id == letter.id).values(values))
            is_old = alerts.c.id < select(func.max(alerts.c.id) - KEPT_LETTERS).scalar_subquery()
            connection.execute(delete(alerts).where(is_old, alerts.c.state != LetterState.WAITING.value))

    def recent(self, pipeline: PipelineId, limit: int) -> tuple[Letter, ...]:
        """Return a pipeline's last letters, newest first."""
        query = select(alerts).where(alerts.c.pipeline == pipeline).order_by(desc(alerts.c.id)).limit(limit)
        with self._read() as connection:
            return tuple(_letter(row) for row in connection.execute(query))


def _begin(connection: Connection, letter: Letter, *, due_at: float) -> bool:
    is_still = (
        (alerts.c.id == letter.id)
        & (alerts.c.attempts == letter.attempts)
        & (alerts.c.state == LetterState.WAITING.value)
    )
    begun = {"attempts": letter.attempts + 1, "due_at": due_at}
    return connection.execute(update(alerts).where(is_still).values(begun)).rowcount == 1


def _begun(letter: Letter) -> Letter:
    return replace(letter, attempts=letter.attempts + 1)


def put_letters(connection: Connection, letters: Sequence[Letter]) -> None:
    """Write letters within a transaction; one that is there already stays as it is."""
    if letters:
        rows = [_row(letter) for letter in letters]
        connection.execute(upsert(alerts).on_conflict_do_nothing(index_elements=["run_id", "kind", "target"]), rows)


def _row(letter: Letter) -> dict[str, object]:
    return {
        "run_id": letter.run,
        "pipeline": letter.pipeline,
        "kind": letter.kind.value,
        "target": letter.target,
        "title": letter.title,
        "body": letter.body,
        "state": LetterState.WAITING.value,
        "attempts": 0,
        "due_at": 0.0,
        "why": "",
    }


def _letter(row: Row[tuple[object, ...]]) -> Letter:
    return Letter(
        run=RunId(row.run_id),
        pipeline=PipelineId(row.pipeline),
        kind=AlertKind(row.kind),
        target=row.target,
        title=row.title,
        body=row.body,
        state=LetterState(row.state),
        attempts=row.attempts,
        why=row.why,
        id=row.id,
    )
