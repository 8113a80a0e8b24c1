"""The ledger from the loop's side: one thread does all its work, so that nothing waits for a disk."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flowstone.engine.assessment import is_too_old
from flowstone.engine.fingerprints import moment_of
from flowstone.engine.owners import this_process
from flowstone.model.block import Block
from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint, PipelineId
from flowstone.model.run import BlockResult, BlockRun, RunRecord
from flowstone.store.adoption import adopt_held
from flowstone.store.artifacts import ArtifactStore
from flowstone.store.held import Held
from flowstone.store.leases import LEASES, Leases
from flowstone.store.ledger.records import Event, StoredResult

if TYPE_CHECKING:
    from flowstone.store.ledger.ledger import Ledger

Answer = TypeVar("Answer")

log = logging.getLogger("flowstone.engine")


class LedgerThread:
    """A ledger, opened in and used from a thread of its own."""

    def __init__(self, path: Path, *, renew: Callable[[], None] = lambda: None) -> None:
        """Use the ledger at a path; `renew` is called before it is opened again because its file has been deleted."""
        self._path = path
        self._renew = renew
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._ledger: Ledger | None = None

    @property
    def leases(self) -> Leases:
        """What speaks for the processes that the ledger's runs belong to."""
        return Leases(self._path.with_name(LEASES))

    async def do(self, work: Callable[[Ledger], Answer]) -> Answer:
        """Do some work with the ledger, in the order asked. Raises: LedgerUnusable; what the work raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[Ledger], Answer]) -> Answer:
        if self._ledger is not None and self._ledger.is_gone():
            log.warning("%s was deleted: a new one is begun, and the runs until now are forgotten", self._path)
            self._renew()
            gone, self._ledger = self._ledger, None
            gone.close()
        if self._ledger is None:
            from flowstone.store.ledger.ledger import Ledger

            self._ledger = Ledger(self._path)
        return work(self._ledger)

    async def close(self) -> None:
        """Finish what was asked, and let the file go."""
        if self._ledger is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._ledger.close)
        self._thread.shutdown()


class RunHistory:
    """What one run's driver writes down and looks up: see `run_surroundings.History`."""

    def __init__(
        self,
        ledger: LedgerThread,
        pipeline: PipelineId,
        blocks: Sequence[Block],
        artifacts: ArtifactStore,
        *,
        moment: str | None = None,
    ) -> None:
        """Take up stored results; of blocks that read the logical date only those of that `moment`, if it is given."""
        self._ledger = ledger
        self._pipeline = pipeline
        self._moment = moment
        self._blocks = {block.id: block for block in blocks}
        self._artifacts = artifacts
        self._held = Held(artifacts.root, owner=os.getpid())
        self._made: list[ArtifactHash] = []
        self._newest: Mapping[BlockId, StoredResult] | None = None

    async def record(
        self,
        run: RunRecord,
        *,
        events: Sequence[Event],
        changed: Sequence[tuple[int, BlockRun]],
        made: Sequence[StoredResult],
        artifacts: Sequence[ArtifactHash] = (),
    ) -> None:
        """Adopt what workers hold; then write down what happened, what it changed and what it made.

        Raises: NotAdopted, with nothing written; RunTaken, when the run is another process's by now.
        """
        if artifacts and self._artifacts.is_local:  # in a store elsewhere, workers put it themselves
            self._made.extend(artifacts)
            await asyncio.to_thread(adopt_held, self._artifacts, self._held, artifacts)
        await self._ledger.do(partial(_record, run=run, events=events, changed=changed, made=made))

    async def let_go(self) -> None:
        """Remove the names under which outputs were held."""
        made, self._made = self._made, []
        if made:
            await asyncio.to_thread(self._held.forget, made)

    async def reusable(self, block: BlockId, wanted: Fingerprint, *, at: float) -> BlockResult | None:
        """Return a stored result that counts for a fingerprint and can still be opened."""
        stored = await self._stored(block, wanted)
        if stored is None or is_too_old(self._blocks[block], stored.made_at, at):
            return None
        if self._moment is not None and moment_of(stored.parts) not in (None, self._moment):
            return None
        # Not in the ledger's thread: all of it may be read now, and others wait for the ledger.
        is_there = await asyncio.to_thread(claimed, self._artifacts, stored.result)
        return stored.result if is_there else None

    async def _stored(self, block: BlockId, wanted: Fingerprint) -> StoredResult | None:
        """Return a block's result for a fingerprint; one query answers for all blocks of which nothing has changed."""
        if self._newest is None:
            self._newest = await self._ledger.do(lambda ledger: ledger.newest_results(self._pipeline))
        newest = self._newest.get(block)
        if newest is None or (newest.fingerprint == wanted and newest.result.outputs):
            return newest
        return await self._ledger.do(lambda ledger: ledger.result_for(self._pipeline, block, wanted))


def _record(
    ledger: Ledger,
    run: RunRecord,
    *,
    events: Sequence[Event],
    changed: Sequence[tuple[int, BlockRun]],
    made: Sequence[StoredResult],
) -> None:
    ledger.record(run, events=events, changed=changed, made=made, owner=this_process())


class LedgerResults:
    """A pipeline's results for an assessment, to be used in the ledger's thread: see `assessment.Results`."""

    def __init__(
        self, ledger: Ledger, pipeline: PipelineId, artifacts: ArtifactStore, *, profile: str | None = None
    ) -> None:
        self._ledger = ledger
        self._pipeline = pipeline
        self._artifacts = artifacts
        self._newest = ledger.newest_results(pipeline, profile=profile)

    def newest(self, block: BlockId) -> StoredResult | None:
        """Return a block's newest result, whether it counts or not."""
        return self._newest.get(block)

    def for_fingerprint(self, block: BlockId, wanted: Fingerprint) -> StoredResult | None:
        """Return the newest result of a fingerprint, if one still stands."""
        newest = self._newest.get(block)
        if newest is not None and newest.fingerprint == wanted and newest.result.outputs:
            return newest
        return None if newest is None else self._ledger.result_for(self._pipeline, block, wanted)

    def is_there(self, result: BlockResult) -> bool:
        """Say whether all outputs of a result can be opened."""
        return is_there(self._artifacts, result)


def is_there(artifacts: ArtifactStore, result: BlockResult) -> bool:
    """Say whether all outputs of a result can be opened."""
    return all(artifacts.has(output.hash) for output in result.outputs)


def claimed(artifacts: ArtifactStore, result: BlockResult) -> bool:
    """Take a result's outputs up for use, so that none is collected; say whether all can be opened."""
    return all(artifacts.claim(output.hash) for output in result.outputs)
