"""What became of each block when it was last tried, however many runs have left it out since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flowstone.model.ids import BlockId
from flowstone.model.run import BlockRun, BlockState, RunRecord

TELLING = frozenset({BlockState.DONE, BlockState.REUSED, BlockState.FAILED, BlockState.UNKNOWN})
"""States that say how a block did. One that was skipped or stopped says nothing of the block itself."""


def telling_parts(runs: Iterable[RunRecord], blocks: Iterable[BlockId]) -> tuple[RunRecord, ...]:
    """Take from runs, newest first, of each block the newest part that tells of it.

    The answer has the runs that have such parts, newest first, each with just these. It reads no further than it must.
    """
    missing = set(blocks)
    found = []
    for run in runs:
        parts = tuple(part for part in run.blocks if _tells(part) and part.id in missing)
        if parts:
            found.append(replace(run, blocks=parts))
        missing -= {part.id for part in parts}
        if not missing:
            break
    return tuple(found)


def _tells(part: BlockRun) -> bool:
    return part.state in TELLING
