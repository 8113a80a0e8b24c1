"""An attempt of a block on a cluster, as this machine knows it: what workers say of it, and what follows from that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from flowstone.engine.dask_executor.messages import Alive, Dropped, Ended, Printed, Progressed, Ready, Said
from flowstone.engine.dask_executor.versions import compare_versions
from flowstone.engine.executor import Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.errors.base import FlowstoneError
from flowstone.errors.cluster import VersionMismatch
from flowstone.errors.engine import WorkerLost
from flowstone.model.block import BlockKind
from flowstone.model.run import Failure

if TYPE_CHECKING:
    from distributed import Future

LOST_AFTER_S = 20.0
"""How long a worker may be silent before it counts as lost; it says something every three seconds."""
MAX_BEGINNINGS = 3
"""How many workers an attempt may take with it: a block that ends its whole machine must not end all of them."""
REPEATABLE = frozenset({BlockKind.LOADER, BlockKind.TRANSFORMER})
LOST_HINT = "The machine may have been taken away or run out of memory; `retries:` lets the block try again by itself."


class ClusterAttempt:
    """An attempt from being submitted to its end. Runs on the loop; it asks nothing of the network itself."""

    def __init__(self, identity: str, job: BlockJob, observer: Observer, *, clock: Callable[[], float]) -> None:
        self.id = identity
        self.job = job
        self.worker: str | None = None
        self.start: str | None = None
        self.future: Future | None = None
        self.is_stopping = False
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[BlockOutcome] = loop.create_future()
        self.begun: asyncio.Future[None] = loop.create_future()
        self._observer = observer
        self._clock = clock
        self._heard_at = clock()
        self._beginnings = 0

    @property
    def may_repeat(self) -> bool:
        """Whether a lost beginning may be followed by another unasked: what acts outside may have acted already."""
        is_callback = self.job.task is not None and self.job.task.kind in ("success", "failure")
        return self.job.source.kind in REPEATABLE and not is_callback and self._beginnings < MAX_BEGINNINGS

    def is_silent(self, lost_after_s: float = LOST_AFTER_S) -> bool:
        """Say whether its worker, or after a loss the cluster, has let nothing be heard for too long."""
        has_begun = self._beginnings > 0
        return has_begun and not self.ended.done() and self._clock() - self._heard_at > lost_after_s

    def accepts(self, ready: Ready) -> bool:
        """Say whether a worker that is ready is to be given the block; what speaks against it may end the attempt."""
        if self.ended.done() or self.is_stopping:
            return False
        try:
            compare_versions(f"The worker at {ready.worker}", ready.versions)
        except VersionMismatch as differs:
            self.fail(differs)
            return False
        if self._beginnings and not self._may_follow_loss(ready.worker):
            return False
        self._beginnings += 1
        self.worker, self.start = ready.worker, ready.start
        self._heard_at = self._clock()
        if not self.begun.done():
            self.begun.set_result(None)
        return True

    def _may_follow_loss(self, successor: str) -> bool:
        if not self.may_repeat:
            self.lose()
            return False
        self.note(f"The worker {self.worker} was lost; the block begins again on {successor}.")
        return True

    def hear(self, message: Said) -> None:
        """Take what a worker says; not from one that was given up."""
        if self.ended.done() or message.start != self.start:
            return
        self._heard_at = self._clock()
        match message:
            case Printed(stream=stream):
                self._observer.printed(stream, message.bytes())
            case Dropped(lines=lines):
                self._observer.dropped(lines)
            case Progressed(done=done, total=total):
                self._observer.progressed(done, total)
            case Ended(outcome=outcome):
                self.end(outcome)
            case Alive() | Ready():
                pass

    def forget_worker(self) -> None:
        """Take the worker for lost, and wait for another."""
        self.note(f"Nothing was heard from the worker {self.worker}; the block waits for another.")
        self.worker = self.start = None
        self._heard_at = self._clock()

    def note(self, text: str) -> None:
        """Put a line of our own into the block's log."""
        self._observer.printed("stderr", f"{text}\n".encode())

    def lose(self) -> None:
        """End it, since its worker is gone."""
        where = f"The worker {self.worker}" if self.worker else "The worker"
        self.end(BlockOutcome(failure=Failure.of(WorkerLost(f"{where} that ran the block is gone", hint=LOST_HINT))))

    def fail(self, wrong: FlowstoneError) -> None:
        """End it with a reason."""
        self.end(BlockOutcome(failure=Failure.of(wrong)))

    def end(self, outcome: BlockOutcome) -> None:
        """End it, once."""
        if not self.ended.done():
            self.ended.set_result(outcome)
        if not self.begun.done():
            self.begun.set_result(None)
