"""What a ledger names: whatever else lies in the project's state folder can go."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from flowstone.errors.store import LedgerUnusable
from flowstone.model.ids import ArtifactHash, PipelineId, RunId
from flowstone.model.retention import KnownRun
from flowstone.model.run import RunState

HASH = re.compile(r'"hash": ?"(\w{32})"')
"""However deep in a stored text an output is named. What else is called so is kept, too, which does no harm."""
BEGAN = "RunBegan"
"""The kind of event that has what a run read from outside of it; the others only tell what block_runs has, too."""
NAMING_ROWS = "SELECT run_id, body FROM block_runs UNION ALL SELECT run_id, body FROM run_events WHERE kind = ?"
BUSY_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class NamedResult:
    """A row of the ledger's results, by what matters here. Units: used_at in seconds since the epoch."""

    id: int
    pipeline: PipelineId
    block: str
    profile: str
    run: RunId
    used_at: float
    artifacts: frozenset[ArtifactHash]


@dataclass(frozen=True, slots=True)
class Named:
    """Everything that the ledger names, as of one moment."""

    runs: tuple[KnownRun, ...] = ()
    snapshots: Mapping[RunId, str] = field(default_factory=dict)
    outputs: Mapping[RunId, frozenset[ArtifactHash]] = field(default_factory=dict)
    """What the blocks of each run gave or reused, and what they read of blocks outside the run."""
    results: tuple[NamedResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Reachable:
    """What must stay: for history, and for blocks whose outputs may count."""

    runs: frozenset[RunId]
    snapshots: frozenset[str]
    artifacts: frozenset[ArtifactHash]


def reachable(named: Named) -> Reachable:
    """Return what can be reached from the ledger. The outputs of a run that let them go are not among it."""
    artifacts = {artifact for result in named.results for artifact in result.artifacts}
    for run in named.runs:
        if run.has_outputs:
            artifacts |= named.outputs.get(run.id, frozenset())
    return Reachable(frozenset(run.id for run in named.runs), frozenset(named.snapshots.values()), frozenset(artifacts))


def read_named(ledger: Path) -> Named:
    """Read what a ledger names, in one reading transaction that holds up nobody.

    Raises: LedgerUnusable, when it cannot be read: nothing may then be removed.
    """
    try:
        with closing(_opened(ledger)) as database:
            database.execute("BEGIN")
            return Named(*_runs(database), _outputs(database), _results(database))
    except sqlite3.DatabaseError as wrong:
        raise LedgerUnusable(f"The ledger {ledger.name} cannot be read: {wrong}") from wrong


def _opened(ledger: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{ledger.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S
    )


def _runs(database: sqlite3.Connection) -> tuple[tuple[KnownRun, ...], dict[RunId, str]]:
    rows = database.execute("SELECT id, pipeline, started_at, state, pinned, outputs_gone_at, snapshot FROM runs")
    runs, snapshots = [], {}
    for run_id, pipeline, started_at, state, pinned, gone_at, snapshot in rows:
        is_running = state == RunState.RUNNING.value
        known = KnownRun(run_id, pipeline, started_at, is_running, bool(pinned), has_outputs=gone_at is None)
        runs.append(known)
        snapshots[known.id] = snapshot
    return tuple(runs), snapshots


def _outputs(database: sqlite3.Connection) -> dict[RunId, frozenset[ArtifactHash]]:
    found: defaultdict[RunId, set[ArtifactHash]] = defaultdict(set)
    for run_id, body in database.execute(NAMING_ROWS, (BEGAN,)):
        found[run_id].update(HASH.findall(body))
    return {run: frozenset(artifacts) for run, artifacts in found.items()}


def _results(database: sqlite3.Connection) -> tuple[NamedResult, ...]:
    rows = database.execute("SELECT id, pipeline, block, profile, run_id, used_at, result FROM results")
    return tuple(
        NamedResult(number, pipeline, block, profile, run, used_at, frozenset(HASH.findall(result)))
        for number, pipeline, block, profile, run, used_at, result in rows
    )
