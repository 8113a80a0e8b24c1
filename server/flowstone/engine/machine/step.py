"""What an event does to a run.

An event of an attempt that is no longer the block's changes nothing, so a late or repeated answer does no harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from flowstone.engine.events import (
    BlockFailed,
    BlockReused,
    BlockStopped,
    BlockSucceeded,
    CallBack,
    CallbackEnded,
    DelayPassed,
    Effect,
    EndRun,
    GatherItems,
    ItemsListed,
    RunBegan,
    RunEvent,
    StartBlock,
    StopBlock,
    StopCallback,
    StopRequested,
    TimeoutPassed,
    WaitBefore,
)
from flowstone.engine.machine import mapping
from flowstone.engine.machine.limits import room_in
from flowstone.engine.machine.retries import delay_s, is_worth_trying
from flowstone.engine.machine.skips import is_ready, leave_out
from flowstone.engine.machine.state import MAY_HAVE_ACTED, Run, Step, end_state, has_ended
from flowstone.engine.machine.tries import started
from flowstone.errors.engine import TimedOut
from flowstone.model.ids import BlockId, mapped_block
from flowstone.model.rules import OnFailure
from flowstone.model.run import SUCCEEDED, BlockRun, BlockState, Callback, Failure, Outcome, RunState

AttemptEvent: TypeAlias = ItemsListed | BlockSucceeded | BlockFailed | BlockStopped | DelayPassed | TimeoutPassed


def step(run: Run, event: RunEvent) -> Step:
    """Return the run after an event, and what to do next. Effects come in the order they are to be performed."""
    if run.state is not RunState.RUNNING:
        return run, ()
    match event:
        case RunBegan(at):
            return _begin(run, at=at)
        case BlockReused():
            return _reused(run, event)
        case StopRequested(at):
            return _stop_requested(run, at=at)
        case CallbackEnded():
            return _callback_ended(run, event)
        case _:
            return _attempt(run, event) if _is_current(run, event) else (run, ())


def _is_current(run: Run, event: AttemptEvent) -> bool:
    block = run.blocks.get(event.block)
    waits_for_it = BlockState.RETRYING if isinstance(event, DelayPassed) else BlockState.RUNNING
    return block is not None and block.attempt == event.attempt and block.state is waits_for_it


def _attempt(run: Run, event: AttemptEvent) -> Step:
    match event:
        case ItemsListed():
            return _listed(run, event)
        case BlockSucceeded():
            return _succeeded(_in_time(run, event.block), event)
        case BlockFailed() | BlockStopped() if event.block in run.overdue:
            return _timed_out(run, event)
        case BlockFailed():
            return _failed(run, event)
        case BlockStopped(block, _, at, usage, may_have_acted):
            because = MAY_HAVE_ACTED if may_have_acted else ""
            stopped = replace(run.blocks[block], state=BlockState.CANCELLED, ended_at=at, usage=usage, because=because)
            return _ended(run, stopped, at=at)
        case DelayPassed(block, _, at):
            return _go_on(run.with_blocks(replace(run.blocks[block], state=BlockState.WAITING)), at=at)
        case TimeoutPassed():
            return _end_overdue(run, event)


# --- Beginning and going on ---


def _begin(run: Run, *, at: float) -> Step:
    """Start what can start. A resumed run also goes on with what its blocks left open: callbacks and full maps."""
    effects: list[Effect] = [
        CallBack(block.id, block.callback.outcome)
        for block in run.blocks.values()
        if block.callback is not None and block.callback.state is BlockState.RUNNING
    ]
    run = run.with_blocks(
        *(
            replace(run.blocks[parent], started_at=at)
            for parent in run.plan.mapped
            if run.blocks[parent].state is BlockState.RUNNING
        )
    )
    for parent in run.plan.mapped:
        if run.items_of(parent) and mapping.is_over(run, parent):
            run, caused = _map_over(run, parent, at=at)
            effects.extend(caused)
    run, caused = _go_on(run, at=at)
    return run, (*effects, *caused)


def _go_on(run: Run, *, at: float) -> Step:
    """Skip what can no longer run, start what can, and end the run when nothing is left."""
    before = run
    run = leave_out(run, at=at)
    effects: list[Effect] = []
    for block in run.plan.conditions:
        if run.blocks[block].state is BlockState.FAILED and before.blocks[block].state is BlockState.WAITING:
            run, caused = _after_failure(run, run.blocks[block], at=at)
            effects.extend(caused)
    return _go_ahead(run, tuple(effects), at=at)


def _go_ahead(run: Run, effects: tuple[Effect, ...], *, at: float) -> Step:
    run, starts = _start_ready(run, at=at)
    if has_ended(run):
        state = end_state(run)
        return replace(run, state=state), (*effects, *starts, EndRun(state))
    return run, (*effects, *starts)


def _start_ready(run: Run, *, at: float) -> Step:
    if run.is_stopping:
        return run, ()
    room = room_in(run)
    starting = []
    for block in run.blocks.values():
        if block.state is BlockState.WAITING and is_ready(run, block) and room.fits(block):
            starting.append(started(block, at=at))
            room.take(block)
        elif room.slots <= 0 and (block.item is not None or not run.plan.mapped):
            break  # only a mapped block needs no slot, and those come before all items
    effects = tuple(StartBlock(one.id, one.attempt, may_reuse=_may_reuse(run, one)) for one in starting)
    return (run.with_blocks(*starting), effects) if starting else (run, ())


def _may_reuse(run: Run, block: BlockRun) -> bool:
    """Say whether a stored result will do: never for a second attempt, for the first would have taken it."""
    return block.attempt == 1 and block.id in run.plan.may_reuse


# --- Ends of attempts ---


def _reused(run: Run, event: BlockReused) -> Step:
    block = run.blocks[event.block]
    if block.state is not BlockState.RUNNING or run.items_of(block.id):
        return run, ()
    because = "nothing it depends on changed"
    reused = replace(block, state=BlockState.REUSED, ended_at=event.at, result=event.result, because=because)
    return _ended(_with_value(run, event), reused, at=event.at)


def _succeeded(run: Run, event: BlockSucceeded) -> Step:
    block = run.blocks[event.block]
    done = replace(block, state=BlockState.DONE, ended_at=event.at, result=event.result, usage=event.usage, because="")
    done, calls = _called_back(run, done, Outcome.SUCCESS)
    run, effects = _ended(_with_value(run, event), done, at=event.at)
    return run, (*calls, *effects)


def _with_value(run: Run, event: BlockReused | BlockSucceeded) -> Run:
    return run if event.value is None else replace(run, values={**run.values, event.block: event.value})


def _ended(run: Run, block: BlockRun, *, at: float) -> Step:
    """Go on after a block, or an item of one, has ended."""
    run = run.with_blocks(block)
    if block.item is None:
        leaves_all = block.state in SUCCEEDED and not run.plan.conditions
        return _go_ahead(run, (), at=at) if leaves_all else _go_on(run, at=at)
    run, effects = mapping.after_item(run, block.id, at=at)
    parent = mapped_block(block.id)
    if mapping.is_over(run, parent):
        run, caused = _map_over(run, parent, at=at)
        return run, (*effects, *caused)
    run, caused = _go_ahead(run, (), at=at)
    return run, (*effects, *caused)


def _failed(run: Run, event: BlockFailed) -> Step:
    block = run.blocks[event.block]
    tried = replace(
        block,
        ended_at=event.at,
        failure=event.failure,
        result=event.result,
        fingerprint=event.fingerprint,
        usage=event.usage,
    )
    retries, count = run.plan.retries_of(block.id), event.attempt - run.tried_before.get(block.id, 0)
    is_full = run.is_parent(block.id) and bool(run.items_of(block.id))
    is_final = event.is_final or run.is_stopping or is_full or mapping.is_given_up(run, block)
    if not is_final and is_worth_trying(retries, event.failure, tried=count):
        delay = delay_s(retries, seed=run.plan.seed, block=block.id, tried=count)
        wait = WaitBefore(block.id, event.attempt, delay)
        run, effects = _go_ahead(run.with_blocks(replace(tried, state=BlockState.RETRYING)), (), at=event.at)
        return run, (wait, *effects)
    failed = replace(tried, state=BlockState.FAILED)
    if block.item is not None:
        return _ended(run, failed, at=event.at)
    run, effects = _after_failure(run, failed, at=event.at)
    run, caused = _go_on(run, at=event.at)
    return run, (*effects, *caused)


def _after_failure(run: Run, failed: BlockRun, *, at: float) -> Step:
    """Call the callbacks of a block that has failed for good, and end the run if it is to end with it."""
    failed, calls = _called_back(run, failed, Outcome.FAILURE)
    run = run.with_blocks(failed)
    if run.plan.on_failure.get(failed.id) is not OnFailure.STOP:
        return run, calls
    run, stops = _stop_all(run, because=f"{failed.id} failed", at=at)
    return run, (*calls, *stops)


# --- Timeouts ---


def _end_overdue(run: Run, event: TimeoutPassed) -> Step:
    """Have an attempt ended. Its block goes on only then: two attempts at once would both write."""
    if event.block in run.overdue:
        return run, ()
    return replace(run, overdue={**run.overdue, event.block: event}), (StopBlock(event.block, event.attempt),)


def _timed_out(run: Run, event: BlockFailed | BlockStopped) -> Step:
    limit_s = run.plan.timeouts_s.get(mapped_block(event.block), 0.0)
    late = TimedOut(
        f"The block ran longer than its timeout of {limit_s:g} s",
        hint="Raise `timeout:` in the pipeline, or make the block faster.",
    )
    depended_on = run.overdue[event.block].fingerprint
    why = Failure.of(late)
    failed = BlockFailed(event.block, event.attempt, event.at, why, fingerprint=depended_on, usage=event.usage)
    return _failed(_in_time(run, event.block), failed)


def _in_time(run: Run, block: BlockId) -> Run:
    """Return the run with a block that is not, or no longer, overdue."""
    if block not in run.overdue:
        return run
    return replace(run, overdue={name: event for name, event in run.overdue.items() if name != block})


# --- Mapped blocks ---


def _listed(run: Run, event: ItemsListed) -> Step:
    if not run.is_parent(event.block) or run.items_of(event.block):
        return run, ()
    if not event.items:
        return run, (GatherItems(event.block, event.attempt, ()),)
    run = mapping.with_items(run, event)
    if run.is_stopping:
        run, _ = mapping.end_items(run, event.block, because="the run was stopped", at=event.at)
        return _map_over(run, event.block, at=event.at)
    return _go_ahead(run, (), at=event.at)


def _map_over(run: Run, parent: BlockId, *, at: float) -> Step:
    """Go on with a mapped block whose items have all ended."""
    follows = mapping.outcome_of(run, parent, at=at)
    if isinstance(follows, BlockFailed):
        return _failed(run, follows)
    if follows is None or run.is_stopping:
        return _ended(run, replace(run.blocks[parent], state=BlockState.CANCELLED, ended_at=at), at=at)
    run, effects = _go_ahead(run, (), at=at)
    return run, (follows, *effects)


# --- Callbacks ---


def _called_back(run: Run, block: BlockRun, outcome: Outcome) -> tuple[BlockRun, tuple[Effect, ...]]:
    """Have a block's callbacks called, unless somebody is stopping the run."""
    if run.is_stopping or block.item is not None or outcome not in run.plan.callbacks.get(block.id, ()):
        return block, ()
    return replace(block, callback=Callback(outcome, BlockState.RUNNING)), (CallBack(block.id, outcome),)


