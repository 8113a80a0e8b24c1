"""A run: what has happened to each block, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flowstone.errors.base import FlowstoneError
from flowstone.model.ids import BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.output import Output, Receipt


class BlockState(StrEnum):
    """How a block is doing in a run. Whether its output still counts is another question: see Freshness."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "retrying"
    DONE = "done"
    REUSED = "reused"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


SUCCEEDED = frozenset({BlockState.DONE, BlockState.REUSED})
ENDED = frozenset(
    {
        BlockState.DONE,
        BlockState.REUSED,
        BlockState.FAILED,
        BlockState.SKIPPED,
        BlockState.CANCELLED,
        BlockState.UNKNOWN,
    }
)


class RunState(StrEnum):
    """How a whole run is doing."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a traceback, of user code only. Units: line and column count from 1."""

    file: str
    line: int
    function: str
    text: str = ""
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a block failed, with the frames of user code, the innermost last."""

    code: str
    message: str
    hint: str = ""
    exception: str = ""
    """The exception's class, as a person would write it in an except clause."""
    frames: tuple[Frame, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    """The exception's class and those above it, each with its module: what `only_on` of retries may name."""

    @classmethod
    def of(cls, error: FlowstoneError) -> Failure:
        """Return what an error of ours says; it has no frames, for it is not the block's code that raised it."""
        return cls(error.code, error.message, error.hint, details=error.details)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a @check said of an output."""

    name: str
    passed: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What a block gave when it succeeded: the committed outcome that alone counts as done."""

    outputs: tuple[Output, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    fingerprint: Fingerprint | None = None
    seconds: float | None = None
    """How long the attempt that made it took; None where nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an attempt took of the machine, all its processes together.

    Units: cpu_s in seconds; peak_memory_bytes beyond what its worker held before it, None where nobody could tell;
    rows and bytes of what it put out, or wrote elsewhere.
    """

    cpu_s: float = 0.0
    peak_memory_bytes: int | None = None
    rows: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt that did not last: when it was, and how it ended. Units: times in seconds since the epoch."""

    attempt: int
    state: BlockState
    started_at: float | None = None
    ended_at: float | None = None
    failure: Failure | None = None
    usage: Usage | None = None
    because: str = ""
    """Why it came to nothing, where that is no failure of its own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One of the items that a mapped block runs for.

    `label` says it in a few words. `value` is the item itself where it came from a list among the params; `outputs`
    is where it lies in the store, where it is a part of what an upstream gave.
    """

    index: int
    label: str = ""
    value: Any = None
    outputs: tuple[Output, ...] = ()


class Outcome(StrEnum):
    """What a callback is called for."""

    SUCCESS = "success"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Callback:
    """How a block's callbacks are doing: running, done or failed."""

    outcome: Outcome
    state: BlockState
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class BlockRun:
    """One block's part of a run, or one item's of a mapped block. Units: times in seconds since the epoch."""

    id: BlockId
    state: BlockState = BlockState.WAITING
    attempt: int = 0
    started_at: float | None = None
    ended_at: float | None = None
    result: BlockResult | None = None
    failure: Failure | None = None
    because: str = ""
    """Why a block was skipped, reused or is waiting, in words."""
    fingerprint: Fingerprint | None = None
    """What an attempt that failed depended on, to tell whether that has changed since; a result carries its own."""
    usage: Usage | None = None
    """What the last attempt took; None while it runs, and of a reused output."""
    earlier: tuple[Try, ...] = ()
    """The attempts before this one, oldest first."""
    by_choice: bool = False
    """Whether it was skipped because of a condition, which is no failure."""
    item: Item | None = None
    """What it runs for, if it is an item of a mapped block; that block's id is `mapped_block(id)`."""
    callback: Callback | None = None

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took; None while it has not ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.started_at


def tries_of(block: BlockRun) -> tuple[Try, ...]:
    """Return all attempts of a block, oldest first, the last one among them."""
    is_last_there = bool(block.earlier) and block.earlier[-1].attempt == block.attempt
    if not block.attempt or is_last_there:
        return block.earlier
    last = Try(block.attempt, block.state, block.started_at, block.ended_at, block.failure, block.usage, block.because)
    return (*block.earlier, last)


class Reuse(StrEnum):
    """Which blocks of a run may take a stored output instead of running."""

    EDITOR = "editor"
    """All whose fingerprint is known: loaders and exporters too."""
    PURE = "pure"
    """Only transformers: loaders always load and exporters always act. The rule of scheduled runs."""
    NEVER = "never"
    """None: everything runs."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What somebody asks for when starting a run.

    `blocks` empty means the whole pipeline. With `only`, just the named blocks run, on stored inputs;
    else also whatever of their ancestors is not fresh. With `downstream`, all that lies below too.
    """

    pipeline: PipelineId
    blocks: tuple[BlockId, ...] = ()
    only: bool = False
    downstream: bool = False
    reuse: Reuse = Reuse.PURE
    params: Mapping[str, Any] = field(default_factory=dict)
    profile: str | None = None
    trigger: str = "manual"
    run: RunId | None = None
    """An id of the caller's choosing; asking twice with the same one starts one run."""
    logical_date: str | None = None
    """The moment that the run stands for, in ISO 8601 with its offset; None is that of its start."""
    up_to: tuple[BlockId, ...] = ()
    """Where `downstream` ends: nothing below these, and nothing that does not lead to them."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nobody drove a run: between its end and its being taken up again.

    Units: in seconds since the epoch.
    """

    began_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as a whole. Units: times in seconds since the epoch."""

    id: RunId
    pipeline: PipelineId
    state: RunState
    started_at: float
    ended_at: float | None = None
    trigger: str = "manual"
    profile: str = "local"
    params: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[BlockRun, ...] = ()
    """Empty in lists, where only the run itself is of interest."""
    logical_date: str | None = None
    """The moment that a scheduled run stands for, in ISO 8601; None is that of its start."""
    snapshot: str = field(default="", compare=False)
    """The code that it uses; empty until the ledger has it."""
    is_pinned: bool = False
    """Whether somebody wants it kept whatever the project's limits say."""
    has_outputs: bool = True
    """Whether its outputs are kept, and not let go for want of room."""
    pauses: tuple[Pause, ...] = field(default=(), compare=False)
    """When it lay still before it was resumed, oldest first."""

    @property
    def seconds(self) -> float | None:
        """How long it was driven, its pauses left out; None while it goes on."""
        if self.ended_at is None:
            return None
        idle = sum(pause.ended_at - pause.began_at for pause in self.pauses)
        return max(0.0, self.ended_at - self.started_at - idle)
