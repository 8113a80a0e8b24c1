"""What a block gave in a run of the past."""

from __future__ import annotations

from dataclasses import dataclass

from flowstone.model.ids import RunId
from flowstone.model.output import Output
from flowstone.model.run import BlockState


@dataclass(frozen=True, slots=True)
class PastOutputs:
    """A block's outputs of one run. Units: started_at in seconds since the epoch."""

    run: RunId
    started_at: float
    state: BlockState
    """Done, or reused: then it was made in an earlier run."""
    outputs: tuple[Output, ...]
    kept: tuple[bool, ...] = ()
    """Of each output, whether its data can still be opened."""


@dataclass(frozen=True, slots=True)
class PastPage:
    """A block's past outputs, newest first, and the run before which the next page begins; None at the end."""

    entries: tuple[PastOutputs, ...]
    next: tuple[float, RunId] | None = None
