"""What the doctor looks for and what it finds, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from flowstone.store.artifacts import ArtifactStore
from flowstone.store.ledger.inspection import LedgerInspection
from flowstone.store.lock import Holder
from flowstone.store.state import StateFolder


class Level(StrEnum):
    """How much a finding matters."""

    BROKEN = "broken"
    """An invariant does not hold."""
    NOTE = "note"
    """Something that mends itself when the project is next opened, or that is the author's own to decide."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: what, where, and what mends it."""

    what: str
    where: str
    mend: str
    level: Level = Level.BROKEN


@dataclass(frozen=True, slots=True)
class Patient:
    """A project as the doctor finds it. `ledger` is None where there is none, or it cannot be read."""

    root: Path
    state: StateFolder
    artifacts: ArtifactStore
    ledger: LedgerInspection | None
    holder: Holder | None
    deep: bool = False
    """Whether every stored output is read and hashed again."""
    unreadable: str = ""
    """Why the ledger cannot be read."""

    @property
    def is_local(self) -> bool:
        """Whether outputs are in a folder, where all that is stored can be looked at."""
        return self.artifacts.is_local


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that holds of every project at every moment, after any kill, power cut or full disk."""

    name: str
    holds: str
    """What holds, as a sentence."""
    check: Callable[[Patient], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Checked:
    """An invariant and what was found of it."""

    invariant: Invariant
    findings: tuple[Finding, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether it holds; notes leave it whole."""
        return all(finding.level is Level.NOTE for finding in self.findings)
