"""What can happen in a run, and what a run asks for: the machine's input and output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flowstone.model.ids import BlockId, Fingerprint
from flowstone.model.run import BlockResult, Failure, RunState

# --- Events: what happened. Units: `at` in seconds since the epoch. ---


@dataclass(frozen=True, slots=True)
class RunBegan:
    """The run may start its first blocks."""

    at: float


@dataclass(frozen=True, slots=True)
class BlockReused:
    """A stored result was found that counts."""

    block: BlockId
    at: float
    result: BlockResult


@dataclass(frozen=True, slots=True)
class BlockSucceeded:
    """A block's result is committed."""

    block: BlockId
    attempt: int
    at: float
    result: BlockResult


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


@dataclass(frozen=True, slots=True)
class BlockStopped:
    """An attempt ended because it was asked to."""

    block: BlockId
    attempt: int
    at: float


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


RunEvent: TypeAlias = (
    RunBegan | BlockReused | BlockSucceeded | BlockFailed | BlockStopped | DelayPassed | TimeoutPassed | StopRequested
)

# --- Effects: what the driver is to do. ---


@dataclass(frozen=True, slots=True)
class StartBlock:
    """Start an attempt, or answer BlockReused if `may_reuse` and a stored result counts."""

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
class EndRun:
    """The run is over."""

    state: RunState


Effect: TypeAlias = StartBlock | StopBlock | WaitBefore | EndRun
