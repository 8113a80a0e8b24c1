"""A client of somebody's Dask scheduler, or a clear word on why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flowstone.engine.dask_executor.versions import compare_versions, own_versions
from flowstone.errors.cluster import ClusterUnreachable, ExtraMissing

if TYPE_CHECKING:
    from distributed import Client

CONNECT_WITHIN_S = 5.0


async def connected(address: str) -> Client:
    """Return a client of the scheduler at an address, on this loop, its workers ready for blocks.

    Raises: ExtraMissing; ClusterUnreachable; VersionMismatch.
    """
    await asyncio.to_thread(_import)
    from distributed import Client

    client = Client(address, asynchronous=True, timeout=CONNECT_WITHIN_S, set_as_default=False, direct_to_workers=False)
    try:
        try:
            await client
        except (OSError, TimeoutError, ValueError) as wrong:
            raise ClusterUnreachable(address, _in_words(wrong)) from wrong
        await _prepare(client, address)
    except BaseException:
        await client.close(timeout=2)
        raise
    return client


@contextlib.contextmanager
def even_if_gone() -> Iterator[None]:
    """Let a word to a cluster be lost where scheduler, worker or client are gone, which shows in other ways.

    Source: distributed 2026.8: `Client._run`, `Client._send_to_scheduler`, `Scheduler.broadcast`. A connection that
    ends is an OSError, a loop that ends a RuntimeError; a worker without the plugin yet says KeyError.
    """
    from distributed.client import ClosedClientError

    with contextlib.suppress(ClosedClientError, OSError, RuntimeError, KeyError):
        yield


def _import() -> None:
    """Import Dask, which takes a second, and keep it from saying on stderr what our typed errors say.

    Raises: ExtraMissing.
    """
    try:
        from distributed.versions import VersionMismatchWarning

        import flowstone.engine.dask_executor.plugin  # noqa: F401
    except ImportError as missing:
        raise ExtraMissing("The Dask executor", extra="dask", package="distributed") from missing
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)


async def _prepare(client: Client, address: str) -> None:
    from flowstone.engine.dask_executor.plugin import FlowstonePlugin

    compare_versions(f"The scheduler at {address}", await _scheduler_versions(client, address))
    try:
        await client.register_plugin(FlowstonePlugin())
    except (ImportError, AttributeError) as missing:
        raise ClusterUnreachable(address, f"its workers cannot import Flowstone ({missing})") from missing
    except OSError as wrong:
        raise ClusterUnreachable(address, _in_words(wrong)) from wrong


async def _scheduler_versions(client: Client, address: str) -> dict[str, str]:
    """Return those of the versions that count which a scheduler tells."""
    names = [name for name in own_versions() if name not in ("python", "protocol")]
    try:
        found = await client.get_versions(check=False, packages=names)
    except OSError as wrong:
        raise ClusterUnreachable(address, _in_words(wrong)) from wrong
    scheduler = found.get("scheduler") or {}
    told = {"flowstone": "nothing"}  # it must be there: the scheduler reads the name of the function that is to run
    told |= {name: str(said) for name, said in scheduler.get("packages", {}).items() if said and name in names}
    python = str(scheduler.get("host", {}).get("python", ""))
    if python:
        told["python"] = ".".join(python.split(".")[:2])
    return told


def _in_words(wrong: BaseException) -> str:
    return str(wrong).splitlines()[0][:200] if str(wrong) else type(wrong).__name__
