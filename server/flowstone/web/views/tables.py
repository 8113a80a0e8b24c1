"""Views of stored tables, from the wire and to it."""

from __future__ import annotations

from collections.abc import Sequence

from flowstone.model.columns import shown_columns
from flowstone.model.export import Export
from flowstone.model.output import Column
from flowstone.model.summary import ColumnSummary
from flowstone.model.view import Condition, Filter, SortKey, View
from flowstone.web.wire import tables as wire
from flowstone.web.wire_types import ColumnView


def column_views(columns: Sequence[Column]) -> list[ColumnView]:
    """Return a table's columns as people see them."""
    return [
        ColumnView(name=one.name, key=one.key, type=one.type, family=one.family, is_index=one.is_index)
        for one in shown_columns(columns)
    ]


def filter_of(asked: wire.TableFilter) -> Filter:
    """Return the filter that a request asks for."""
    return Filter(
        tuple(Condition(one.column, one.test, tuple(one.values), one.match_case) for one in asked.conditions),
        asked.expression,
        asked.search,
    )


def view_of(asked: wire.TableView) -> View:
    """Return the view that a request asks for."""
    return View(filter_of(asked.filter), tuple(SortKey(one.column, one.descending) for one in asked.sort))


def export_of(asked: wire.NewDownload) -> Export:
    """Return what a request wants to download."""
    return Export(asked.format, view_of(asked.view), tuple(asked.columns), asked.guards_formulas)


def summary_view(summary: ColumnSummary) -> wire.ColumnSummaryView:
    """Return a column summed up."""
    drawn = summary.histogram
    return wire.ColumnSummaryView(
        column=summary.column,
        rows=summary.rows,
        is_sample=summary.is_sample,
        nulls=summary.nulls,
        nans=summary.nans,
        distinct=summary.distinct,
        is_distinct_exact=summary.is_distinct_exact,
        minimum=summary.minimum,
        maximum=summary.maximum,
        mean=summary.mean,
        deviation=summary.deviation,
        quantiles=list(summary.quantiles),
        top=[wire.TopValueView(value=one.value, count=one.count) for one in summary.top],
        histogram=None
        if drawn is None
        else wire.HistogramView(low=drawn.low, high=drawn.high, counts=list(drawn.counts)),
        problem=summary.problem,
    )
