"""How the blocks of a pipeline stand today, asked of its code and of the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowstone.engine.assessment import Assessed, assess
from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.history import LedgerResults, LedgerThread, claimed
from flowstone.engine.preparation import Code, CodeParts
from flowstone.model.forecast import Forecast
from flowstone.model.freshness import Part
from flowstone.model.graph import ancestors
from flowstone.model.ids import BlockId
from flowstone.model.run import BlockResult
from flowstone.store.artifacts import ArtifactStore

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

Own = dict[BlockId, tuple[Part, ...] | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Answers how blocks stand. `profile` and `values` are those of whoever asks."""

    ledger: LedgerThread
    artifacts: ArtifactStore
    files: FileHashes

    async def of_all(
        self, code: Code, values: Mapping[str, Any], *, profile: str, now: float
    ) -> dict[BlockId, Assessed]:
        """Return how each block stands, and take note of what counts: it is what is shown once it no longer does."""
        own = await asyncio.to_thread(CodeParts(code, values, files=self.files).all)
        return await self.ledger.do(lambda ledger: self._assess(ledger, code, own, profile=profile, now=now))

    async def newest_of(
        self, code: Code, values: Mapping[str, Any], blocks: Iterable[BlockId], *, profile: str, now: float
    ) -> dict[BlockId, BlockResult]:
        """Return what some blocks gave: what counts today, else what counted last; nothing for one that never ran."""
        wanted = set(blocks)
        needed = wanted | ancestors(code.inputs, wanted)
        part = replace(
            code,
            loaded=replace(
                code.loaded,
                pipeline=replace(
                    code.pipeline, blocks=tuple(block for block in code.pipeline.blocks if block.id in needed)
                ),
                blocks=tuple(loaded for loaded in code.loaded.blocks if loaded.block.id in needed),
            ),
        )
        found = await self.of_all(part, values, profile=profile, now=now)
        results = {block: result for block in wanted if (result := found[block].status.result) is not None}
        for result in results.values():
            await asyncio.to_thread(claimed, self.artifacts, result)
        return results

    def _assess(self, ledger: Ledger, code: Code, own: Own, *, profile: str, now: float) -> dict[BlockId, Assessed]:
        results = LedgerResults(ledger, code.pipeline.id, self.artifacts, profile=profile)
        found = assess(code.pipeline, own, results, now=now)
        shown_anew = [
            each.stored.id
            for each in found.values()
            if not each.is_newest and each.stored is not None and each.stored.id is not None
        ]
        if shown_anew:
            ledger.mark_used(shown_anew, at=now)
        return _with_usual(found, ledger.forecasts(code.pipeline.id))


def _with_usual(found: dict[BlockId, Assessed], usual: Mapping[BlockId, Forecast]) -> dict[BlockId, Assessed]:
    return {
        block: replace(each, status=replace(each.status, usual=usual[block])) if block in usual else each
        for block, each in found.items()
    }
