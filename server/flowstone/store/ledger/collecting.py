"""Letting go of history: what the ledger forgets, unless somebody has taken it up meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from flowstone.model.ids import RunId
from flowstone.model.run import RunState
from flowstone.store.ledger.database import marks

Id = TypeVar("Id", RunId, int)

AT_ONCE = 500
"""So many rows go in one transaction: a run that ends meanwhile must not wait long."""
AT_REST = f"pinned = 0 AND state != '{RunState.RUNNING.value}'"


def forget_runs(connection: sqlite3.Connection, ids: Sequence[RunId]) -> None:
    """Forget runs, their blocks and events; not one that was pinned or resumed meanwhile."""
    connection.execute(f"DELETE FROM runs WHERE id IN ({marks(len(ids))}) AND {AT_REST}", ids)  # noqa: S608


def empty_runs(connection: sqlite3.Connection, ids: Sequence[RunId], *, at: float) -> None:
    """Take note that runs' outputs are let go; not of one that was pinned or resumed meanwhile."""
    statement = f"UPDATE runs SET outputs_gone_at = ? WHERE id IN ({marks(len(ids))}) AND {AT_REST}"  # noqa: S608
    connection.execute(statement, (at, *ids))


def forget_results(connection: sqlite3.Connection, ids: Sequence[int], *, unused_since: float) -> None:
    """Forget results; not one that was found to count since."""
    statement = f"DELETE FROM results WHERE id IN ({marks(len(ids))}) AND used_at <= ?"  # noqa: S608
    connection.execute(statement, (*ids, unused_since))


def set_pinned(connection: sqlite3.Connection, run: RunId, *, is_pinned: bool) -> bool:
    """Keep a run whatever the limits, or no longer; say whether there is such a run."""
    return connection.execute("UPDATE runs SET pinned = ? WHERE id = ?", (int(is_pinned), run)).rowcount > 0


def in_portions(ids: Iterable[Id]) -> Iterator[list[Id]]:
    """Give ids in lists that are worth one transaction each."""
    rest = iter(ids)
    while portion := list(islice(rest, AT_ONCE)):
        yield portion