def _callback_ended(run: Run, event: CallbackEnded) -> Step:
    block = run.blocks[event.block]
    if block.callback is None or block.callback.state is not BlockState.RUNNING:
        return run, ()
    state = BlockState.DONE if event.failure is None else BlockState.FAILED
    called = replace(block, callback=Callback(block.callback.outcome, state, event.failure))
    return _go_ahead(run.with_blocks(called), (), at=event.at)


# --- Stopping ---


def _stop_requested(run: Run, *, at: float) -> Step:
    calls = tuple(
        StopCallback(block.id)
        for block in run.blocks.values()
        if block.callback is not None and block.callback.state is BlockState.RUNNING
    )
    if run.is_stopping:
        return run, calls
    run, stops = _stop_all(run, because="the run was stopped", at=at)
    run, effects = _go_on(run, at=at)
    return run, (*calls, *stops, *effects)


def _stop_all(run: Run, *, because: str, at: float) -> Step:
    """End what runs and cancel what waits. A mapped block ends with its items."""
    if run.is_stopping:
        return run, ()
    open_maps = [one for one in run.plan.mapped if run.items_of(one) and not mapping.is_over(run, one)]
    stops = tuple(
        StopBlock(block.id, block.attempt)
        for block in run.blocks.values()
        if block.state is BlockState.RUNNING and block.id not in run.overdue and block.id not in open_maps
    )
    blocks = tuple(run.blocks.values())
    run = replace(run, is_stopping=True).with_blocks(*mapping.cancelled(blocks, because=because, at=at))
    for parent in open_maps:
        if mapping.is_over(run, parent):
            run = run.with_blocks(replace(run.blocks[parent], state=BlockState.CANCELLED, ended_at=at, because=because))
    return run, stops
