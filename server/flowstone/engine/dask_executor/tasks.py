"""All that Dask is ever told to call: four small functions, each with one text.

Dask pickles a reference to the function and the text; nothing of the project is pickled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowstone.engine.dask_executor.messages import Call, Order, StopOrder
from flowstone.store.codec import decode

if TYPE_CHECKING:
    from distributed import Scheduler, Worker

    from flowstone.engine.dask_executor.host import Host

PLUGIN = "flowstone"


class Sealed(str):
    """A text that Dask does not show: it logs the arguments of what fails, and this one may hold secrets."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        return "<sealed>"

    def __format__(self, form: str) -> str:
        return "<sealed>"

    def open(self) -> str:
        """Return the text."""
        return str.__str__(self)


async def run_attempt(call: str) -> None:
    """In a worker: ask for a block, run it, and say how it ended."""
    from distributed import get_worker

    await _host(get_worker()).attempt(decode(Call, call))


async def give_order(order: Sealed, dask_worker: Worker) -> bool:
    """In a worker: hand over the block that was asked for; say whether anybody waits for it."""
    return _host(dask_worker).give(decode(Order, order.open()))


async def stop_attempt(order: str, dask_worker: Worker) -> None:
    """In a worker: begin to end an attempt; what it says last is how it ended."""
    _host(dask_worker).stop(decode(StopOrder, order))


def forget_events(topic: str, dask_scheduler: Scheduler) -> None:
    """In the scheduler: drop what it remembers of a topic's events, which is of no use when its client has gone.

    Dask keeps the last thousand of every topic for good and has no public way to drop them; a version without this
    one keeps them.
    """
    broker = getattr(dask_scheduler, "_broker", None)
    if broker is not None:
        broker.truncate(topic)


def _host(worker: Worker) -> Host:
    host: Host = worker.plugins[PLUGIN].host
    return host
