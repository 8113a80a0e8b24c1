"""Charts of outputs, and the points that are drawn."""

from __future__ import annotations

from flowstone.model.chart import Axis
from flowstone.web.wire.tables import TableFilter
from flowstone.web.wire_types import ChartSpec, Wire


class ChartQuery(Wire):
    """A chart of the rows that a filter lets through."""

    chart: ChartSpec
    filter: TableFilter = TableFilter()


class ChartPoints(Wire):
    """The points of a chart, column by column; times are in milliseconds since the epoch.

    Columns are `x`, `y` and `colour`; bins also have `x2` and `y2`, boxes `low`, `q1`, `median`, `q3` and `high`.
    """

    x: Axis
    y: Axis
    columns: dict[str, list[float | str | None]]
    rows: int
    """How many rows the filter lets through."""
    sampled: int | None
    """How many of them are drawn, if not all."""
    left_out: int
    """How many categories are not drawn."""
    notes: list[str]
