"""What an edit would change before anything is run for good: the edited block and what lies below, tried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flowstone.model.ids import BlockId
from flowstone.model.run import Failure


class Outlook(StrEnum):
    """What would become of a block."""

    SAME = "same"
    CHANGED = "changed"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True)
class ColumnEffect:
    """A column that would be another: its type before and after, None where it is not there, and its missing values."""

    name: str
    before: str | None
    after: str | None
    missing_before: int | None = None
    missing_after: int | None = None


@dataclass(frozen=True, slots=True)
class OutputEffect:
    """How an output would differ from what the block gave last.

    Rows and counts of before are None where there was none, or where only a sample was tried.
    """

    name: str
    is_same: bool
    rows_before: int | None
    rows_after: int | None
    columns: tuple[ColumnEffect, ...] = ()
    added: int | None = None
    removed: int | None = None
    changed: int | None = None
    """Rows, by a key that was found; see `TableDifference`."""


@dataclass(frozen=True, slots=True)
class BlockEffect:
    """What would become of a block, and why it was not tried if it was not."""

    block: BlockId
    outlook: Outlook
    why: str = ""
    failure: Failure | None = None
    outputs: tuple[OutputEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an edit would change. Of large inputs only the first rows were tried: `sampled` says how many."""

    blocks: tuple[BlockEffect, ...] = ()
    sampled: int | None = None
    is_superseded: bool = False
    """Whether a later question has ended this one."""
