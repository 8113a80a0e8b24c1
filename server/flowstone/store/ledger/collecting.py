"""Letting go of history: what the ledger forgets, unless somebody has taken it up meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, delete, update

from flowstone.model.ids import RunId
from flowstone.model.run import RunState
from flowstone.store.ledger.tables import results, runs

Id = TypeVar("Id", RunId, int)

AT_ONCE = 500
"""So many rows go in one transaction: a run that ends meanwhile must not wait long."""


def forget_runs(connection: Connection, ids: Sequence[RunId]) -> None:
    """Forget runs, their blocks and events; not one that was pinned or resumed meanwhile."""
    connection.execute(delete(runs).where(runs.c.id.in_(ids), _at_rest()))


def empty_runs(connection: Connection, ids: Sequence[RunId], *, at: float) -> None:
    """Take note that runs' outputs are let go; not of one that was pinned or resumed meanwhile."""
    connection.execute(update(runs).where(runs.c.id.in_(ids), _at_rest()).values(outputs_gone_at=at))


def forget_results(connection: Connection, ids: Sequence[int], *, unused_since: float) -> None:
    """Forget results; not one that was found to count since."""
    connection.execute(delete(results).where(results.c.id.in_(ids), results.c.used_at <= unused_since))


def set_pinned(connection: Connection, run: RunId, *, is_pinned: bool) -> bool:
    """Keep a run whatever the limits, or no longer; say whether there is such a run."""
    return connection.execute(update(runs).where(runs.c.id == run).values(pinned=int(is_pinned))).rowcount > 0


def in_portions(ids: Iterable[Id]) -> Iterator[list[Id]]:
    """Give ids in lists that are worth one transaction each."""
    rest = iter(ids)
    while portion := list(islice(rest, AT_ONCE)):
        yield portion


def _at_rest() -> ColumnElement[bool]:
    return (runs.c.pinned == 0) & (runs.c.state != RunState.RUNNING.value)
