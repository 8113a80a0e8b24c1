"""The points of charts."""

from __future__ import annotations

from flowstone.model.ids import ArtifactHash
from flowstone.web.call import Call, Reply
from flowstone.web.views.charts import chart_of, drawn_view
from flowstone.web.views.tables import filter_of
from flowstone.web.wire import charts as wire


async def draw_chart(call: Call[wire.ChartQuery]) -> Reply[wire.ChartPoints]:
    """Say what a chart of a table draws. Raises: NotFound, ArtifactCorrupt, QueryRefused."""
    opened = await call.project()
    drawn = await opened.workbench.insight.chart(
        ArtifactHash(call.path["hash"]), chart_of(call.body.chart), filter_of(call.body.filter)
    )
    return Reply(drawn_view(drawn))
