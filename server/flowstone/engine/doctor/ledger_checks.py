"""What must hold of the ledger and of what it says of runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from flowstone.engine.doctor.findings import Finding, Level, Patient
from flowstone.engine.owners import is_alive
from flowstone.model.run import BlockRun, BlockState, RunState
from flowstone.store.codec import decode
from flowstone.store.leases import Leases
from flowstone.store.ledger.inspection import RunRow
from flowstone.store.ledger.tables import HEAD
from flowstone.store.snapshots import is_whole

NEW_LEDGER = "`flowstone doctor --new-ledger` sets it aside and begins a new one; that costs run history, never code."


def can_be_read(patient: Patient) -> Iterable[Finding]:
    """Find what SQLite says is wrong with the file."""
    where = str(patient.state.ledger)
    if patient.unreadable:
        yield Finding(patient.unreadable, where, NEW_LEDGER)
    elif patient.ledger is not None:
        for complaint in patient.ledger.complaints():
            yield Finding(f"SQLite says: {complaint}", where, NEW_LEDGER)


def has_known_version(patient: Patient) -> Iterable[Finding]:
    """Find a ledger of another version than this program's."""
    if patient.ledger is None or patient.ledger.version == HEAD:
        return
    found, where = patient.ledger.version, str(patient.state.ledger)
    if found is None:
        yield Finding(
            "The file is no ledger, or its making was cut short", where, "It is made when next opened.", Level.NOTE
        )
    elif found > HEAD:
        mend = "Use the Flowstone that wrote it, or a newer one."
        yield Finding(f"It has version {found}; this Flowstone knows {HEAD}", where, mend)
    else:
        mend = "It is brought up to date when next opened."
        yield Finding(f"It has version {found}; this Flowstone's is {HEAD}", where, mend, Level.NOTE)


def ticks_are_single(patient: Patient) -> Iterable[Finding]:
    """Find ticks of schedules that made more than one run or skip."""
    if patient.ledger is None:
        return
    mend = "This should never be: please report it with a copy of the ledger."
    for pipeline, at in patient.ledger.ticks_in_two_rows():
        moment = datetime.fromtimestamp(at, UTC).isoformat()
        yield Finding(f"The tick of {moment} was dealt with twice", f"schedule of {pipeline}", mend)


def runs_are_consistent(patient: Patient) -> Iterable[Finding]:
    """Find runs whose rows contradict each other."""
    if patient.ledger is None or patient.ledger.version is None:
        return
    mend = "This should never be: please report it with a copy of the ledger."
    for run in patient.ledger.runs():
        if (run.state == RunState.RUNNING) != (run.ended_at is None):
            yield Finding(f"It is {run.state} and its end is {run.ended_at}", f"run {run.id}", mend)
    for run_id, block, state in patient.ledger.open_blocks_of_ended_runs():
        yield Finding(f"The run has ended, and its block {block} is {state}", f"run {run_id}", mend)
    for run_id, count, highest in patient.ledger.runs_with_gaps():
        yield Finding(f"It has {count} events, numbered up to {highest}", f"run {run_id}", mend)
    for row in patient.ledger.blocks(BlockState.DONE, BlockState.REUSED):
        if decode(BlockRun, row.body).result is None:
            yield Finding(f"The block {row.block} is {row.state} without a result", f"run {row.run}", mend)


def runs_are_owned(patient: Patient) -> Iterable[Finding]:
    """Find runs that are going on and that nobody drives."""
    leases = Leases(patient.state.owners)
    for run in _unfinished(patient):
        if is_alive(run.owner, leases):
            continue
        what = f"It is going on, and the process that ran it ({run.owner}) is gone"
        mend = "It is taken up again when the project is next opened, by `flowstone runs` too."
        yield Finding(what, f"run {run.id}", mend, Level.NOTE)


def snapshots_are_there(patient: Patient) -> Iterable[Finding]:
    """Find unfinished runs whose code is not there as it was when they began."""
    leases = Leases(patient.state.owners)
    for run in _unfinished(patient):
        if not is_whole(patient.state.snapshots / run.snapshot):
            mend = "Stop the run, and start it again: it then takes the code as it is now."
            where = f"run {run.id}, snapshot {run.snapshot}"
            # A run that nobody drives any more is ended when it is taken up: it only cannot go on where it was.
            level = Level.BROKEN if is_alive(run.owner, leases) else Level.NOTE
            yield Finding("The copy of its code is gone or not whole", where, mend, level)


def _unfinished(patient: Patient) -> Iterable[RunRow]:
    if patient.ledger is None or patient.ledger.version is None:
        return ()
    return patient.ledger.runs(RunState.RUNNING)
