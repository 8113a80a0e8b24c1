"""The run machine: a run and what happened give the run as it then is, and what to do next.

Nothing here looks at a clock, a file or a process; times come with the events. An event of an attempt that is
no longer the block's changes nothing, so a late or repeated answer does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from flowstone.engine.events import (
    BlockFailed,
    BlockReused,
    BlockStopped,
    BlockSucceeded,
    DelayPassed,
    Effect,
    EndRun,
    RunBegan,
    RunEvent,
    StartBlock,
    StopBlock,
    StopRequested,
    TimeoutPassed,
    WaitBefore,
)
from flowstone.errors.engine import TimedOut
from flowstone.model.rules import Retries
from flowstone.model.graph import Upstreams, descendants
from flowstone.model.ids import BlockId
from flowstone.model.run import ENDED, SUCCEEDED, BlockRun, BlockState, Failure, RunState

AttemptEvent: TypeAlias = BlockSucceeded | BlockFailed | BlockStopped | DelayPassed | TimeoutPassed


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do, fixed when it starts.

    `upstream` names for each block those it waits for among the run's own; inputs from outside the run are
    there already. Units: timeouts in seconds; `width` is how many blocks may run at once.
    """

    upstream: Upstreams
    may_reuse: frozenset[BlockId] = frozenset()
    retries: Mapping[BlockId, Retries] = field(default_factory=dict)
    timeouts_s: Mapping[BlockId, float] = field(default_factory=dict)
    width: int = 1


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is now."""

    plan: Plan
    blocks: Mapping[BlockId, BlockRun]
    state: RunState = RunState.RUNNING
    is_stopping: bool = False
    overdue: Mapping[BlockId, TimeoutPassed] = field(default_factory=dict)
    """Blocks whose attempt has passed its timeout and is being ended: nothing follows until it has."""


Step = tuple[Run, tuple[Effect, ...]]


def new_run(plan: Plan) -> Run:
    """Return a run in which nothing has happened yet."""
    return Run(plan, {block: BlockRun(block) for block in plan.upstream})


def step(run: Run, event: RunEvent) -> Step:
    """Return the run after an event, and what to do next. Effects come in the order they are to be performed."""
    if run.state is not RunState.RUNNING:
        return run, ()
    match event:
        case RunBegan(at):
            return _go_on(run, at=at)
        case BlockReused():
            return _reused(run, event)
        case StopRequested(at):
            return _stop_all(run, at=at)
        case _:
            return _attempt(run, event) if _is_current(run, event) else (run, ())


def _is_current(run: Run, event: AttemptEvent) -> bool:
    block = run.blocks[event.block]
    waits_for_it = BlockState.RETRYING if isinstance(event, DelayPassed) else BlockState.RUNNING
    return block.attempt == event.attempt and block.state is waits_for_it


def _attempt(run: Run, event: BlockSucceeded | BlockFailed | BlockStopped | DelayPassed | TimeoutPassed) -> Step:
    match event:
        case BlockSucceeded():
            return _succeeded(_in_time(run, event.block), event)
        case BlockFailed() | BlockStopped() if event.block in run.overdue:
            return _timed_out(run, event)
        case BlockFailed():
            return _failed(run, event)
        case BlockStopped(block, _, at):
            stopped = replace(run.blocks[block], state=BlockState.CANCELLED, ended_at=at)
            return _go_on(_with(run, stopped), at=at)
        case DelayPassed(block, _, at):
            return _go_on(_with(run, replace(run.blocks[block], state=BlockState.WAITING)), at=at)
        case TimeoutPassed():
            return _end_overdue(run, event)


def _with(run: Run, *changed: BlockRun) -> Run:
    return replace(run, blocks={**run.blocks, **{block.id: block for block in changed}})


def _start(run: Run, block: BlockRun, *, at: float) -> Step:
    """Start a block's next attempt. A second one never reuses: the first would have."""
    attempt = block.attempt + 1
    started = replace(
        block,
        state=BlockState.RUNNING,
        attempt=attempt,
        started_at=at,
        ended_at=None,
        failure=None,
        result=None,
        fingerprint=None,
    )
    may_reuse = attempt == 1 and block.id in run.plan.may_reuse
    return _with(run, started), (StartBlock(block.id, attempt, may_reuse),)


def _reused(run: Run, event: BlockReused) -> Step:
    block = run.blocks[event.block]
    if block.state is not BlockState.RUNNING:
        return run, ()
    reused = replace(
        block, state=BlockState.REUSED, ended_at=event.at, result=event.result, because="nothing it depends on changed"
    )
    return _go_on(_with(run, reused), at=event.at)


