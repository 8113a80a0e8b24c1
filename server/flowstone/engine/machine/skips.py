"""Whether a waiting block can start, still waits, or is to be left out."""

from __future__ import annotations

from dataclasses import replace

from flowstone.engine.machine.state import Run, is_failure
from flowstone.errors.engine import ConditionUntellable
from flowstone.model.condition import Condition, UpstreamFacts, holds
from flowstone.model.ids import BlockId
from flowstone.model.run import ENDED, SUCCEEDED, BlockRun, BlockState, Failure


def is_lost(run: Run, block: BlockRun) -> bool:
    """Say whether a block has ended, and not in a way that lets those below it run."""
    if block.state is BlockState.SKIPPED:
        return not block.by_choice
    return block.state is BlockState.CANCELLED or is_failure(run, block)


def is_ready(run: Run, block: BlockRun) -> bool:
    """Say whether a waiting block has all that it waits for; `leave_out` has settled whether it is to run at all."""
    for up in run.plan.upstream.get(block.id, ()):  # noqa: SIM110 - asked of every waiting block at every step
        if run.blocks[up].state not in ENDED:
            return False
    return True


def leave_out(run: Run, *, at: float) -> Run:
    """Skip the waiting blocks that can no longer run, or whose condition does not hold."""
    changed: dict[BlockId, BlockRun] = {}
    for block_id, upstream in run.plan.upstream.items():
        if run.blocks[block_id].state is not BlockState.WAITING:
            continue
        above = [changed.get(up) or run.blocks[up] for up in upstream]
        left = _left_out(run, run.blocks[block_id], above, at=at)
        if left is not None:
            changed[block_id] = left
    return run.with_blocks(*changed.values()) if changed else run


def _left_out(run: Run, block: BlockRun, above: list[BlockRun], *, at: float) -> BlockRun | None:
    """Return a block as it ends without having run, None while it may still run."""
    lost = next((up for up in above if is_lost(run, up)), None)
    if lost is not None:
        return _skipped(block, f"upstream {lost.id} has no output", at=at)
    condition = run.plan.conditions.get(block.id)
    if not all(up.state in ENDED for up in above):
        return None
    if condition is not None:
        return _by_condition(run, block, condition, above, at=at)
    passed_over = next((up for up in above if up.state is BlockState.SKIPPED), None)
    if passed_over is not None:
        return _skipped(block, f"upstream {passed_over.id} was skipped", at=at, by_choice=True)
    return None


def _by_condition(
    run: Run, block: BlockRun, condition: Condition, above: list[BlockRun], *, at: float
) -> BlockRun | None:
    facts = {str(up.id): _facts(run, up) for up in above}
    try:
        if holds(condition, run.plan.params.get(block.id, {}), facts):
            return None
    except ValueError as wrong:
        failure = Failure.of(ConditionUntellable(condition.text, str(wrong)))
        return replace(block, state=BlockState.FAILED, ended_at=at, failure=failure)
    return _skipped(block, f"its condition does not hold: {condition.text}", at=at, by_choice=True)


def _facts(run: Run, block: BlockRun) -> UpstreamFacts:
    outputs = block.result.outputs if block.result else ()
    return UpstreamFacts(
        ran=block.state in SUCCEEDED,
        failed=block.state is BlockState.FAILED,
        rows=outputs[0].rows if block.state in SUCCEEDED and outputs else None,
        value=run.values.get(block.id),
    )


def _skipped(block: BlockRun, because: str, *, at: float, by_choice: bool = False) -> BlockRun:
    return replace(block, state=BlockState.SKIPPED, ended_at=at, because=because, by_choice=by_choice)
