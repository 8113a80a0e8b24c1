"""A run taken up again, after a failure or after the process that ran it died."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flowstone.engine.machine.state import MAY_HAVE_ACTED, Plan, Run
from flowstone.engine.machine.tries import with_try
from flowstone.model.graph import descendants
from flowstone.model.ids import BlockId, mapped_block
from flowstone.model.run import SUCCEEDED, BlockResult, BlockRun, BlockState

Blocks = Mapping[BlockId, BlockRun]
IsThere = Callable[[BlockResult], bool]


def resumed(
    plan: Plan, blocks: Blocks, *, is_there: IsThere = lambda _: True, values: Mapping[BlockId, Any] | None = None
) -> Run:
    """Return a run that does again only what did not succeed, what follows it, and what it reads that is gone.

    A block that was skipped by choice stays so, unless it follows. An attempt without a committed result counts as
    none. Attempts go on counting, and each block has its retries anew. Begin it as a new one, with RunBegan.
    """
    again = blocks_again(plan, blocks, is_there)
    before = {block: blocks.get(block) or BlockRun(block) for block in plan.upstream}
    items = {
        item.id: item if mapped_block(item.id) not in again else _item_again(item, is_there)
        for item in blocks.values()
        if item.item is not None and _still_stands(plan, mapped_block(item.id), again)
    }
    own = {
        name: block if name not in again else _again(block, is_open=any(mapped_block(item) == name for item in items))
        for name, block in before.items()
    }
    kept = {**own, **items}
    return Run(
        plan,
        kept,
        values={block: value for block, value in (values or {}).items() if block not in again},
        tried_before={block.id: block.attempt for block in kept.values() if block.attempt},
    )


def blocks_again(plan: Plan, blocks: Blocks, is_there: IsThere) -> frozenset[BlockId]:
    """Return what a resumed run does again."""
    again = {block for block in plan.upstream if not _stays(blocks.get(block))}
    while True:
        again |= descendants(plan.upstream, again)
        gone = {up for block in again for up in plan.upstream[block] if _is_gone(blocks.get(up), is_there)} - again
        if not gone:
            return frozenset(again)
        again |= gone


def _stays(block: BlockRun | None) -> bool:
    return block is not None and (block.state in SUCCEEDED or block.by_choice)


def _is_gone(block: BlockRun | None, is_there: IsThere) -> bool:
    return block is not None and block.result is not None and not is_there(block.result)


def _still_stands(plan: Plan, parent: BlockId, again: frozenset[BlockId]) -> bool:
    """Say whether a mapped block's items are still what it is to run for: not if what it is mapped over is redone."""
    return parent in plan.mapped and not again.intersection(plan.upstream[parent])


def _item_again(item: BlockRun, is_there: IsThere) -> BlockRun:
    has_result = item.state in SUCCEEDED and item.result is not None and is_there(item.result)
    return item if has_result else _again(item, is_open=False)


def _again(block: BlockRun, *, is_open: bool) -> BlockRun:
    """Return a block that waits for its next attempt; a mapped one whose items are known is in it at once."""
    was_cut_off = block.state in (BlockState.RUNNING, BlockState.UNKNOWN) or block.because == MAY_HAVE_ACTED
    return replace(
        with_try(block),
        state=BlockState.RUNNING if is_open else BlockState.WAITING,
        attempt=block.attempt + 1 if is_open else block.attempt,
        started_at=None,
        ended_at=None,
        result=None,
        failure=None,
        fingerprint=None,
        usage=None,
        by_choice=False,
        callback=None,
        because=MAY_HAVE_ACTED if was_cut_off and not is_open else "",
    )
