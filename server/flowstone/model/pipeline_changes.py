"""How a pipeline differs from an earlier one, block by block: what its graph marks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from enum import StrEnum

from flowstone.model.block import Block
from flowstone.model.ids import BlockId
from flowstone.model.pipeline import Pipeline

NOT_COMPARED = frozenset({"id", "place"})


class Change(StrEnum):
    """What became of a block."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A block that differs; `what` names the parts of a changed one: fields of its entry, and `code`."""

    block: BlockId
    change: Change
    what: tuple[str, ...] = ()


def pipeline_changes(
    before: Pipeline | None, now: Pipeline, *, changed_files: Collection[str] = ()
) -> tuple[BlockChange, ...]:
    """Return the blocks that differ, in the order of the pipeline as it is now, then those that are gone.

    `changed_files` are the block files whose text differs from the earlier one's. None before is no pipeline at all.
    """
    was = {} if before is None else {block.id: block for block in before.blocks}
    found = []
    for block in now.blocks:
        if block.id not in was:
            found.append(BlockChange(block.id, Change.ADDED))
            continue
        what = (*_differing(was[block.id], block), *(("code",) if block.file in changed_files else ()))
        if what:
            found.append(BlockChange(block.id, Change.CHANGED, what))
    there = set(now.block_ids)
    return (*found, *(BlockChange(gone, Change.REMOVED) for gone in was if gone not in there))


def _differing(before: Block, now: Block) -> tuple[str, ...]:
    names = [field.name for field in fields(Block) if field.name not in NOT_COMPARED]
    return tuple(name for name in names if getattr(before, name) != getattr(now, name))
