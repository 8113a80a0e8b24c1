"""A Dask client of no cluster: it keeps what it was asked for, and a test says what the workers do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

from flowstone.engine.dask_executor.messages import Call, Said, told
from flowstone.store.codec import decode


class FakeFuture:
    """A task that ends by being cancelled, as `distributed.Future`."""

    def __init__(self) -> None:
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_cancelled = False

    def __await__(self) -> Generator[Any, None, None]:
        return self._ended.__await__()

    def done(self) -> bool:
        """Say whether it has ended."""
        return self._ended.done()

    async def cancel(self, *, force: bool) -> None:
        """End it."""
        self.is_cancelled = True
        self._ended.set_result(None)


class FakeClient:
    """What the executor uses of `distributed.Client`."""

    def __init__(self) -> None:
        self.status = "running"
        self.scheduler_comm = object()
        self.has_submitted = asyncio.Event()
        self.calls: list[Call] = []
        self.futures: list[FakeFuture] = []
        self.told: list[tuple[str, str]] = []
        self._hear: Callable[[tuple[float, dict[str, str]]], None] = lambda _: None

    def subscribe_topic(self, _topic: str, hear: Callable[[tuple[float, dict[str, str]]], None]) -> None:
        """Take who hears the events."""
        self._hear = hear

    def submit(self, _function: Any, call: str, **_how: Any) -> FakeFuture:
        """Keep a task."""
        self.calls.append(decode(Call, call))
        self.futures.append(FakeFuture())
        self.has_submitted.set()
        return self.futures[-1]

    async def run(self, function: Callable[..., Any], _text: str, *, workers: list[str]) -> None:
        """Keep what a worker is told."""
        self.told.append((function.__name__, workers[0]))

    async def run_on_scheduler(self, _function: Any, _text: str) -> None:
        """Do nothing."""

    async def close(self, *, timeout: float) -> None:  # noqa: ASYNC109 - as Dask has it
        """End the client."""
        self.status = "closed"

    def say(self, message: Said) -> None:
        """Let a worker say something."""
        self._hear((0.0, told(message)))
