"""Where blocks run: the one interface that local workers and a cluster share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from flowstone.engine.jobs import BlockJob, BlockOutcome


@dataclass(frozen=True, slots=True)
class Observer:
    """Who hears what a running block prints and how far it is."""

    printed: Callable[[Literal["stdout", "stderr"], bytes], None]
    progressed: Callable[[int, int | None], None]
    dropped: Callable[[int], None] = lambda _lines: None
    """Hears that lines were printed and lost on their way; what is printed next follows the gap."""


class Attempt(Protocol):
    """A block that is running."""

    async def outcome(self) -> BlockOutcome:
        """Wait for its end; a lost worker is an outcome, too."""
        ...

    async def stop(self) -> None:
        """End it, whatever it does, within five seconds; `outcome` then says that it was stopped."""
        ...


class Executor(Protocol):
    """Runs attempts of blocks somewhere."""

    @property
    def width(self) -> int:
        """How many blocks of a run it is worth giving it at once."""
        ...

    async def warm_up(self) -> None:
        """Get ready for the first block. Raises: ExecutorUnavailable."""
        ...

    async def start(self, job: BlockJob, observer: Observer) -> Attempt:
        """Start an attempt. Raises: ExecutorUnavailable, when there is nowhere to run it."""
        ...

    async def close(self) -> None:
        """End everything that runs, and wait until it has ended."""
        ...
