"""The effect of an edit: what its block and those below would give, tried by the same `run_block` as any run.

Nothing is published, and the ledger hears of nothing. Loaders are not called: what they gave last is what is tried on.
Exporters and whatever else holds a connection are not called either. What a transformer itself does to files and
networks cannot be prevented.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowstone.engine.assessment import Assessed
from flowstone.engine.effects.bench import SAMPLE_ROWS, TryingBench
from flowstone.engine.effects.comparing import output_effects
from flowstone.engine.executor import Observer
from flowstone.engine.jobs import BlockOutcome
from flowstone.engine.local import LocalExecutor
from flowstone.engine.preparation import Code, PreparedRun, RunContext
from flowstone.engine.processes import Forkserver
from flowstone.engine.project.code import ProjectCode
from flowstone.engine.project.shown import Shown
from flowstone.engine.redaction import Redactor
from flowstone.engine.standing import Standing
from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound
from flowstone.model.block import DUCKDB, BlockKind
from flowstone.model.effect import BlockEffect, Effect, Outlook
from flowstone.model.graph import descendants, topological_order, upstreams_of
from flowstone.model.ids import ArtifactHash, BlockId, PipelineId, RunId
from flowstone.model.output import Output
from flowstone.model.run import BlockResult, Failure
from flowstone.store.project_files import LoadedBlock
from flowstone.store.sealing_key import sealing_key
from flowstone.store.secret_values import secret_values, stored_secrets
from flowstone.store.state import StateFolder

TRIED_FOR_S = 20.0
"""How long all blocks together may be tried."""
SILENT = Observer(printed=lambda _stream, _text: None, progressed=lambda _done, _total: None)


class Effects:
    """Tries edits of an open project, one at a time: a later one ends the one before."""

    def __init__(
        self, code: ProjectCode, standing: Standing, shown: Shown, *, forkserver: Forkserver, state: StateFolder
    ) -> None:
        self._code = code
        self._standing = standing
        self._shown = shown
        self._forkserver = forkserver
        self._state = state
        self._samples: dict[ArtifactHash, Output] = {}
        self._trying: asyncio.Task[Effect] | None = None

    async def of_edit(
        self, pipeline: PipelineId, block: BlockId, *, profile: str | None, params: Mapping[str, Any]
    ) -> Effect:
        """Return what a block as it is saved now, and what lies below it, would give on what is stored above it.

        Raises: NotFound; SourceError, when the pipeline cannot be read or a param is wrong.
        """
        before = self._trying
        mine = self._trying = asyncio.ensure_future(self._tried(pipeline, block, profile=profile, params=params))
        if before is not None:
            before.cancel()
        try:
            return await mine
        except asyncio.CancelledError:
            if self._trying is mine:
                raise
            return Effect(is_superseded=True)

    async def close(self) -> None:
        """End what is tried."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.wait([self._trying])
        await asyncio.to_thread(shutil.rmtree, self._state.tried, ignore_errors=True)

    async def _tried(
        self, pipeline: PipelineId, block: BlockId, *, profile: str | None, params: Mapping[str, Any]
    ) -> Effect:
        code = await asyncio.to_thread(self._code.to_look_at, pipeline, profile)
        values = code.values(params)
        if block not in code.pipeline.block_ids:
            raise NotFound("block", block)
        of_profile = profile or code.project.profile
        standing = await self._standing.of_all(code, values, profile=of_profile, now=time.time())
        bench = await asyncio.to_thread(TryingBench, self._state.tried, self._shown, self._samples)
        executor = LocalExecutor(self._forkserver, width=1, holds_outputs=False)
        try:
            context = RunContext(RunId("try"), str(bench.root), time.time(), sealing_key=sealing_key(self._state.path))
            prepared = PreparedRun(code, values, context, files=self._standing.files)
            secrets = secret_values(code.connections, os.environ) | stored_secrets(self._state.root)
            trial = _Trial(code, standing, bench, executor, prepared, Redactor(secrets))
            return await trial.run(block)
        finally:
            await executor.close()
            await asyncio.to_thread(bench.clear)


