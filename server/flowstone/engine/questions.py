"""What a query process is asked and what it answers about two outputs: plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from flowstone.model.difference import Difference
from flowstone.model.ids import ArtifactHash
from flowstone.model.window import Window


@dataclass(frozen=True, slots=True)
class WindowQuestion:
    """Which window of which file; with an `artifact`, the path is the address of the store that has it."""

    path: str
    window: Window
    artifact: ArtifactHash | None = None


@dataclass(frozen=True, slots=True)
class ComparisonQuestion:
    """How pairs of outputs differ that are in the store at an address."""

    artifacts: str
    pairs: tuple[tuple[ArtifactHash, ArtifactHash], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One of the two."""

    window: WindowQuestion | None = None
    comparison: ComparisonQuestion | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """How the pairs differ; a pair that says the same has none."""

    differences: tuple[Difference, ...]
