"""What an edit would change, as a test wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowstone.errors.store import NotFound
from flowstone.model.effect import BlockEffect, ColumnEffect, Effect, Outlook, OutputEffect
from flowstone.model.ids import BlockId, PipelineId
from flowstone.model.run import Failure

OUTPUT = OutputEffect("output", False, 3, 2, (ColumnEffect("a", None, "int64", None, 1),), 0, 1, 0)
EFFECT = Effect(
    (
        BlockEffect(BlockId("load"), Outlook.CHANGED, outputs=(OUTPUT,)),
        BlockEffect(BlockId("clean"), Outlook.FAILED, failure=Failure("block_failed", "no")),
    ),
    sampled=10,
)


class FakeEffects:
    """Always says the same; there is no block called gone."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def of_edit(
        self, pipeline: PipelineId, block: BlockId, *, profile: str | None, params: Mapping[str, Any]
    ) -> Effect:
        if block == "gone":
            raise NotFound("block", block)
        self.asked.append((pipeline, block, profile, params))
        return EFFECT
