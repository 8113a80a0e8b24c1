"""Charts over HTTP: kept with a pipeline, and drawn of the rows that a filter lets through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.kit.fake_insight import GONE
from tests.kit.web_client import WebClient
from tests.web.conftest import PIPELINE, Benches

from flowstone.model.chart import MAX_CHARTS, Aggregate, Bucket, Chart, Mark
from flowstone.model.view import Condition, Filter, Test

MAIN = "/projects/demo/pipelines/main"
HASH = "a" * 32
DRAWN = f"/projects/demo/outputs/{HASH}/chart"
CHART = {
    "mark": "bar",
    "x": "shop",
    **dict.fromkeys(("y", "colour", "value", "title", "output"), ""),
    "aggregate": "count",
    "bucket": "auto",
}


async def test_a_chart_is_drawn_of_filtered_rows(client: WebClient, benches: Benches) -> None:
    """The chart beside a filtered grid shows the same rows."""
    asked: dict[str, Any] = {
        "chart": {**CHART, "mark": "line", "x": "at", "y": "price", "aggregate": "mean", "bucket": "week"},
        "filter": {"conditions": [{"column": "shop", "test": "eq", "values": ["a"]}]},
    }

    answer = await client.post(DRAWN, asked)

    chart = Chart(Mark.LINE, "at", "price", aggregate=Aggregate.MEAN, bucket=Bucket.WEEK)
    assert benches.only.insight.asked == [(HASH, chart, Filter((Condition("shop", Test.EQ, ("a",)),)))]
    assert answer.json() == {
        "x": "time",
        "y": "number",
        "columns": {"x": [1.5, None], "colour": ["a", None]},
        "rows": 10,
        "sampled": 2,
        "left_out": 3,
        "notes": ["note"],
    }


async def test_charts_are_kept_with_their_block(client: WebClient, root: Path) -> None:
    """They are a part of the pipeline's file, and undone like any edit of it."""
    etag = (await client.get(MAIN)).headers["ETag"]
    edit = {"op": "set_charts", "block": "load", "charts": [CHART]}

    answer = await client.post(MAIN + "/edits", edit, headers={"If-Match": etag})

    (load, _) = answer.json()["blocks"]
    assert load["charts"] == [CHART]
    assert (root / "pipelines/main.yaml").read_text() != PIPELINE
    assert "charts: [{mark: bar, x: shop}]" in (root / "pipelines/main.yaml").read_text()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"chart": {**CHART, "mark": "pie"}}, 400),
        ({"chart": {**CHART, "x": "x" * 10_001}}, 400),
        ({"chart": {"mark": "bar"}}, 400),
        ({}, 400),
    ],
)
async def test_a_chart_that_is_none_is_refused(client: WebClient, body: dict[str, Any], status: int) -> None:
    """Every input has a bound."""
    assert (await client.post(DRAWN, body)).status_code == status


async def test_charts_of_what_is_gone_and_too_many_are_refused(client: WebClient) -> None:
    """A block keeps a list that can be read."""
    etag = (await client.get(MAIN)).headers["ETag"]
    many = {"op": "set_charts", "block": "load", "charts": [CHART] * (MAX_CHARTS + 1)}

    gone = await client.post(DRAWN.replace(HASH, GONE), {"chart": CHART})
    over = await client.post(MAIN + "/edits", many, headers={"If-Match": etag})

    assert (gone.status_code, over.status_code) == (404, 400)