def _succeeded(run: Run, event: BlockSucceeded) -> Step:
    done = replace(run.blocks[event.block], state=BlockState.DONE, ended_at=event.at, result=event.result)
    return _go_on(_with(run, done), at=event.at)


def _failed(run: Run, event: BlockFailed) -> Step:
    block = run.blocks[event.block]
    tried = replace(block, ended_at=event.at, failure=event.failure, result=event.result, fingerprint=event.fingerprint)
    retries = run.plan.retries.get(event.block, Retries())
    if event.attempt < retries.attempts and not event.is_final and not run.is_stopping:
        waiting = replace(tried, state=BlockState.RETRYING)
        wait = WaitBefore(event.block, event.attempt, retries.delay_s)
        going_on, effects = _go_on(_with(run, waiting), at=event.at)
        return going_on, (wait, *effects)
    return _go_on(_with(run, replace(tried, state=BlockState.FAILED)), at=event.at)


def _end_overdue(run: Run, event: TimeoutPassed) -> Step:
    """Have an attempt ended. Its block goes on only then: two attempts at once would both write."""
    if event.block in run.overdue:
        return run, ()
    return replace(run, overdue={**run.overdue, event.block: event}), (StopBlock(event.block, event.attempt),)


def _timed_out(run: Run, event: BlockFailed | BlockStopped) -> Step:
    limit_s = run.plan.timeouts_s.get(event.block, 0.0)
    late = TimedOut(
        f"The block ran longer than its timeout of {limit_s:g} s",
        hint="Raise `timeout:` in the pipeline, or make the block faster.",
    )
    depended_on = run.overdue[event.block].fingerprint
    failed = BlockFailed(event.block, event.attempt, event.at, Failure.of(late), fingerprint=depended_on)
    return _failed(_in_time(run, event.block), failed)


def _in_time(run: Run, block: BlockId) -> Run:
    """Return the run with a block that is not, or no longer, overdue."""
    return replace(run, overdue={name: event for name, event in run.overdue.items() if name != block})


def _stop_all(run: Run, *, at: float) -> Step:
    if run.is_stopping:
        return run, ()
    stopping = replace(run, is_stopping=True)
    effects = tuple(
        StopBlock(block.id, block.attempt)
        for block in run.blocks.values()
        if block.state is BlockState.RUNNING and block.id not in run.overdue
    )
    waiting = [
        replace(block, state=BlockState.CANCELLED, ended_at=at, because="the run was stopped")
        for block in run.blocks.values()
        if block.state in (BlockState.WAITING, BlockState.RETRYING)
    ]
    stopped, rest = _go_on(_with(stopping, *waiting), at=at)
    return stopped, (*effects, *rest)


def _go_on(run: Run, *, at: float) -> Step:
    """Skip what can no longer run, start what can, and end the run when nothing is left."""
    run = _skip_below_failures(run, at=at)
    run, effects = _start_ready(run, at=at)
    if all(block.state in ENDED for block in run.blocks.values()):
        state = _end_state(run)
        return replace(run, state=state), (*effects, EndRun(state))
    return run, effects


def _skip_below_failures(run: Run, *, at: float) -> Run:
    lost = [block.id for block in run.blocks.values() if block.state in ENDED and block.state not in SUCCEEDED]
    if not lost:
        return run
    skipped = [
        replace(run.blocks[block], state=BlockState.SKIPPED, ended_at=at, because=_why_skipped(run, block))
        for block in descendants(run.plan.upstream, lost)
        if run.blocks[block].state is BlockState.WAITING
    ]
    return _with(run, *skipped) if skipped else run


def _why_skipped(run: Run, block: BlockId) -> str:
    lost = [up for up in run.plan.upstream[block] if run.blocks[up].state not in SUCCEEDED]
    return f"upstream {lost[0]} has no output" if lost else "an upstream has no output"


def _start_ready(run: Run, *, at: float) -> Step:
    free = run.plan.width - sum(block.state is BlockState.RUNNING for block in run.blocks.values())
    if free <= 0 or run.is_stopping:
        return run, ()
    ready = [
        block
        for block in run.blocks.values()
        if block.state is BlockState.WAITING
        and all(run.blocks[up].state in SUCCEEDED for up in run.plan.upstream[block.id])
    ]
    effects: list[Effect] = []
    for block in ready[:free]:
        run, started = _start(run, block, at=at)
        effects.extend(started)
    return run, tuple(effects)


def _end_state(run: Run) -> RunState:
    states = {block.state for block in run.blocks.values()}
    if states & {BlockState.FAILED, BlockState.UNKNOWN}:
        return RunState.FAILED
    return RunState.CANCELLED if BlockState.CANCELLED in states else RunState.DONE
