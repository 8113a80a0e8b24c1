"""Charts and their points, as they travel."""

from __future__ import annotations

from flowstone.model.chart import Chart, Drawn
from flowstone.web.wire import charts as wire
from flowstone.web.wire_types import ChartSpec


def chart_of(spec: ChartSpec) -> Chart:
    """Return a chart of the wire as the model's."""
    return Chart(**{name: getattr(spec, name) for name in ChartSpec.model_fields})


def chart_view(chart: Chart) -> ChartSpec:
    """Return a chart."""
    return ChartSpec(**{name: getattr(chart, name) for name in ChartSpec.model_fields})


def drawn_view(drawn: Drawn) -> wire.ChartPoints:
    """Return the points of a chart."""
    return wire.ChartPoints(
        x=drawn.x,
        y=drawn.y,
        columns={name: list(values) for name, values in drawn.columns.items()},
        rows=drawn.rows,
        sampled=drawn.sampled,
        left_out=drawn.left_out,
        notes=list(drawn.notes),
    )
