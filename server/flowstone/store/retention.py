"""What a project lets go of: history by age and count, outputs by size, and then every file that nothing names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flowstone.model.ids import ArtifactHash, PipelineId, RunId
from flowstone.model.retention import Retention, runs_to_empty, runs_to_forget
from flowstone.store.reachable import Named, NamedResult


@dataclass(frozen=True, slots=True)
class Protected:
    """What must stay though no run that is kept needs it: results that count today, by their numbers in the ledger.

    Of pipelines that cannot be read at the moment nobody knows what counts, so that all their results stay.
    """

    results: frozenset[int] = frozenset()
    pipelines: frozenset[PipelineId] = frozenset()


@dataclass(frozen=True, slots=True)
class Clearance:
    """What is to go from the ledger: whole runs, the outputs of runs that stay, and results that count for nobody."""

    forget_runs: frozenset[RunId] = frozenset()
    empty_runs: tuple[RunId, ...] = ()
    forget_results: frozenset[int] = frozenset()


def clearance_of(
    named: Named,
    policy: Retention,
    protected: Protected,
    *,
    sizes: Mapping[ArtifactHash, int],
    now: float,
) -> Clearance:
    """Decide what goes. Outputs go oldest run first, until the rest has room.

    Units: sizes in bytes as they are on the disk; now in seconds since the epoch.
    """
    forgotten = runs_to_forget(named.runs, policy, now=now)
    kept = [run for run in named.runs if run.id not in forgotten]
    needed = _needed(named.results, protected)
    with_outputs = {run.id for run in kept if run.has_outputs}
    emptied: list[RunId] = []
    if policy.max_size_bytes is not None:
        shelf = _Shelf(named, with_outputs, needed, sizes)
        for run in runs_to_empty(kept):
            if shelf.size_bytes <= policy.max_size_bytes:
                break
            shelf.let_go(run)
            emptied.append(run)
    stays = with_outputs - set(emptied)
    gone = frozenset(result.id for result in named.results if result.id not in needed and result.run not in stays)
    return Clearance(forgotten, tuple(emptied), gone)


def after(named: Named, clearance: Clearance) -> Named:
    """Return what a ledger names once a clearance is carried out."""
    emptied = set(clearance.empty_runs)
    runs = tuple(
        replace(run, has_outputs=run.has_outputs and run.id not in emptied)
        for run in named.runs
        if run.id not in clearance.forget_runs
    )
    snapshots = {run.id: named.snapshots[run.id] for run in runs}
    results = tuple(result for result in named.results if result.id not in clearance.forget_results)
    return replace(named, runs=runs, snapshots=snapshots, results=results)


def _needed(results: tuple[NamedResult, ...], protected: Protected) -> frozenset[int]:
    """Return the results that count, or that are shown and run on where none counts: each block's newest by profile."""
    newest: dict[tuple[str, str, str], NamedResult] = {}
    for result in results:
        place = (result.pipeline, result.block, result.profile)
        before = newest.get(place)
        if before is None or (before.used_at, before.id) < (result.used_at, result.id):
            newest[place] = result
    of_unread = {result.id for result in results if result.pipeline in protected.pipelines}
    return protected.results | of_unread | {result.id for result in newest.values()}


class _Shelf:
    """The outputs that stay, and how many need each."""

    def __init__(
        self,
        named: Named,
        runs: set[RunId],
        needed: frozenset[int],
        sizes: Mapping[ArtifactHash, int],
    ) -> None:
        self._sizes = sizes
        self._of_run: dict[RunId, Counter[ArtifactHash]] = {run: Counter(named.outputs.get(run, ())) for run in runs}
        self._needs: Counter[ArtifactHash] = Counter()
        for result in named.results:
            if result.id in needed:
                self._needs.update(result.artifacts)
            elif result.run in self._of_run:
                self._of_run[result.run].update(result.artifacts)
        for artifacts in self._of_run.values():
            self._needs.update(artifacts)
        self.size_bytes = sum(self._sizes.get(artifact, 0) for artifact in self._needs)

    def let_go(self, run: RunId) -> None:
        """Take a run's outputs away, but for those that something else needs."""
        for artifact, times in self._of_run.pop(run).items():
            self._needs[artifact] -= times
            if not self._needs[artifact]:
                self.size_bytes -= self._sizes.get(artifact, 0)
