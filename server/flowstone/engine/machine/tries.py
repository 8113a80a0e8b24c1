"""The attempts of a block, each kept with its times and how it ended."""

from __future__ import annotations

from dataclasses import replace

from flowstone.model.run import BlockRun, BlockState, Try

_KEPT_AS = {
    BlockState.RUNNING: BlockState.UNKNOWN,
    BlockState.RETRYING: BlockState.FAILED,
    BlockState.WAITING: BlockState.FAILED,
}
"""What an attempt is known to have come to when its block waits for the next one."""


def with_try(block: BlockRun) -> BlockRun:
    """Return a block whose attempt, if it had one, is among the earlier ones: before it is tried anew."""
    is_kept = bool(block.earlier) and block.earlier[-1].attempt == block.attempt
    if not block.attempt or is_kept:
        return block
    state = _KEPT_AS.get(block.state, block.state)
    this = Try(block.attempt, state, block.started_at, block.ended_at, block.failure, block.usage, block.because)
    return replace(block, earlier=(*block.earlier, this))


def started(block: BlockRun, *, at: float) -> BlockRun:
    """Return a block whose next attempt begins."""
    return replace(
        with_try(block),
        state=BlockState.RUNNING,
        attempt=block.attempt + 1,
        started_at=at,
        ended_at=None,
        failure=None,
        result=None,
        fingerprint=None,
        usage=None,
    )
