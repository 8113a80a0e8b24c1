"""Lets go of what a project's retention does not keep, in a project that is in use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flowstone.disk.failpoints import reach
from flowstone.engine.assessment import Assessed
from flowstone.engine.history import LedgerThread
from flowstone.model.freshness import Freshness
from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.retention import Retention
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.ledger.collecting import in_portions
from flowstone.store.reachable import Named, reachable, read_named
from flowstone.store.retention import Clearance, Protected, after, clearance_of
from flowstone.store.state import StateFolder
from flowstone.store.sweeping import Kind, Stored, everything, is_named, is_untouched, sizes_of, sweep

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

GRACE_S = 3_600.0
"""What was written or taken up within the last hour stays, whoever did it and whatever the ledger says."""
MADE_READY_S = 600.0
"""A run takes up its code and its inputs before it is written down, and a disk's clock may be behind."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What went, or would go. Units: size_bytes as on the disk."""

    runs: tuple[RunId, ...] = ()
    """Runs that are forgotten as a whole."""
    emptied: tuple[RunId, ...] = ()
    """Runs of which the history stays and the outputs go."""
    outputs: int = 0
    snapshots: int = 0
    logs: int = 0
    size_bytes: int = 0
    kept_bytes: int = 0
    """The size of the outputs that stay."""
    held_by: tuple[str, ...] = ()
    """Ledgers that were set aside: while they lie there, no output goes."""

    @property
    def is_nothing(self) -> bool:
        """Whether all stays as it is."""
        return not (self.runs or self.emptied or self.outputs or self.snapshots or self.logs)


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects what is stored of one project. Only one at a time may, in one process."""

    state: StateFolder
    ledger: LedgerThread
    artifacts: ArtifactStore
    clock: Callable[[], float]
    grace_s: float = GRACE_S

    async def collect(self, policy: Retention, protected: Protected, *, dry_run: bool) -> Collected:
        """Let go of what the policy does not keep; with `dry_run`, only say what that would be.

        The ledger forgets first, and what nothing names is removed then: whenever this ends half-way, nothing is named
        that is not there. Raises: LedgerUnusable; DiskFull; OSError.
        """
        now = self.clock()
        await self.ledger.do(_is_open)  # so that there is a ledger, of today's form
        named, stored = await asyncio.to_thread(self._look)
        clearance = clearance_of(named, policy, protected, sizes=sizes_of(stored), now=now)
        if not dry_run:
            await self._forget(clearance, now)
            reach("collection.forgotten")
            named = await asyncio.to_thread(read_named, self.state.ledger)
        else:
            named = after(named, clearance)
        gone = await asyncio.to_thread(self._sweep, named, stored, now, dry_run=dry_run)
        return _collected(clearance, gone, stored, held_by=self._set_aside())

    def _look(self) -> tuple[Named, tuple[Stored, ...]]:
        # The files first: what comes after the ledger was read is then not among those that it may not name.
        stored = everything(self.state, self._folder())
        return read_named(self.state.ledger), stored

    def _folder(self) -> Path:
        """Return where outputs lie that may be removed from here: below the state folder, where this project alone is.

        Whatever lies elsewhere, in a bucket or a folder, may be named by ledgers that nobody knows here.
        """
        root, own = self.artifacts.root.resolve(), self.state.path.resolve()
        is_own = self.artifacts.is_local and root.is_relative_to(own)
        if self._set_aside():  # what that ledger names may still be wanted: it is somebody's to remove
            is_own = False
        return root if is_own else own / "nowhere"

    def _set_aside(self) -> tuple[str, ...]:
        found = self.state.path.glob("ledger-until-*")
        return tuple(sorted({path.name.partition(".db")[0] + ".db" for path in found}))  # one name for its -wal, too

    async def _forget(self, clearance: Clearance, now: float) -> None:
        for runs in in_portions(sorted(clearance.forget_runs)):
            await self.ledger.do(partial(_forget_runs, runs))
        for runs in in_portions(clearance.empty_runs):
            await self.ledger.do(partial(_empty_runs, runs, now))
        for results in in_portions(sorted(clearance.forget_results)):
            await self.ledger.do(partial(_forget_results, results, now))

    def _sweep(self, named: Named, stored: Sequence[Stored], now: float, *, dry_run: bool) -> tuple[Stored, ...]:
        keep = reachable(named)
        unnamed = [each for each in stored if not is_named(each, keep)]
        # A run that goes on may use whatever was there when it began, even if nothing names it yet.
        begun = min((run.started_at - MADE_READY_S for run in named.runs if run.is_running), default=now)
        untouched_since = min(now - self.grace_s, begun)
        if dry_run:
            return tuple(each for each in unnamed if is_untouched(each, since=untouched_since))
        return tuple(sweep(unnamed, untouched_since=untouched_since))


def protected_by(pipelines: Mapping[PipelineId, Sequence[Mapping[BlockId, Assessed]] | None]) -> Protected:
    """Return what must stay for blocks to be as fresh as they are: of pipelines that cannot be read, everything.

    `pipelines` has for each how its blocks stand, once for each profile.
    """
    results = {
        found.stored.id
        for ways in pipelines.values()
        for blocks in ways or ()
        for found in blocks.values()
        if found.status.freshness is Freshness.FRESH and found.stored is not None and found.stored.id is not None
    }
    unread = frozenset(pipeline for pipeline, ways in pipelines.items() if ways is None)
    return Protected(frozenset(results), unread)


def _forget_runs(runs: list[RunId], ledger: Ledger) -> None:
    ledger.forget_runs(runs)


def _empty_runs(runs: list[RunId], now: float, ledger: Ledger) -> None:
    ledger.empty_runs(runs, at=now)


def _forget_results(results: list[int], now: float, ledger: Ledger) -> None:
    ledger.forget_results(results, unused_since=now)


def _is_open(_ledger: Ledger) -> None:
    """Ask nothing: a ledger that can be asked is there."""


def _collected(
    clearance: Clearance, gone: Sequence[Stored], stored: Sequence[Stored], *, held_by: tuple[str, ...]
) -> Collected:
    counts = {kind: sum(each.kind is kind for each in gone) for kind in Kind}
    outputs = {each.name: each.size_bytes for each in stored if each.kind is Kind.OUTPUT}
    gone_bytes = sum(each.size_bytes for each in gone if each.kind is Kind.OUTPUT)
    return Collected(
        runs=tuple(sorted(clearance.forget_runs)),
        emptied=clearance.empty_runs,
        outputs=counts[Kind.OUTPUT],
        snapshots=counts[Kind.SNAPSHOT],
        logs=counts[Kind.LOG],
        size_bytes=sum(each.size_bytes for each in gone),
        kept_bytes=sum(outputs.values()) - gone_bytes,
        held_by=held_by,
    )