@dataclass(frozen=True, slots=True)
class _Trial:
    code: Code
    standing: Mapping[BlockId, Assessed]
    bench: TryingBench
    executor: LocalExecutor
    prepared: PreparedRun
    redactor: Redactor

    async def run(self, first: BlockId) -> Effect:
        """Try a block and what lies below it, each after what it reads."""
        upstreams = upstreams_of(self.code.pipeline)
        wanted = {first} | descendants(upstreams, [first])
        order = [block for block in topological_order(upstreams, file=self.code.pipeline.file) if block in wanted]
        results: dict[BlockId, BlockResult | None] = {}
        found: list[BlockEffect] = []
        until = time.monotonic() + TRIED_FOR_S
        for block in order:
            loaded = self.code.block(block)
            if not loaded.block.is_note:
                found.append(await self._effect(loaded, results, wanted=wanted, within_s=until - time.monotonic()))
        return Effect(tuple(found), SAMPLE_ROWS if self.bench.is_sampled else None)

    async def _effect(
        self, loaded: LoadedBlock, results: dict[BlockId, BlockResult | None], *, wanted: set[BlockId], within_s: float
    ) -> BlockEffect:
        block = loaded.block.id
        try:
            why = unfit(loaded) or await self._lay_inputs(block, results, wanted=wanted)
            if why:
                return BlockEffect(block, Outlook.NOT_TRIED, why)
            outcome = await self._outcome(block, results, within_s=within_s)
        except FlowstoneError as wrong:
            return BlockEffect(block, Outlook.FAILED, failure=Failure.of(wrong))
        if outcome.failure is not None:
            return BlockEffect(block, Outlook.FAILED, failure=self.redactor.failure(outcome.failure))
        results[block] = outcome.result or BlockResult()
        last = self.standing[block].status.result or BlockResult()
        outputs = await output_effects(self.bench, last, results[block] or BlockResult())
        is_same = bool(last.outputs) and all(output.is_same for output in outputs)
        return BlockEffect(block, Outlook.SAME if is_same else Outlook.CHANGED, outputs=outputs)

    async def _lay_inputs(
        self, block: BlockId, results: dict[BlockId, BlockResult | None], *, wanted: set[BlockId]
    ) -> str:
        """Lay out what a block reads; return why that cannot be."""
        for upstream in self.code.inputs[block]:
            if upstream in results:
                continue
            if upstream in wanted:
                return f"{upstream} above it gave nothing"
            last = self.standing[upstream].status.result
            if last is None or not last.outputs:
                return f"{upstream} has no output yet: run it first"
            results[upstream] = BlockResult(tuple([await self.bench.put(output) for output in last.outputs]))
        return ""

    async def _outcome(
        self, block: BlockId, results: Mapping[BlockId, BlockResult | None], *, within_s: float
    ) -> BlockOutcome:
        job = self.prepared.job(block, 1, results)
        attempt = await self.executor.start(job, SILENT)
        try:
            async with asyncio.timeout(max(0.1, within_s)):
                return await attempt.outcome()
        except TimeoutError:
            message = f"It was tried for {TRIED_FOR_S:g} s and not done"
            return BlockOutcome(failure=Failure("effect_timeout", message, "Run it to see what it gives."))


def unfit(loaded: LoadedBlock) -> str:
    """Return why a block is not to be tried; nothing where it is."""
    source = loaded.source
    if source is None:
        return "its file cannot be read as a block"
    if source.kind is not BlockKind.TRANSFORMER:
        return {BlockKind.EXPORTER: "exporters write nothing here", BlockKind.LOADER: "loaders load nothing here"}.get(
            source.kind, "only transformers are tried"
        )
    if loaded.block.mapped is not None:
        return "it runs once for each item"
    if source.connections or loaded.block.engine != DUCKDB:
        return "it uses a connection"
    return ""
