"""What blocks print, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Stream: TypeAlias = Literal["stdout", "stderr", "flowstone"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a block printed, or that Flowstone says of it. `seq` orders a block's lines within a run."""

    seq: int
    at: float
    stream: Stream
    text: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines from some number on; `dropped` counts those that a bound took away, `next` is where to go on."""

    lines: tuple[LogLine, ...]
    dropped: int
    next: int
