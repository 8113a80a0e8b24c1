"""How long history and outputs are kept, and which runs that lets go: pure rules over what is known of runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flowstone.model.ids import PipelineId, RunId

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Retention:
    """What `retention:` says; None is no limit, and without any everything that a run gave is kept.

    Units: keep_runs of each pipeline; max_size_bytes of all outputs together.
    """

    keep_runs: int | None = None
    keep_days: float | None = None
    max_size_bytes: int | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing is ever let go."""
        return self.keep_runs is None and self.keep_days is None and self.max_size_bytes is None


@dataclass(frozen=True, slots=True)
class KnownRun:
    """What matters of a run here. Units: started_at in seconds since the epoch."""

    id: RunId
    pipeline: PipelineId
    started_at: float
    is_running: bool = False
    is_pinned: bool = False
    has_outputs: bool = True
    """Whether its outputs were not let go before."""


def runs_to_forget(runs: Iterable[KnownRun], policy: Retention, *, now: float) -> frozenset[RunId]:
    """Return the runs that are too old or too many; never one that runs, is pinned, or is its pipeline's newest."""
    places: Counter[PipelineId] = Counter()
    gone = set()
    for run in _newest_first(runs):
        place = places[run.pipeline]
        places[run.pipeline] += 1
        is_too_many = policy.keep_runs is not None and place >= policy.keep_runs
        is_too_old = policy.keep_days is not None and now - run.started_at > policy.keep_days * DAY_S
        if place and (is_too_many or is_too_old) and not run.is_running and not run.is_pinned:
            gone.add(run.id)
    return frozenset(gone)


def runs_to_empty(runs: Iterable[KnownRun]) -> tuple[RunId, ...]:
    """Return the runs whose outputs may go when there is no room for all, in the order in which they do: oldest first.

    Never those of a run that runs, is pinned, or is its pipeline's newest.
    """
    seen: set[PipelineId] = set()
    may_go = []
    for run in _newest_first(runs):
        is_newest = run.pipeline not in seen
        seen.add(run.pipeline)
        if run.has_outputs and not (is_newest or run.is_running or run.is_pinned):
            may_go.append(run.id)
    return tuple(reversed(may_go))


def _newest_first(runs: Iterable[KnownRun]) -> list[KnownRun]:
    return sorted(runs, key=lambda run: (run.started_at, run.id), reverse=True)
