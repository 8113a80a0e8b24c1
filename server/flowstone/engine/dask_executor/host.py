"""Where a cluster's worker runs blocks: processes forked from a warm one, as on a machine of one's own.

It lives on the Dask worker's own loop. What a block does to its process, it does not do to the Dask worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from contextlib import ExitStack

from flowstone.engine.dask_executor.messages import (
    Alive,
    Call,
    Ended,
    Order,
    Progressed,
    Ready,
    Said,
    StopOrder,
    told,
)
from flowstone.engine.dask_executor.outbox import Outbox
from flowstone.engine.dask_executor.packing import unpacked
from flowstone.engine.dask_executor.versions import own_versions
from flowstone.engine.executor import Attempt, Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.engine.local import LocalExecutor
from flowstone.engine.processes import Forkserver
from flowstone.errors.base import FlowstoneError
from flowstone.model.run import Failure

ALIVE_EVERY_S = 3.0
WANTED_EVERY_S = 1.0
"""How often it is looked whether anybody still waits for a block."""
ORDER_WITHIN_S = 60.0
"""How long a block is waited for; who asked for it may be gone."""


class _Beginning:
    """An attempt that has begun here, from asking for its block to its end."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.id = uuid.uuid4().hex
        self.order: asyncio.Future[Order] = asyncio.get_running_loop().create_future()
        self.is_stopped = asyncio.Event()
        self.is_stop_asked = False


class Host:
    """Runs the blocks of one Dask worker."""

    def __init__(
        self,
        *,
        say: Callable[[str, dict[str, str]], None],
        is_wanted: Callable[[str], bool],
        worker: str,
        width: int,
    ) -> None:
        self._say = say
        self._is_wanted = is_wanted
        self._worker = worker
        self._forkserver = Forkserver()
        self._executor = LocalExecutor(self._forkserver, width=width, holds_outputs=False)
        self._begun: dict[str, _Beginning] = {}
        self._going: set[asyncio.Task[None]] = set()
        self._is_closing = False

    async def start(self) -> None:
        """Start the warm process. Raises: ExecutorUnavailable."""
        await self._forkserver.start()

    async def close(self) -> None:
        """End every block, and the warm process. Of their ends nothing is told: the worker is going, not the block."""
        self._is_closing = True
        for beginning in self._begun.values():
            beginning.is_stopped.set()
        await self._executor.close()
        await self._forkserver.close()

    async def attempt(self, call: Call) -> None:
        """Ask for a block, run it, and say how it ended; nothing where nobody gives one.

        Dask cancels this when nobody waits for the task any more: the block is then ended, in its own time.
        """
        beginning = _Beginning(call)
        going = asyncio.create_task(self._go_through(beginning))
        self._going.add(going)
        going.add_done_callback(self._going.discard)
        try:
            await asyncio.shield(going)
        except asyncio.CancelledError:
            beginning.is_stopped.set()
            raise

    async def _go_through(self, beginning: _Beginning) -> None:
        attempt = beginning.call.attempt
        self._begun[beginning.id] = beginning
        try:
            self._tell(beginning, Ready(attempt, beginning.id, self._worker, own_versions()))
            order = await self._order(beginning)
            if order is None or order.job is None:
                return
            outcome = await self._run(beginning, order, order.job)
            is_our_doing = self._is_closing or (outcome.was_stopped and not beginning.is_stop_asked)
            if not is_our_doing:  # else nobody asked for that end, and it is for the client to say what follows
                self._tell(beginning, Ended(attempt, beginning.id, outcome))
        finally:
            del self._begun[beginning.id]

    def give(self, order: Order) -> bool:
        """Take a block that was asked for; say whether anybody waits for it."""
        beginning = self._begun.get(order.start)
        if beginning is None or beginning.order.done():
            return False
        beginning.order.set_result(order)
        return True

    def stop(self, order: StopOrder) -> None:
        """Begin to end an attempt."""
        beginning = self._begun.get(order.start)
        if beginning is not None:
            beginning.is_stop_asked = True
            beginning.is_stopped.set()

    def _tell(self, beginning: _Beginning, message: Said) -> None:
        self._say(beginning.call.topic, told(message))

    async def _order(self, beginning: _Beginning) -> Order | None:
        stopped = asyncio.create_task(beginning.is_stopped.wait())
        await asyncio.wait((beginning.order, stopped), timeout=ORDER_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        return beginning.order.result() if beginning.order.done() else None

    async def _run(self, beginning: _Beginning, order: Order, job: BlockJob) -> BlockOutcome:
        pulse = asyncio.create_task(self._keep_telling(beginning))
        outbox = Outbox(beginning.call.attempt, beginning.id, lambda message: self._tell(beginning, message))
        try:
            return await self._outcome(beginning, order, job, outbox)
        except FlowstoneError as wrong:
            return BlockOutcome(failure=Failure.of(wrong))
        except OSError as wrong:
            return BlockOutcome(failure=Failure("system", str(wrong), exception=type(wrong).__name__))
        finally:
            pulse.cancel()
            outbox.close()

    async def _outcome(self, beginning: _Beginning, order: Order, job: BlockJob, outbox: Outbox) -> BlockOutcome:
        with ExitStack() as leaving:
            fitted = await asyncio.to_thread(leaving.enter_context, unpacked(order, job))
            if beginning.is_stopped.is_set():
                return BlockOutcome(was_stopped=True)
            observer = Observer(outbox.printed, self._reporter(beginning))
            attempt = await self._executor.start(fitted, observer)
            stopping = asyncio.create_task(self._stop_when_asked(beginning, attempt))
            try:
                return await attempt.outcome()
            finally:
                stopping.cancel()

    def _reporter(self, beginning: _Beginning) -> Callable[[int, int | None], None]:
        def progressed(done: int, total: int | None) -> None:
            self._tell(beginning, Progressed(beginning.call.attempt, beginning.id, done, total))

        return progressed

    async def _stop_when_asked(self, beginning: _Beginning, attempt: Attempt) -> None:
        """End an attempt when somebody says so, or when nobody waits for it: its client may have been killed."""
        while not beginning.is_stopped.is_set() and self._is_wanted(beginning.call.key):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WANTED_EVERY_S):
                    await beginning.is_stopped.wait()
        await attempt.stop()

    async def _keep_telling(self, beginning: _Beginning) -> None:
        while True:
            self._tell(beginning, Alive(beginning.call.attempt, beginning.id))
            await asyncio.sleep(ALIVE_EVERY_S)
