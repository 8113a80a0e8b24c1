"""What a worker is told to do and what it answers: plain values that travel as JSON, never as pickles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flowstone.model.connections import ConnectionSettings, WriteContext
from flowstone.model.ids import BlockId
from flowstone.model.output import Output
from flowstone.model.rules import MapOver
from flowstone.model.run import BlockResult, Failure, Usage
from flowstone.model.source import BlockSource

CONNECTION_GONE = 113
"""The exit code of a worker that cannot speak to its server any more."""


@dataclass(frozen=True, slots=True)
class InputRef:
    """An upstream's stored outputs and the parameter they fill; `*` is the block's `*inputs`."""

    parameter: str
    upstream: BlockId
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to do for a block instead of running it.

    `list` takes its input apart, `gather` puts together what its items gave, `success` and `failure` call its
    callbacks.
    """

    kind: Literal["list", "gather", "success", "failure"]
    mapped: MapOver | None = None
    parts: tuple[tuple[Output, ...], ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class BlockJob:
    """One attempt of one block, with all that it needs.

    `code_root` is the snapshot that stands for the project's code; `project_root` is the working directory.
    `params` are those with a value of their own; the function's defaults stand for the rest.
    """

    context: WriteContext
    attempt: int
    file: str
    source: BlockSource
    engine: str
    project_root: str
    code_root: str
    artifacts: str
    inputs: tuple[InputRef, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    connections: tuple[ConnectionSettings, ...] = ()
    logical_date: str | None = None
    sealing_key: str = field(default="", repr=False)
    """By which pickles of this installation are made and known."""
    memory_limit_bytes: int | None = None
    """How much the block's processes may take together beyond what the worker held before."""
    is_isolated: bool = False
    """Whether it gets a process that ran nothing before and runs nothing after."""
    task: Task | None = None
    """None is to run the block."""


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """How an attempt ended: a failure, or else a committed result. A failed one may show its outputs, too."""

    result: BlockResult | None = None
    failure: Failure | None = None
    was_stopped: bool = False
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class RunCommand:
    """To the worker: run this block, and answer how it ended."""

    job: BlockJob


@dataclass(frozen=True, slots=True)
class Progress:
    """From the worker: how far the block says it is."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class FromWorker:
    """Whatever a worker says: how far it is, or how the block ended, its output committed.

    `spent` comes with the end, and says why no other block should run in this process.
    """

    progress: Progress | None = None
    finished: BlockOutcome | None = None
    spent: str = ""
