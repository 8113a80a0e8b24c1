"""The Dask executor: attempts as tasks of a scheduler that somebody else runs, heard of through its events."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowstone.engine.dask_executor.attempt import LOST_AFTER_S, LOST_HINT, ClusterAttempt
from flowstone.engine.dask_executor.connecting import connected, even_if_gone
from flowstone.engine.dask_executor.messages import Call, Order, Ready, StopOrder, heard
from flowstone.engine.dask_executor.tasks import Sealed, forget_events, give_order, run_attempt, stop_attempt
from flowstone.engine.executor import Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.errors.cluster import ClusterUnreachable
from flowstone.errors.engine import ExecutorUnavailable, WorkerLost
from flowstone.model.run import Failure
from flowstone.store.code_parcels import ship
from flowstone.store.codec import Undecodable, encode_text
from flowstone.store.places import place_at

if TYPE_CHECKING:
    from distributed import Client, Future

WIDTH = 64
"""How many blocks of a run are submitted at once; the scheduler lets wait what its workers have no room for."""
LOOK_EVERY_S = 1.0
SAY_WAITING_AFTER_S = 5.0
STOP_WITHIN_S = 4.0
"""How long a worker has to end a block that is stopped before it is given up."""
FORGET_WITHIN_S = 2.0
LAST_WORDS_S = 5.0
"""How long what a worker said last may be on its way after its task has ended."""

LOST = frozenset({"FutureCancelledError", "KilledWorker"})
"""The names of what Dask raises for a task whose workers are gone."""


class DaskAttempt:
    """An attempt on the cluster: see `executor.Attempt`."""

    def __init__(self, executor: DaskExecutor, attempt: ClusterAttempt) -> None:
        self._executor = executor
        self._attempt = attempt

    async def outcome(self) -> BlockOutcome:
        """Wait for its end."""
        outcome = await asyncio.shield(self._attempt.ended)
        if self._attempt.is_stopping and outcome.result is None:
            return BlockOutcome(was_stopped=True)
        return outcome

    async def stop(self) -> None:
        """End it within five seconds; a worker that does not answer is given up."""
        await self._executor.stop(self._attempt)


class DaskExecutor:
    """Runs attempts on a Dask cluster. It connects when it is first needed, and again after the scheduler was lost."""

    def __init__(
        self,
        address: str,
        *,
        lost_after_s: float = LOST_AFTER_S,
        connect: Callable[[str], Awaitable[Client]] = connected,
    ) -> None:
        self._address = address
        self._connect = connect
        self._lost_after_s = lost_after_s
        self._client: Client | None = None
        self._connection: Any = None
        self._connecting = asyncio.Lock()
        self._topic = f"flowstone-{uuid.uuid4().hex}"
        self._attempts: dict[str, ClusterAttempt] = {}
        self._shipped: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._watching: asyncio.Task[None] | None = None

    @property
    def width(self) -> int:
        """How many blocks of a run are submitted at once."""
        return WIDTH

    async def warm_up(self) -> None:
        """Connect, which readies the workers. Raises: ExecutorUnavailable; ExtraMissing."""
        await self._connected()

    async def start(self, job: BlockJob, observer: Observer) -> DaskAttempt:
        """Submit an attempt, and wait until a worker has taken it up.

        Raises: ExecutorUnavailable: no scheduler, or other versions there; ExtraMissing; StoreUnreachable.
        """
        client = await self._connected()
        await self._ship(Path(job.code_root), job.artifacts)
        attempt = ClusterAttempt(uuid.uuid4().hex, job, observer, clock=time.monotonic)
        self._attempts[attempt.id] = attempt
        attempt.ended.add_done_callback(lambda _: self._let_go(attempt))
        try:
            self._submit(client, attempt)
            await self._taken_up(attempt)
        except BaseException:
            # It may have been taken up this moment: its worker must hear that nobody waits for it.
            attempt.is_stopping = True
            self._order_stop(attempt)
            attempt.end(BlockOutcome(was_stopped=True))
            raise
        return DaskAttempt(self, attempt)

    async def stop(self, attempt: ClusterAttempt) -> None:
        """End an attempt."""
        attempt.is_stopping = True
        if attempt.ended.done():
            return
        if self._order_stop(attempt):
            await asyncio.wait([attempt.ended], timeout=STOP_WITHIN_S)
        attempt.end(BlockOutcome(was_stopped=True))

    def _order_stop(self, attempt: ClusterAttempt) -> bool:
        """Have the worker of an attempt end it; say whether there is one to be told."""
        if self._client is None or attempt.worker is None or attempt.start is None:
            return False
        order = encode_text(StopOrder(attempt.id, attempt.start))
        self._spawn(self._tell(self._client, attempt.worker, stop_attempt, order))
        return True

    async def close(self) -> None:
        """End everything that runs, and leave the cluster."""
        await asyncio.gather(*(self.stop(attempt) for attempt in list(self._attempts.values())))
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._leave()

    # --- The cluster ---

    async def _connected(self) -> Client:
        async with self._connecting:
            if self._client is not None and self._is_cut_off(self._client):
                self._fail_all()
                await self._leave()
            if self._client is None:
                self._client = await self._connect(self._address)
                self._connection = self._client.scheduler_comm
                self._client.subscribe_topic(self._topic, self._heard)
            if self._watching is None or self._watching.done():
                self._watching = self._spawn(self._watch())
            return self._client

    def _is_cut_off(self, client: Client) -> bool:
        """Say whether the connection was lost, also where Dask has made another by itself since.

        The scheduler has then ended all that this client waited for, or is another one that knows nothing of it.
        """
        return client.status != "running" or client.scheduler_comm is not self._connection

    def _fail_all(self) -> None:
        for attempt in list(self._attempts.values()):
            attempt.fail(ClusterUnreachable(self._address, "the connection was lost"))

    async def _leave(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with even_if_gone():  # a scheduler that is gone remembers nothing
            async with asyncio.timeout(FORGET_WITHIN_S):
                await client.run_on_scheduler(forget_events, self._topic)
        with contextlib.suppress(OSError, TimeoutError):
            await client.close(timeout=5)

    async def _ship(self, snapshot: Path, artifacts: str) -> None:
        """Put the code where the workers fetch it, once for a snapshot."""
        shipping = self._shipped.get(snapshot.name)
        if shipping is None or (shipping.done() and (shipping.cancelled() or shipping.exception())):
            shipping = self._spawn(asyncio.to_thread(_ship, snapshot, artifacts))
            self._shipped[snapshot.name] = shipping
        await asyncio.shield(shipping)

    def _submit(self, client: Client, attempt: ClusterAttempt, *, workers: list[str] | None = None) -> None:
        context = attempt.job.context
        key = f"{context.pipeline}.{context.block}-{uuid.uuid4().hex}"
        call = encode_text(Call(attempt.id, self._topic, key))
        try:
            future = client.submit(run_attempt, call, key=key, pure=False, retries=0, workers=workers)
        except Exception as wrong:  # a client that is going says so by whatever comes to its mind
            raise ClusterUnreachable(self._address, f"the connection was lost ({wrong})") from wrong
        attempt.future = future
        self._spawn(self._until_done(attempt, future))

    async def _taken_up(self, attempt: ClusterAttempt) -> None:
        await asyncio.wait([attempt.begun], timeout=SAY_WAITING_AFTER_S)
        if not attempt.begun.done():
            attempt.note("No worker of the cluster has room yet; the block waits for one.")
            await attempt.begun

    async def _until_done(self, attempt: ClusterAttempt, future: Future) -> None:
        """Wait for the end of a task, and end its attempt if nothing else does."""
        wrong = await _error_of(future)
        if attempt.future is not future:
            return  # given up meanwhile
        if wrong is None:
            await asyncio.wait([attempt.ended], timeout=LAST_WORDS_S)
        attempt.end(BlockOutcome(failure=_failure(wrong, self._address)))

    def _let_go(self, attempt: ClusterAttempt) -> None:
        self._attempts.pop(attempt.id, None)
        self._cancel(attempt, after_s=0 if attempt.is_stopping else LAST_WORDS_S)

    def _cancel(self, attempt: ClusterAttempt, *, after_s: float = 0) -> None:
        """Give a task up, unless it ends by itself before: its worker sees that, and ends what still runs of it."""
        future, attempt.future = attempt.future, None
        if future is not None and not future.done():
            self._spawn(_cancelled(future, after_s))

    # --- What workers say ---

    def _heard(self, event: tuple[float, dict[str, str]]) -> None:
        try:
            message = heard(event[1])
        except (Undecodable, KeyError, TypeError):
            return  # of another version, which its Ready will tell
        attempt = self._attempts.get(message.attempt)
        if isinstance(message, Ready):
            self._spawn(self._answer(message, attempt))
        elif attempt is not None:
            attempt.hear(message)

    async def _answer(self, ready: Ready, attempt: ClusterAttempt | None) -> None:
        if self._client is None:
            return
        is_given = attempt is not None and attempt.accepts(ready)
        job = attempt.job if attempt is not None and is_given else None
        snapshot = Path(job.code_root).name if job is not None else ""
        order = Sealed(encode_text(Order(ready.attempt, ready.start, job, snapshot)))
        await self._tell(self._client, ready.worker, give_order, order)

    async def _tell(self, client: Client, worker: str, function: Any, order: str) -> None:
        """Have a worker called; one that is gone is found out by its silence."""
        with even_if_gone():
            await client.run(function, order, workers=[worker])

    # --- What workers do not say ---

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            client = self._client
            if client is None or self._is_cut_off(client):
                self._fail_all()
                continue
            for attempt in list(self._attempts.values()):
                if attempt.is_silent(self._lost_after_s):
                    self._give_up_worker_of(attempt, client)

    def _give_up_worker_of(self, attempt: ClusterAttempt, client: Client) -> None:
        if attempt.worker is None or not attempt.may_repeat:
            attempt.lose()
            return
        others = [address for address in client.scheduler_info()["workers"] if address != attempt.worker]
        attempt.forget_worker()
        self._cancel(attempt)
        try:
            self._submit(client, attempt, workers=others or None)
        except ClusterUnreachable as lost:
            attempt.fail(lost)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _ship(snapshot: Path, artifacts: str) -> None:
    ship(snapshot, place_at(artifacts))


async def _error_of(future: Future) -> BaseException | None:
    """Wait for a task, and return what it ended with if that is no result. Whatever Dask raises is only looked at."""
    try:
        await future
    except Exception as wrong:  # noqa: BLE001 - what a task ended with may be anything, and is told
        return wrong
    return None


async def _cancelled(future: Future, after_s: float) -> None:
    if after_s:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(after_s):
                await _error_of(future)
                return
    with even_if_gone():
        await future.cancel(force=True)


def _failure(wrong: BaseException | None, address: str) -> Failure:
    """Say why a task ended without a word of its attempt."""
    name = type(wrong).__name__
    if wrong is None or name in LOST:
        return Failure.of(WorkerLost("The workers that ran the block are gone", hint=LOST_HINT))
    said = str(wrong).strip().splitlines() or [""]
    return Failure.of(
        ExecutorUnavailable(
            f"The cluster at {address} cannot run blocks: {name}: {said[-1][:300]}",
            hint="Scheduler and workers need the same Flowstone as here: pip install 'flowstone[dask]'.",
        )
    )
