"""The points of charts, held against what pandas says of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from tests.engine.test_windows import TABLES

from flowstone.engine.worker.chart_axes import round_width
from flowstone.engine.worker.chart_points import draw
from flowstone.engine.worker.stored_rows import Rows
from flowstone.errors.engine import QueryRefused
from flowstone.model.chart import MAX_CATEGORIES, MAX_POINTS, Aggregate, Axis, Bucket, Chart, Drawn, Mark
from flowstone.model.view import Condition, Filter, Test

DAY_MS = 86_400_000.0
SALES = pd.DataFrame(
    {
        "shop": ["b", "a", None, "b"] * 25,
        "price": [float(n) for n in range(99)] + [np.nan],
        "at": pd.date_range("2024-01-01", periods=100, freq="6h", tz="Europe/Berlin"),
        "paid": [True, False] * 50,
    }
)


def drawn(frame: pd.DataFrame, chart: Chart, filtered: Filter | None = None) -> Drawn:
    return draw(Rows(pa.Table.from_pandas(frame)), chart, filtered or Filter())


def points(found: Drawn, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(found.columns[name] for name in names), strict=True))


def test_bars_count_categories_the_highest_first_missing_ones_too() -> None:
    """A category that is missing is often the one worth a look."""
    found = drawn(SALES, Chart(Mark.BAR, "shop"))

    assert (found.x, found.rows) == (Axis.CATEGORY, 100)
    assert points(found, "x", "y") == [("b", 50.0), ("a", 25.0), (None, 25.0)]


@pytest.mark.parametrize("aggregate", [each for each in Aggregate if each is not Aggregate.COUNT])
def test_values_are_aggregated_as_pandas_does(aggregate: Aggregate) -> None:
    """A mean that differs in the third digit sends people looking for a bug of theirs."""
    found = drawn(SALES, Chart(Mark.BAR, "shop", "price", "paid", aggregate=aggregate))

    how = {"distinct": "nunique"}.get(aggregate.value, aggregate.value)
    named = SALES.assign(shop=SALES["shop"].fillna("none"), paid=SALES["paid"].astype(str).str.lower())
    wanted: dict[Any, float] = named.groupby(["shop", "paid"])["price"].agg(how).to_dict()
    shown = {(x or "none", colour): y for x, y, colour in points(found, "x", "y", "colour")}
    assert shown == pytest.approx(wanted)


def test_times_fall_into_buckets() -> None:
    """A line through every second of a year is a smear."""
    daily = drawn(SALES, Chart(Mark.LINE, "at", bucket=Bucket.DAY))
    auto = drawn(SALES, Chart(Mark.LINE, "at"))

    days = SALES["at"].dt.tz_convert("UTC").dt.floor("D").value_counts().sort_index()
    assert daily.x is Axis.TIME
    assert points(daily, "x", "y") == [(day.timestamp() * 1000, float(count)) for day, count in days.items()]
    assert auto.columns == daily.columns


def test_a_line_over_many_numbers_is_drawn_in_bins() -> None:
    """As many points as rows would neither be seen nor sent."""
    frame = pd.DataFrame({"n": range(50_000), "v": 1.0})

    found = drawn(frame, Chart(Mark.LINE, "n", "v", aggregate=Aggregate.SUM))

    assert 100 < len(found.columns["x"]) <= 401
    assert sum(y for _, y in points(found, "x", "y")) == 50_000


def test_a_histogram_has_bins_of_round_widths_and_all_values() -> None:
    """Bins from 0.37 to 1.11 tell nobody anything."""
    found = drawn(SALES, Chart(Mark.HISTOGRAM, "price"))

    assert {x2 - x for x, x2 in points(found, "x", "x2")} == {5.0}
    assert sum(y for (y,) in points(found, "y")) == 99


def test_a_box_has_quartiles_and_whiskers() -> None:
    """Source: J. W. Tukey, Exploratory Data Analysis: whiskers reach one and a half boxes far."""
    frame = pd.DataFrame({"g": ["a"] * 9, "v": [1.0, 2, 3, 4, 5, 6, 7, 8, 100]})

    found = drawn(frame, Chart(Mark.BOX, "g", "v"))

    names = ("x", "low", "q1", "median", "q3", "high", "value")
    assert points(found, *names) == [("a", 1.0, 3.0, 5.0, 7.0, 8.0, 1.0)]


def test_a_heatmap_crosses_two_axes() -> None:
    """When and how much, in one look."""
    found = drawn(SALES, Chart(Mark.HEATMAP, "shop", "at", value="price", aggregate=Aggregate.MEAN, bucket=Bucket.WEEK))

    assert (found.x, found.y) == (Axis.CATEGORY, Axis.TIME)
    weeks = SALES["at"].dt.tz_convert("UTC").dt.tz_localize(None).dt.to_period("W")
    means = SALES.groupby(["shop", weeks], dropna=False)["price"].mean()
    assert sorted(value for (value,) in points(found, "value")) == pytest.approx(sorted(means))


def test_many_points_are_sampled_and_it_is_said() -> None:
    """A chart that leaves rows out must not look as if it had them all."""
    frame = pd.DataFrame({"x": np.arange(20_000.0), "y": 1.0})

    found = drawn(frame, Chart(Mark.POINT, "x", "y"))

    assert (found.rows, found.sampled, len(found.columns["x"])) == (20_000, MAX_POINTS, MAX_POINTS)


def test_few_points_are_all_there_in_their_colours() -> None:
    """Colours of numbers are steps between two, those of words are named."""
    found = drawn(SALES, Chart(Mark.POINT, "at", "price", "shop"))

    assert (found.sampled, len(found.columns["x"])) == (None, 99)
    assert set(found.columns["colour"]) == {"a", "b", None}


def test_too_many_categories_are_left_out_and_colours_drawn_together() -> None:
    """A thousand bars are a grey wall."""
    frame = pd.DataFrame({"who": [f"u{n}" for n in range(1000)] + ["u1"] * 3, "v": 1.0})

    bars = drawn(frame, Chart(Mark.BAR, "who"))
    coloured = drawn(frame, Chart(Mark.BAR, "v", "", "who"))

    assert (bars.left_out, bars.columns["x"][0]) == (1000 - MAX_CATEGORIES, "u1")
    assert dict(points(coloured, "colour", "y"))["others"] == 990.0
    assert coloured.notes


def test_a_filter_is_kept_to() -> None:
    """What is filtered in the grid is what is drawn."""
    only = Filter((Condition("shop", Test.EQ, ("a",)),))

    found = drawn(SALES, Chart(Mark.BAR, "paid"), only)

    assert (found.rows, points(found, "x", "y")) == (25, [("false", 25.0)])


@pytest.mark.parametrize("kind", sorted(TABLES.keys() - {"no columns"}))
@pytest.mark.parametrize("mark", [Mark.BAR, Mark.LINE])
def test_a_column_of_any_type_can_be_counted(kind: str, mark: Mark) -> None:
    """The first chart that is shown must not be an error."""
    table = TABLES[kind]

    found = draw(Rows(table), Chart(mark, "a", "", "a"), Filter())

    assert found.rows == table.num_rows


@pytest.mark.parametrize(
    "chart",
    [
        Chart(Mark.BAR, "nothing"),
        Chart(Mark.HISTOGRAM, "shop"),
        Chart(Mark.POINT, "price"),
        Chart(Mark.BAR, "shop", "shop", aggregate=Aggregate.MEAN),
        Chart(Mark.BOX, "shop", "paid"),
        Chart(Mark.BAR, ""),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(chart: Chart) -> None:
    """An empty picture says nothing of what is wrong."""
    with pytest.raises(QueryRefused):
        drawn(SALES, chart)


def test_bins_are_as_wide_as_round_numbers() -> None:
    """Widths go up by 1, 2 and 5."""
    assert [round_width(width) for width in (0.0, 0.7, 1.0, 1.2, 3.0, 7.0, 0.012)] == [1, 1, 1, 2, 5, 10, 0.02]
