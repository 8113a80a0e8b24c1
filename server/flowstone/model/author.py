"""What a block's author imports: decorators that mark functions and markers that ask for things.

Importing this costs next to nothing; a decorated function stays the plain function it was, so that a
block file can be imported and called in a test or a notebook without Flowstone running.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flowstone.model.block import BlockKind

if TYPE_CHECKING:
    import logging

Function = TypeVar("Function", bound=Callable[..., Any])
Item = TypeVar("Item")

KIND_MARK = "__flowstone_kind__"
CHECK_MARK = "__flowstone_check__"
CALLBACK_MARK = "__flowstone_callback__"


def _mark(function: Function, kind: BlockKind) -> Function:
    setattr(function, KIND_MARK, kind.value)
    return function


def loader(function: Function) -> Function:
    """Mark the function that brings data in. It takes no upstream outputs."""
    return _mark(function, BlockKind.LOADER)


def transformer(function: Function) -> Function:
    """Mark the function that turns upstream outputs into a new one."""
    return _mark(function, BlockKind.TRANSFORMER)


def exporter(function: Function) -> Function:
    """Mark the function that writes upstream outputs somewhere, and returns the receipt."""
    return _mark(function, BlockKind.EXPORTER)


def sensor(function: Function) -> Function:
    """Mark the function that says, by True or False, whether what it looks for is there."""
    return _mark(function, BlockKind.SENSOR)


def check(function: Function) -> Function:
    """Mark a function that is given the block's output and raises, or returns False, when it is not right."""
    setattr(function, CHECK_MARK, True)
    return function


def on_success(function: Function) -> Function:
    """Mark a function that is called when the block's result is committed; it may take `run`."""
    setattr(function, CALLBACK_MARK, "success")
    return function


def on_failure(function: Function) -> Function:
    """Mark a function that is called when the block has failed for good; it may take `run` and `failure`."""
    setattr(function, CALLBACK_MARK, "failure")
    return function


@dataclass(frozen=True, slots=True)
class ConnectionMark:
    """The default value of a parameter that wants a live connection."""

    name: str


def connection(name: str) -> Any:
    """Ask for the profile's connection of that name, as the default of a keyword-only parameter."""
    return ConnectionMark(name)


class Outputs:
    """Several named outputs of one block: `return Outputs(kept=a, dropped=b)`."""

    def __init__(self, **outputs: object) -> None:
        self.by_name: dict[str, object] = outputs


def _drop_progress(done: int, total: int | None) -> None:
    """Take a progress report where nobody listens: a block called by hand."""


def _logger_by_hand() -> logging.Logger:
    """Return the logger of a block that is called by hand; imported here, for it would double the time of import."""
    import logging

    return logging.getLogger("flowstone.block")


@dataclass(frozen=True, slots=True)
class Run:
    """The run that a block is part of, for a keyword-only parameter `run: Run`."""

    id: str = "by-hand"
    pipeline: str = ""
    block: str = ""
    attempt: int = 1
    logical_date: datetime | None = None
    """The moment the run stands for: the schedule's tick, or when a person started it."""
    logger: logging.Logger = field(default_factory=_logger_by_hand)
    report: Callable[[int, int | None], None] = field(default=_drop_progress, repr=False)

    def progress(self, iterable: Iterable[Item], *, total: int | None = None) -> Iterator[Item]:
        """Hand the items on and report how many are done; `total` is taken from the iterable's length if it has one."""
        if total is None and isinstance(iterable, Sized):
            total = len(iterable)
        for done, item in enumerate(iterable):
            self.report(done, total)
            yield item
        self.report(total if total is not None else 0, total)
