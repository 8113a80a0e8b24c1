"""What a workbench tells those who listen: each notice is sent after the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flowstone.model.ids import BlockId, PipelineId, RunId
from flowstone.model.logs import LogLine
from flowstone.model.run import BlockRun, RunRecord


@dataclass(frozen=True, slots=True)
class RunChanged:
    """A run started, ended or changed its state."""

    run: RunRecord


@dataclass(frozen=True, slots=True)
class BlockChanged:
    """A block's part of a run changed."""

    pipeline: PipelineId
    run: RunId
    block: BlockRun


@dataclass(frozen=True, slots=True)
class LogAppended:
    """A block printed."""

    run: RunId
    block: BlockId
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Progressed:
    """A block said how far it is."""

    pipeline: PipelineId
    run: RunId
    block: BlockId
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """Freshness of a pipeline's blocks may have changed: ask again.

    It says no more, for how a block stands depends on the profile and the params of whoever looks.
    """

    pipeline: PipelineId


Notice: TypeAlias = RunChanged | BlockChanged | LogAppended | Progressed | StatusChanged
