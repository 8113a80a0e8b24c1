"""Walks through what can happen in a run: every event that may come next, and the rules that hold at every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

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
    StopRequested,
    TimeoutPassed,
)
from flowstone.engine.machine import Plan, Run, new_run, step
from flowstone.engine.machine.mapping import is_over
from flowstone.model.ids import BlockId, mapped_block
from flowstone.model.rules import OnFailure, Retries
from flowstone.model.run import ENDED, SUCCEEDED, BlockResult, BlockRun, BlockState, Failure, Item, RunState

BROKEN = Failure("user_code", "no such file", exception="OSError", kinds=("builtins.OSError",))
RESULT = BlockResult()
ITEMS = tuple(Item(index, str(index)) for index in range(2))
Graph = dict[str, tuple[str, ...]]


def plan_of(graph: Graph, *, width: int = 2, attempts: int = 1, may_reuse: bool = False, **more: Any) -> Plan:
    blocks = {BlockId(block): tuple(BlockId(up) for up in ups) for block, ups in graph.items()}
    return Plan(
        upstream=blocks,
        may_reuse=frozenset(blocks) if may_reuse else frozenset(),
        retries={block: Retries(attempts, 1.0) for block in blocks},
        timeouts_s=dict.fromkeys(blocks, 5.0),
        width=width,
        **more,
    )


def begun(plan: Plan) -> tuple[Run, tuple[Effect, ...]]:
    return step(new_run(plan), RunBegan(0.0))


def states(run: Run) -> dict[str, str]:
    return {str(block): found.state.value for block, found in run.blocks.items()}


def graphs_of(size: int) -> Iterator[Graph]:
    """Give every graph of so many blocks, each after those it reads."""
    names = "abcd"[:size]
    choices = [[up for count in range(index + 1) for up in combinations(names[:index], count)] for index in range(size)]

    def build(index: int, graph: Graph) -> Iterator[Graph]:
        if index == size:
            yield dict(graph)
            return
        for upstream in choices[index]:
            yield from build(index + 1, {**graph, names[index]: upstream})

    yield from build(0, {})


def possible_events(run: Run, at: float) -> Iterator[RunEvent]:
    """Everything that could happen next, a stop included."""
    for block in run.blocks.values():
        if block.state is BlockState.RUNNING:
            yield from _of_running(run, block, at)
        if block.state is BlockState.RETRYING:
            yield DelayPassed(block.id, block.attempt, at)
        if block.callback is not None and block.callback.state is BlockState.RUNNING:
            yield CallbackEnded(block.id, at)
    if not run.is_stopping:
        yield StopRequested(at)


def _of_running(run: Run, block: BlockRun, at: float) -> Iterator[RunEvent]:
    is_open = run.is_parent(block.id) and bool(run.items_of(block.id))
    if is_open and not is_over(run, block.id):
        return  # only its items can do something
    if run.is_parent(block.id) and not is_open:
        yield ItemsListed(block.id, block.attempt, at, ITEMS)
    else:
        yield BlockSucceeded(block.id, block.attempt, at, RESULT)
        yield TimeoutPassed(block.id, block.attempt, at)
    if block.attempt == 1 and block.id in run.plan.may_reuse and not is_open:
        yield BlockReused(block.id, at, RESULT)
    yield BlockFailed(block.id, block.attempt, at, BROKEN)
    if run.is_stopping or block.id in run.overdue:
        yield BlockStopped(block.id, block.attempt, at)


def check_invariants(run: Run, effects: tuple[Effect, ...]) -> None:
    """Check what holds after every step."""
    running = [b for b in run.blocks.values() if b.state is BlockState.RUNNING and not run.is_parent(b.id)]
    calling = [b for b in run.blocks.values() if b.callback and b.callback.state is BlockState.RUNNING]
    assert len(running) <= run.plan.width
    _check_resources(run, running)
    for block in run.blocks.values():
        _check_block(run, block)
    is_over_now = all(block.state in ENDED for block in run.blocks.values()) and not calling
    assert is_over_now == (run.state is not RunState.RUNNING)
    assert is_over_now == any(isinstance(effect, EndRun) for effect in effects)
    for effect in effects:
        if isinstance(effect, StartBlock):
            assert run.blocks[effect.block].state is BlockState.RUNNING
            assert run.blocks[effect.block].attempt == effect.attempt


def _check_resources(run: Run, running: list[BlockRun]) -> None:
    used: Counter[str] = Counter()
    for block in running:
        used.update(dict(run.plan.uses.get(mapped_block(block.id), {})))
    assert all(used[name] <= limit for name, limit in run.plan.limits.items())
    per_map = Counter(mapped_block(block.id) for block in running if block.item is not None)
    for parent, count in per_map.items():
        width = run.plan.mapped[parent].width
        assert width is None or count <= width


def _check_block(run: Run, block: BlockRun) -> None:
    assert block.attempt - run.tried_before.get(block.id, 0) <= run.plan.retries_of(block.id).attempts
    assert [one.attempt for one in block.earlier] == sorted({one.attempt for one in block.earlier})
    if block.item is not None or block.state not in (BlockState.RUNNING, BlockState.RETRYING, *SUCCEEDED):
        return
    for up in run.plan.upstream[block.id]:
        above = run.blocks[up]
        is_tolerated = above.state is BlockState.FAILED and run.plan.tolerates(up)
        is_chosen = above.by_choice and block.id in run.plan.conditions
        assert above.state in SUCCEEDED or is_tolerated or is_chosen, "nothing runs below what gave nothing"


def key_of(run: Run) -> tuple[object, ...]:
    """Tell two runs apart by what may follow, not by when things were."""
    blocks = tuple(
        (block.id, block.state, block.attempt, block.by_choice, block.callback and block.callback.state)
        for block in run.blocks.values()
    )
    return run.is_stopping, frozenset(run.overdue), frozenset(run.values), *blocks


def explore(plan: Plan, *, budget: int, visit: Callable[[Run], None] = lambda _run: None) -> int:
    """Visit every state that any order of events leads to; return how many there are."""
    run, effects = begun(plan)
    check_invariants(run, effects)
    seen = {key_of(run)}
    frontier = [run]
    while frontier:
        run = frontier.pop()
        visit(run)
        events = list(possible_events(run, at=1.0))
        assert events, "a run that is not over must have a way on"
        for event in events:
            after, effects = step(run, event)
            check_invariants(after, effects)
            key = key_of(after)
            if key not in seen and after.state is RunState.RUNNING:
                seen.add(key)
                frontier.append(after)
        assert len(seen) < budget
    return len(seen)


class Simulation:
    """A run whose blocks answer by chance, with a ledger of what was started and what ended."""

    def __init__(self, run: Run, choose: Callable[[int], int]) -> None:
        self.run = run
        self._choose = choose
        self.attempts: Counter[tuple[BlockId, int]] = Counter()
        self.gathered: Counter[BlockId] = Counter()
        self.called: Counter[BlockId] = Counter()
        self._take(*step(run, RunBegan(0.0)))

    def _take(self, run: Run, effects: tuple[Effect, ...]) -> None:
        check_invariants(run, effects)
        for effect in effects:
            match effect:
                case StartBlock(block, attempt, _):
                    self.attempts[block, attempt] += 1
                case GatherItems(block, _, _):
                    self.gathered[block] += 1
                case CallBack(block, _):
                    self.called[block] += 1
                case _:
                    pass
        self.run = run

    def go(self, *, turns: int, stops: bool = False) -> None:
        """Let things happen, at most so many."""
        for turn in range(turns):
            if self.run.state is not RunState.RUNNING:
                return
            events = [e for e in possible_events(self.run, float(turn)) if stops or not isinstance(e, StopRequested)]
            events = events or [StopRequested(float(turn))]
            self._take(*step(self.run, events[self._choose(len(events))]))

    def killed(self) -> dict[BlockId, BlockRun]:
        """Return what a ledger has of the run when its process is killed now."""
        return dict(self.run.blocks)


TOLERANT = {BlockId("a"): OnFailure.CONTINUE}
STRICT = {BlockId("a"): OnFailure.STOP}
