"""How a block is to be run: how often it is tried, when it is left out, how wide it spreads, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flowstone.model.condition import Condition

__all__ = ["MAX_DELAY_S", "MEMORY", "Backoff", "Condition", "Isolation", "MapOver", "OnFailure", "Retries"]

MAX_DELAY_S = 3_600.0
"""What an exponential delay grows to and no further, unless the pipeline says otherwise."""
MEMORY = "memory"
"""The one resource that is counted in bytes."""


class Backoff(StrEnum):
    """How the delay between tries changes."""

    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    """It doubles with each try."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a failing block is tried. Units: attempts counts the first try; delays in seconds.

    `jitter` is a share of the delay by which it is moved up or down at random: 0.2 is a fifth.
    """

    attempts: int = 1
    delay_s: float = 0.0
    backoff: Backoff = Backoff.CONSTANT
    max_delay_s: float = MAX_DELAY_S
    jitter: float = 0.0
    only_on: tuple[str, ...] = ()
    """Exception classes, by name, or failure codes; empty is whatever happens."""


class OnFailure(StrEnum):
    """What follows when a block, or an item of a mapped one, has failed for good."""

    SKIP = "skip"
    """What is below it is skipped, the rest goes on. Of a mapped block: the failed items are left out."""
    STOP = "stop"
    """The whole run ends. Of a mapped block: its other items end, and it has failed."""
    CONTINUE = "continue"
    """What is below it runs without its output. Of a mapped block: its other items run, then it has failed."""


@dataclass(frozen=True, slots=True)
class MapOver:
    """What a block is mapped over: a list, or the parts of a table.

    `over` is an upstream's or a param's name. Of a table, `rows` says how long each part is, or `by` names the
    column of whose values each is a part.
    """

    over: str
    into: str = ""
    """The block's param that takes an item of a list param; empty is the one of the same name."""
    by: str = ""
    rows: int | None = None
    width: int | None = None
    """How many items may run at once; None is as many as the run allows."""
    on_failure: OnFailure = OnFailure.CONTINUE


class Isolation(StrEnum):
    """Which process a block gets."""

    SHARED = "shared"
    """A warm one that has run other blocks of the run."""
    BLOCK = "block"
    """A fresh one, which ends with it."""
