"""The alerts that are to be sent, and what became of them. Every method is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from flowstone.model.alerts import AlertKind
from flowstone.model.firing import Letter, LetterState
from flowstone.model.ids import PipelineId, RunId
from flowstone.store.ledger.database import Transaction

MAX_WHY = 500
KEPT_LETTERS = 5_000

DUE = "SELECT * FROM alerts WHERE state = ? AND due_at <= ? ORDER BY id"
NEXT_DUE = "SELECT min(due_at) FROM alerts WHERE state = ?"
BEGIN = """
    UPDATE alerts SET attempts = attempts + 1, due_at = :due_at
    WHERE id = :id AND attempts = :attempts AND state = :waiting
"""
TRIED = "UPDATE alerts SET state = ?, why = ?, due_at = ? WHERE id = ?"
LET_OLD_GO = "DELETE FROM alerts WHERE id < (SELECT max(id) - ? FROM alerts) AND state != ?"
RECENT = "SELECT * FROM alerts WHERE pipeline = ? ORDER BY id DESC LIMIT ?"
PUT = """
    INSERT INTO alerts (run_id, pipeline, kind, target, title, body, state, attempts, due_at, why)
    VALUES (:run_id, :pipeline, :kind, :target, :title, :body, :state, 0, 0.0, '')
    ON CONFLICT (run_id, kind, target) DO NOTHING
"""


class Letters:
    """The table of alerts."""

    def __init__(self, *, write: Transaction, read: Transaction) -> None:
        self._write = write
        self._read = read

    def due(self, now: float) -> tuple[Letter, ...]:
        """Return the letters whose time has come, oldest first."""
        with self._read() as connection:
            return tuple(_letter(row) for row in connection.execute(DUE, (LetterState.WAITING.value, now)))

    def next_due_at(self) -> float | None:
        """Return when the next letter is to be tried; None when none waits. Units: epoch seconds."""
        with self._read() as connection:
            (found,) = connection.execute(NEXT_DUE, (LetterState.WAITING.value,)).fetchone()
        return None if found is None else float(found)

    def begin(self, letters: Sequence[Letter], *, due_at: float) -> tuple[Letter, ...]:
        """Count an attempt for each letter before it is made, to be made again at a moment if nothing more is heard.

        What is returned is to be sent: the letters that nobody else has begun meanwhile, as they are now.
        """
        with self._write() as connection:
            return tuple(_begun(letter) for letter in letters if _begin(connection, letter, due_at=due_at))

    def tried(self, letter: Letter, state: LetterState, *, why: str, due_at: float) -> None:
        """Write down how an attempt that was begun went, and when the next one is to be."""
        with self._write() as connection:
            connection.execute(TRIED, (state.value, why[:MAX_WHY], due_at, letter.id))
            connection.execute(LET_OLD_GO, (KEPT_LETTERS, LetterState.WAITING.value))

    def recent(self, pipeline: PipelineId, limit: int) -> tuple[Letter, ...]:
        """Return a pipeline's last letters, newest first."""
        with self._read() as connection:
            return tuple(_letter(row) for row in connection.execute(RECENT, (pipeline, limit)))


def _begin(connection: sqlite3.Connection, letter: Letter, *, due_at: float) -> bool:
    begun = {"id": letter.id, "attempts": letter.attempts, "waiting": LetterState.WAITING.value, "due_at": due_at}
    return connection.execute(BEGIN, begun).rowcount == 1


def _begun(letter: Letter) -> Letter:
    return replace(letter, attempts=letter.attempts + 1)


def put_letters(connection: sqlite3.Connection, letters: Sequence[Letter]) -> None:
    """Write letters within a transaction; one that is there already stays as it is."""
    connection.executemany(PUT, map(_row, letters))


def _row(letter: Letter) -> dict[str, object]:
    return {
        "run_id": letter.run,
        "pipeline": letter.pipeline,
        "kind": letter.kind.value,
        "target": letter.target,
        "title": letter.title,
        "body": letter.body,
        "state": LetterState.WAITING.value,
    }


def _letter(row: sqlite3.Row) -> Letter:
    return Letter(
        run=RunId(row["run_id"]),
        pipeline=PipelineId(row["pipeline"]),
        kind=AlertKind(row["kind"]),
        target=row["target"],
        title=row["title"],
        body=row["body"],
        state=LetterState(row["state"]),
        attempts=row["attempts"],
        why=row["why"],
        id=row["id"],
    )
