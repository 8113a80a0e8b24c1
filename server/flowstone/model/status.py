"""How a block stands today: whether its output counts, why not, and what it gave last."""

from __future__ import annotations

from dataclasses import dataclass

from flowstone.model.forecast import Forecast
from flowstone.model.freshness import Freshness, Reason
from flowstone.model.ids import BlockId, Fingerprint, RunId
from flowstone.model.run import BlockResult


@dataclass(frozen=True, slots=True)
class BlockStatus:
    """A block's freshness, with its newest result whether it counts or not. Units: made_at in epoch seconds."""

    id: BlockId
    freshness: Freshness
    reasons: tuple[Reason, ...] = ()
    result: BlockResult | None = None
    run: RunId | None = None
    made_at: float | None = None
    fingerprint: Fingerprint | None = None
    """What it depends on today; None while it cannot run as it stands."""
    usual: Forecast | None = None
    """What its next run will probably take; None until one was measured."""
