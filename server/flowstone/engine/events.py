"""What can happen in a run, and what a run asks for: the machine's input and output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flowstone.model.ids import BlockId, Fingerprint
from flowstone.model.run import BlockResult, Failure, Item, Outcome, RunState, Usage

# --- Events: what happened. Units: `at` in seconds since the epoch. ---


@dataclass(frozen=True, slots=True)
class RunBegan:
    """The run may start its first blocks, or go on."""

    at: float
    given: Mapping[BlockId, BlockResult] = field(default_factory=dict)
    """What its blocks read from blocks outside it, kept so that it reads the same when it is resumed."""


@dataclass(frozen=True, slots=True)
class BlockReused:
    """A stored result was found that counts."""

    block: BlockId
    at: float
    result: BlockResult
    value: Any = None
    """What the output is, if it is small JSON that a condition asks about."""


@dataclass(frozen=True, slots=True)
class ItemsListed:
    """It is known what a mapped block is to run for."""

    block: BlockId
    attempt: int
    at: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class BlockSucceeded:
    """A block's result is committed."""

    block: BlockId
    attempt: int
    at: float
    result: BlockResult
    usage: Usage | None = None
    value: Any = None
    """What the output is, if it is small JSON that a condition asks about."""


@dataclass(frozen=True, slots=True)
class BlockFailed:
    """An attempt gave no result that counts; `result` may show what it was, such as an output its checks refused."""

    block: BlockId
    attempt: int
    at: float
    failure: Failure
    result: BlockResult | None = None
    is_final: bool = False
    """Whether trying again cannot help."""
    fingerprint: Fingerprint | None = None
    """What the attempt depended on, as far as that was found out."""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class BlockStopped:
    """An attempt ended because it was asked to."""

    block: BlockId
    attempt: int
    at: float
    usage: Usage | None = None
    may_have_acted: bool = False
    """Whether it had begun to change something outside."""


@dataclass(frozen=True, slots=True)
class DelayPassed:
    """A block that waits to be tried again may start."""

    block: BlockId
    attempt: int
    at: float


@dataclass(frozen=True, slots=True)
class TimeoutPassed:
    """An attempt is running longer than it may."""

    block: BlockId
    attempt: int
    at: float
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Somebody wants the run to end."""

    at: float


@dataclass(frozen=True, slots=True)
class CallbackEnded:
    """A block's callbacks have been called; `failure` says what went wrong in them."""

    block: BlockId
    at: float
    failure: Failure | None = None


RunEvent: TypeAlias = (
    RunBegan
    | BlockReused
    | ItemsListed
    | BlockSucceeded
    | BlockFailed
    | BlockStopped
    | DelayPassed
    | TimeoutPassed
    | StopRequested
    | CallbackEnded
)

# --- Effects: what the driver is to do. ---


@dataclass(frozen=True, slots=True)
class StartBlock:
    """Start an attempt, or answer BlockReused if `may_reuse` and a stored result counts.

    Of a mapped block: find out what it is to run for, and answer ItemsListed.
    """

    block: BlockId
    attempt: int
    may_reuse: bool


@dataclass(frozen=True, slots=True)
class StopBlock:
    """End an attempt, whatever it does, and answer BlockStopped."""

    block: BlockId
    attempt: int


@dataclass(frozen=True, slots=True)
class WaitBefore:
    """Answer DelayPassed after so long. Units: delay_s in seconds."""

    block: BlockId
    attempt: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class GatherItems:
    """Put together what the items of a mapped block gave, and answer for the block."""

    block: BlockId
    attempt: int
    items: tuple[BlockId, ...]


@dataclass(frozen=True, slots=True)
class CallBack:
    """Call a block's callbacks, and answer CallbackEnded. They act outside: only after all before is committed."""

    block: BlockId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class StopCallback:
    """End a block's callbacks, whatever they do, and answer CallbackEnded."""

    block: BlockId


@dataclass(frozen=True, slots=True)
class EndRun:
    """The run is over."""

    state: RunState


Effect: TypeAlias = StartBlock | StopBlock | WaitBefore | GatherItems | CallBack | StopCallback | EndRun
