"""Runs driven without a worker, a ledger or a disk: what the driver asks of each, in the order asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flowstone.engine.driver import Driver
from flowstone.engine.executor import Executor, Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.engine.machine import Plan
from flowstone.engine.notices import BlockChanged, Notice, RunChanged
from flowstone.engine.redaction import Redactor
from flowstone.engine.run_surroundings import Surroundings
from flowstone.errors.store import DiskFull
from flowstone.model.block import BlockKind, Language
from flowstone.model.connections import WriteContext
from flowstone.model.freshness import Part, PartKind
from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint, PipelineId, ProjectId, RunId
from flowstone.model.output import Output, OutputKind
from flowstone.model.run import BlockResult, BlockRun, RunRecord, RunState
from flowstone.model.source import BlockSource
from flowstone.store.adoption import NotAdopted
from flowstone.store.ledger.records import Event, StoredResult

Diary = list[str]
"""What happened, a line each: "start b", "write b", "tell b done"."""


@dataclass
class FakeAttempt:
    """An attempt that ends at once, with an output that has the block's name for its hash."""

    block: str

    async def outcome(self) -> BlockOutcome:
        await asyncio.sleep(0)
        output = Output("output", OutputKind.JSON, ArtifactHash(f"of {self.block}"), size_bytes=1)
        return BlockOutcome(BlockResult((output,)))

    async def stop(self) -> None: ...


@dataclass
class FakeExecutor:
    """Ends every block at once."""

    diary: Diary
    width: int = 2

    async def start(self, job: BlockJob, observer: Observer) -> FakeAttempt:
        self.diary.append(f"start {job.context.block}")
        return FakeAttempt(job.context.block)

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class FakeHistory:
    """Writes at the pace of a slow disk, and cannot keep the outputs of some blocks."""

    diary: Diary
    unkept: frozenset[str] = frozenset()
    writes: int = 0

    async def record(
        self,
        run: RunRecord,
        *,
        events: Sequence[Event],
        changed: Sequence[tuple[int, BlockRun]],
        made: Sequence[StoredResult],
        artifacts: Sequence[ArtifactHash],
    ) -> None:
        await asyncio.sleep(0.01)
        for artifact in artifacts:
            if artifact.removeprefix("of ") in self.unkept:
                raise NotAdopted(artifact) from DiskFull("an output")
        self.writes += 1
        self.diary.extend(f"write {block.id} {block.state}" for _, block in changed)

    async def let_go(self) -> None: ...

    async def reusable(self, block: BlockId, wanted: Fingerprint, *, at: float) -> BlockResult | None:
        return None


@dataclass
class FakePreparation:
    """Knows blocks by their names; some of them act outside."""

    outside: frozenset[str] = frozenset()
    artifacts: str = "artifacts"

    def parts(self, block: BlockId, results: Mapping[BlockId, BlockResult | None]) -> tuple[Part, ...]:
        return (Part(PartKind.SOURCE, "code", block),)

    def job(self, block: BlockId, attempt: int, results: Mapping[BlockId, BlockResult | None]) -> BlockJob:
        context = WriteContext(ProjectId("p"), PipelineId("line"), block, RunId("r"))
        source = BlockSource(Language.PYTHON, BlockKind.TRANSFORMER, function=str(block))
        return BlockJob(context, attempt, f"{block}.py", source, "duckdb", "", "", self.artifacts)

    def knows(self, block: BlockId) -> bool:
        return True

    def acts_outside(self, block: BlockId) -> bool:
        return block in self.outside


@dataclass
class Driven:
    """A run that was driven, and what happened in it."""

    record: RunRecord
    history: FakeHistory
    diary: Diary = field(default_factory=list)

    @property
    def states(self) -> dict[str, str]:
        return {block.id: block.state.value for block in self.record.blocks}


def a_driver(
    logs: Path,
    upstream: Mapping[str, tuple[str, ...]],
    *,
    outside: set[str] | None = None,
    unkept: set[str] | None = None,
    executor: Callable[[Diary], Executor] = FakeExecutor,
    secrets: tuple[str, ...] = (),
    **plan: Any,
) -> tuple[Driver, FakeHistory, Diary]:
    """Return the driver of a run of blocks with these upstreams, what it writes to, and its diary."""
    diary: Diary = []

    def tell(notice: Notice) -> None:
        if isinstance(notice, BlockChanged):
            diary.append(f"tell {notice.block.id} {notice.block.state}")
        elif isinstance(notice, RunChanged):
            diary.append(f"tell run {notice.run.state}")

    history = FakeHistory(diary, frozenset(unkept or ()))
    whole = Plan({BlockId(block): tuple(map(BlockId, above)) for block, above in upstream.items()}, width=2, **plan)
    blocks = tuple(BlockRun(block) for block in whole.upstream)
    record = RunRecord(RunId("r"), PipelineId("line"), RunState.RUNNING, started_at=0.0, blocks=blocks)
    ticks = iter(range(10**6))
    around = Surroundings(
        executor(diary),
        history,
        FakePreparation(frozenset(outside or ())),
        logs,
        lambda: float(next(ticks)),
        tell,
        redactor=Redactor(secrets),
    )
    return Driver(record, whole, given={}, surroundings=around), history, diary


async def driven(logs: Path, upstream: Mapping[str, tuple[str, ...]], **options: Any) -> Driven:
    """Drive a run of blocks with these upstreams to its end."""
    driver, history, diary = a_driver(logs, upstream, **options)
    return Driven(await asyncio.wait_for(driver.drive(), 60), history, diary)
