"""A run as a value: what it has to do, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flowstone.engine.events import Effect, TimeoutPassed
from flowstone.model.condition import Condition
from flowstone.model.graph import Upstreams
from flowstone.model.ids import BlockId, item_prefix, mapped_block
from flowstone.model.rules import MapOver, OnFailure, Retries
from flowstone.model.run import ENDED, BlockRun, BlockState, Outcome, RunState

MAY_HAVE_ACTED = "its last attempt was cut off, and what it wrote may be there"
NO_RETRIES = Retries()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do, fixed when it starts.

    `upstream` names for each block, after those it waits for, which of the run's own these are; inputs from outside
    the run are there already. What a mapping leaves out has the default. Units: timeouts in seconds; `width` is how
    many blocks may run at once; `uses` and `limits` in the resource's own unit.
    """

    upstream: Upstreams
    may_reuse: frozenset[BlockId] = frozenset()
    retries: Mapping[BlockId, Retries] = field(default_factory=dict)
    timeouts_s: Mapping[BlockId, float] = field(default_factory=dict)
    width: int = 1
    on_failure: Mapping[BlockId, OnFailure] = field(default_factory=dict)
    conditions: Mapping[BlockId, Condition] = field(default_factory=dict)
    params: Mapping[BlockId, Mapping[str, Any]] = field(default_factory=dict)
    """The params that the conditions may ask about."""
    mapped: Mapping[BlockId, MapOver] = field(default_factory=dict)
    uses: Mapping[BlockId, Mapping[str, int]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    callbacks: Mapping[BlockId, frozenset[Outcome]] = field(default_factory=dict)
    seed: str = ""
    """What the jitter of delays is drawn from, so that the same run waits as long whenever it is stepped."""

    def retries_of(self, block: BlockId) -> Retries:
        """Return how often a block, or an item of one, is tried."""
        return self.retries.get(mapped_block(block), NO_RETRIES)

    def tolerates(self, block: BlockId) -> bool:
        """Say whether what is below a block runs although it has failed."""
        return self.on_failure.get(block) is OnFailure.CONTINUE


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is now. `blocks` has the plan's, and after them the items of mapped ones."""

    plan: Plan
    blocks: Mapping[BlockId, BlockRun]
    state: RunState = RunState.RUNNING
    is_stopping: bool = False
    overdue: Mapping[BlockId, TimeoutPassed] = field(default_factory=dict)
    """Blocks whose attempt has passed its timeout and is being ended: nothing follows until it has."""
    values: Mapping[BlockId, Any] = field(default_factory=dict)
    """What blocks gave, where a condition asks about it."""
    tried_before: Mapping[BlockId, int] = field(default_factory=dict)
    """How many attempts each block had used when the run was resumed: they count no more."""

    def with_blocks(self, *changed: BlockRun) -> Run:
        """Return the run with some blocks as they are now."""
        return replace(self, blocks={**self.blocks, **{block.id: block for block in changed}})

    def is_parent(self, block: BlockId) -> bool:
        """Say whether a block only waits for its items, and takes nothing itself."""
        return block in self.plan.mapped

    def items_of(self, block: BlockId) -> tuple[BlockRun, ...]:
        """Return a mapped block's items, in order."""
        prefix = item_prefix(block)
        return tuple(one for name, one in self.blocks.items() if one.item is not None and name.startswith(prefix))


Step = tuple[Run, tuple[Effect, ...]]


def new_run(plan: Plan) -> Run:
    """Return a run in which nothing has happened yet."""
    return Run(plan, {block: BlockRun(block) for block in plan.upstream})


def has_ended(run: Run) -> bool:
    """Say whether nothing is left to do, callbacks included."""
    for block in reversed(tuple(run.blocks.values())):  # what comes last ends last: mostly one look tells
        if block.state not in ENDED or (block.callback is not None and block.callback.state is BlockState.RUNNING):
            return False
    return True


def end_state(run: Run) -> RunState:
    """Return how a run ended: failures that the plan tolerates, and single items, fail no run."""
    blocks = [block for block in run.blocks.values() if block.item is None]
    if any(is_failure(run, block) for block in blocks):
        return RunState.FAILED
    return RunState.CANCELLED if any(block.state is BlockState.CANCELLED for block in blocks) else RunState.DONE


def is_failure(run: Run, block: BlockRun) -> bool:
    """Say whether a block failed in a way that its run cannot pass over."""
    if block.state is BlockState.FAILED:
        return not run.plan.tolerates(block.id)
    return block.state is BlockState.UNKNOWN
