"""A measured figure, its aim, and how a table of them looks."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, the median of its runs, the aim, and what it is beside a bare limit."""

    what: str
    value: float
    unit: str
    aim: float
    limit: float | None = None
    """The same work done bare, measured in the same minute; None where there is none."""
    rivals: str = ""
    """What others were measured at with the same functions, on a machine of this kind."""

    @property
    def is_met(self) -> bool:
        """Whether the aim was reached."""
        return self.value <= self.aim


def median_of(measure: Callable[[], float], *, runs: int = 5) -> float:
    """Measure several times, after once for the caches, and return the median."""
    measure()
    return statistics.median(measure() for _ in range(runs))


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as text, one a line."""
    rows = [("what", "figure", "aim", "bare limit", "ratio", "", "rivals")]
    for figure in figures:
        limit = "" if figure.limit is None else f"{figure.limit:.3g} {figure.unit}"
        ratio = "" if not figure.limit else f"{figure.value / figure.limit:.2f} ×"
        aim = f"≤ {figure.aim:g} {figure.unit}"
        rows.append(
            (
                figure.what,
                f"{figure.value:.3g} {figure.unit}",
                aim,
                limit,
                ratio,
                "" if figure.is_met else "missed",
                figure.rivals,
            )
        )
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
