"""A ledger looked at and not touched: no migration, no write, whatever form it is in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from flowstone.errors.store import LedgerUnusable
from flowstone.model.run import BlockState, RunState

MAX_COMPLAINTS = 20
"""How many of SQLite's complaints are told."""
BUSY_TIMEOUT_S = 20.0
FIRINGS_SINCE = "0003"
"""The version of the ledger that knows schedules first."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as its row says."""

    id: str
    pipeline: str
    state: str
    snapshot: str
    owner: str
    ended_at: float | None


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block of a run as its row says; `body` is the JSON of its `BlockRun`."""

    run: str
    block: str
    state: str
    body: str


class LedgerInspection:
    """One reading transaction on a ledger, so that all that is asked was true at the same moment."""

    def __init__(self, path: Path) -> None:
        """Open it for reading. Raises: LedgerUnusable, when it is no ledger."""
        try:
            self._database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S
            )
            self._database.execute("BEGIN")
            self.version = self._version()
        except sqlite3.DatabaseError as wrong:
            raise LedgerUnusable(f"The ledger {path.name} cannot be read: {wrong}") from wrong

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def _version(self) -> str | None:
        tables = {name for (name,) in self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in tables:
            return None
        row = self._database.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])

    def complaints(self) -> tuple[str, ...]:
        """Return what SQLite finds wrong with the file and with rows that point to others."""
        try:
            found = [row[0] for row in self._database.execute(f"PRAGMA integrity_check({MAX_COMPLAINTS})")]
            strays = self._database.execute("PRAGMA foreign_key_check").fetchmany(MAX_COMPLAINTS)
        except sqlite3.DatabaseError as wrong:
            return (str(wrong),)
        return (
            *(text for text in found if text != "ok"),
            *(
                f"row {row} of {table} belongs to a row of {parent} that is not there"
                for table, row, parent, _ in strays
            ),
        )

    def ticks_in_two_rows(self) -> Iterator[tuple[str, int]]:
        """Give pipeline and moment of the ticks of schedules that were dealt with twice."""
        if self.version is None or self.version < FIRINGS_SINCE:
            return
        before = "lag(logical_at) OVER (PARTITION BY trigger_id ORDER BY logical_at)"
        known = f"SELECT pipeline, {before} AS at, first_at FROM firings"  # noqa: S608
        query = f"SELECT pipeline, at FROM ({known}) WHERE first_at <= at"  # noqa: S608
        with closing(self._database.execute(query)) as rows:
            yield from rows

    def runs(self, state: RunState | None = None) -> Iterator[RunRow]:
        """Give the runs, oldest first; of one state only, when it is named."""
        where, values = ("", ()) if state is None else ("WHERE state = ?", (state.value,))
        query = f"SELECT id, pipeline, state, snapshot, owner, ended_at FROM runs {where} ORDER BY started_at"  # noqa: S608
        with closing(self._database.execute(query, values)) as rows:
            for row in rows:
                yield RunRow(*row)

    def blocks(self, *states: BlockState) -> Iterator[BlockRow]:
        """Give the blocks of all runs that are in one of some states."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT run_id, block, state, body FROM block_runs WHERE state IN ({marks})"  # noqa: S608
        with closing(self._database.execute(query, [state.value for state in states])) as rows:
            for row in rows:
                yield BlockRow(*row)

    def attempts(self) -> dict[tuple[str, str], int]:
        """Return how often each block of each run was tried."""
        query = "SELECT run_id, block, json_extract(body, '$.attempt') FROM block_runs"
        return {(run, block): int(count or 0) for run, block, count in self._database.execute(query)}

    def open_blocks_of_ended_runs(self) -> tuple[tuple[str, str, str], ...]:
        """Return run, block and state where a run has ended and a block of it has not."""
        going = (BlockState.WAITING, BlockState.RUNNING, BlockState.RETRYING)
        query = (
            "SELECT run_id, block, block_runs.state FROM block_runs JOIN runs ON runs.id = run_id "
            "WHERE runs.state != ? AND block_runs.state IN (?, ?, ?)"
        )
        return tuple(self._database.execute(query, (RunState.RUNNING.value, *(state.value for state in going))))

    def runs_with_gaps(self) -> tuple[tuple[str, int, int], ...]:
        """Return run, number of events and highest number, where events are missing between the first and the last."""
        query = "SELECT run_id, count(*), max(seq) FROM run_events GROUP BY run_id HAVING count(*) != max(seq)"
        return tuple(self._database.execute(query))
