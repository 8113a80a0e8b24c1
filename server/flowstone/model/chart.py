"""A chart of an output: what is drawn of which columns, and the points that are drawn.

Columns are named by their keys: see `model/columns.py`. A chart says nothing of colours or sizes; those are the
browser's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_CHARTS = 20
"""How many charts a block keeps."""
MAX_POINTS = 3_000
MAX_CATEGORIES = 40
MAX_COLOURS = 10


class Mark(StrEnum):
    """What is drawn."""

    BAR = "bar"
    LINE = "line"
    AREA = "area"
    POINT = "point"
    HISTOGRAM = "histogram"
    BOX = "box"
    HEATMAP = "heatmap"


class Aggregate(StrEnum):
    """What is made of the values that fall together."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"


class Bucket(StrEnum):
    """By what times fall together."""

    AUTO = "auto"
    """As fine as can still be told apart."""
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn of which columns; an empty column is none.

    `y` is aggregated over the rows that fall together in x, except by points, which show rows as they are, and boxes,
    which show how y is spread. In a heatmap `y` is the second axis, and `value` is what is aggregated.
    """

    mark: Mark
    x: str
    y: str = ""
    colour: str = ""
    value: str = ""
    aggregate: Aggregate = Aggregate.COUNT
    bucket: Bucket = Bucket.AUTO
    title: str = ""
    output: str = ""
    """The name of the output that is drawn; empty is the first."""


class Axis(StrEnum):
    """How an axis is laid out. Times are in milliseconds since the epoch."""

    NUMBER = "number"
    TIME = "time"
    CATEGORY = "category"


PointValue = float | str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The points of a chart, column by column, and what is to be said of them.

    Shapes: each column has as many values as there are points, at most a few thousand.
    """

    x: Axis
    y: Axis
    columns: Mapping[str, tuple[PointValue, ...]]
    """`x`, `y`, `colour`; of bins also `x2` and `y2`; of boxes `low`, `q1`, `median`, `q3` and `high`; `value`."""
    rows: int
    """How many rows the filter lets through."""
    sampled: int | None = None
    """How many of them are drawn, if not all."""
    left_out: int = 0
    """How many categories are not drawn."""
    notes: tuple[str, ...] = field(default=())
