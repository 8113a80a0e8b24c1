"""What a column holds, said in a few figures and drawn small."""

from __future__ import annotations

from dataclasses import dataclass

MAX_SUMMARISED = 64
"""How many columns are summed up at once."""
WHOLE_ROWS = 10_000_000
"""Up to so many rows, all of them are looked at; of more, a sample."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class TopValue:
    """A value and how often it is there; None is none."""

    value: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie in each of some equal parts from `low` to `high`."""

    low: str
    high: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """A column summed up. Values are text, as they are compared with in a filter.

    Shapes: quantiles as many as QUANTILES, or none. `nans` are not among the `nulls`. `rows` are those that were
    looked at. `problem` says why the rest is not there.
    """

    column: str
    rows: int
    is_sample: bool
    nulls: int | None = None
    nans: int = 0
    distinct: int | None = None
    is_distinct_exact: bool = True
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[str, ...] = ()
    top: tuple[TopValue, ...] = ()
    histogram: Histogram | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Summaries:
    """Some columns of a table summed up."""

    columns: tuple[ColumnSummary, ...]
