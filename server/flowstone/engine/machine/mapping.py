"""Blocks that run once for each item: the items' part of a run, and what becomes of the block when they have ended."""

from __future__ import annotations

from dataclasses import replace

from flowstone.engine.events import BlockFailed, Effect, GatherItems, ItemsListed, StopBlock
from flowstone.engine.machine.state import Run
from flowstone.errors.engine import ItemsFailed
from flowstone.model.ids import BlockId, item_id, item_prefix, mapped_block
from flowstone.model.rules import OnFailure
from flowstone.model.run import ENDED, SUCCEEDED, BlockRun, BlockState, Failure


def with_items(run: Run, event: ItemsListed) -> Run:
    """Return the run with the items of a mapped block waiting; those that it has had before a resumption stay."""
    fresh = [BlockRun(item_id(event.block, item.index), item=item) for item in event.items]
    return run.with_blocks(*(run.blocks.get(block.id, block) for block in fresh))


def after_item(run: Run, item: BlockId, *, at: float) -> tuple[Run, tuple[Effect, ...]]:
    """End a mapped block's other items when one has failed and none is to go on without it."""
    parent = mapped_block(item)
    policy = run.plan.mapped[parent].on_failure
    if run.blocks[item].state is BlockState.FAILED and policy is OnFailure.STOP:
        return end_items(run, parent, because=f"{item} failed", at=at)
    return run, ()


def is_given_up(run: Run, item: BlockRun) -> bool:
    """Say whether an item is not to be tried again, because another has failed and the block with it."""
    parent = mapped_block(item.id)
    if item.item is None or run.plan.mapped[parent].on_failure is not OnFailure.STOP:
        return False
    return any(other.state is BlockState.FAILED for other in run.items_of(parent))


def end_items(run: Run, parent: BlockId, *, because: str, at: float) -> tuple[Run, tuple[Effect, ...]]:
    """End a mapped block's items: what runs is stopped, what waits cancelled."""
    items = run.items_of(parent)
    stops = tuple(
        StopBlock(item.id, item.attempt)
        for item in items
        if item.state is BlockState.RUNNING and item.id not in run.overdue
    )
    return run.with_blocks(*cancelled(items, because=because, at=at)), stops


def cancelled(blocks: tuple[BlockRun, ...], *, because: str, at: float) -> list[BlockRun]:
    """Return those of some blocks that wait, as they are when nothing more becomes of them."""
    return [
        replace(block, state=BlockState.CANCELLED, ended_at=at, because=because)
        for block in blocks
        if block.state in (BlockState.WAITING, BlockState.RETRYING)
    ]


def is_over(run: Run, parent: BlockId) -> bool:
    """Say whether every item of a mapped block that runs has ended."""
    if run.blocks[parent].state is not BlockState.RUNNING:
        return False
    prefix = item_prefix(parent)
    for one in reversed(tuple(run.blocks.values())):  # what comes last ends last: mostly one look tells
        if one.item is not None and one.state not in ENDED and one.id.startswith(prefix):
            return False
    return True


def outcome_of(run: Run, parent: BlockId, *, at: float) -> GatherItems | BlockFailed | None:
    """Return what follows for a mapped block whose items have all ended; None if it was cancelled with them.

    A failure comes as the event that a worker would have sent, for the block's own rules to apply.
    """
    block = run.blocks[parent]
    items = run.items_of(parent)
    failed = [item for item in items if item.state is BlockState.FAILED]
    done = tuple(item.id for item in items if item.state in SUCCEEDED)
    is_left_out = run.plan.mapped[parent].on_failure is OnFailure.SKIP and (done or not items)
    if failed and not is_left_out:
        return BlockFailed(parent, block.attempt, at, _why(failed, len(items)), is_final=True)
    if len(done) + len(failed) < len(items):
        return None
    return GatherItems(parent, block.attempt, done)


def _why(failed: list[BlockRun], count: int) -> Failure:
    first = failed[0]
    said = first.failure.message if first.failure else "it failed"
    label = first.item.label if first.item else ""
    return Failure.of(ItemsFailed(len(failed), count, first=f"{first.id}{f' ({label})' if label else ''}: {said}"))
