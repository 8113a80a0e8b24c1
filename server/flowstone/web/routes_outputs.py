"""The routes of what is asked about outputs beyond their rows: rows of the table of routes."""

from __future__ import annotations

from flowstone.web.route import ARROW_STREAM, IntegerQuery, Route, TextQuery
from flowstone.web.wire import charts, comparisons, effects

BLOCK = "/projects/{project}/pipelines/{pipeline}/blocks/{block}"
OUTPUT = "/projects/{project}/outputs/{hash}"
DIFFERENCE = OUTPUT + "/difference/{before}"

MAX_OFFSET = 2**53 - 1
KEY = (
    TextQuery("key", "Columns that name a row, each percent-encoded, with commas between; found if left out.", 8_000),
    TextQuery("keyed", "`none` counts whole rows instead.", 4, r"^none$"),
)
"""By what rows of two tables belong together."""

OUTPUT_ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        BLOCK + "/outputs",
        "comparisons.list_past_outputs",
        "List what a block gave in the runs of its pipeline, newest first.",
        answer=comparisons.PastOutputsPage,
        query=(
            TextQuery("before", "Where the page begins: `next` of the page before.", 200, r"^[A-Za-z0-9_.:=|+~-]+$"),
            IntegerQuery("limit", "How many at most.", 50, 1, 200),
        ),
    ),
    Route(
        "GET",
        DIFFERENCE,
        "comparisons.read_difference",
        "Say how a table differs from an earlier one: rows that came, went and changed, and in which columns.",
        answer=comparisons.TableDifferenceView,
        query=KEY,
    ),
    Route(
        "GET",
        DIFFERENCE + "/rows",
        "comparisons.read_difference_rows",
        "Read a page of the rows in which two tables differ, as an Arrow IPC stream: their numbers `before` and "
        "`after`, and of each column `b`, `a` and `d` with its place: before, after, and whether they differ.",
        media_type=ARROW_STREAM,
        query=(
            *KEY,
            TextQuery("part", "Only such rows.", 16, r"^(all|added|removed|changed)$"),
            IntegerQuery("offset", "The first row.", 0, 0, MAX_OFFSET),
            IntegerQuery("limit", "How many rows at most.", 100, 1, 200),
            TextQuery("columns", "Names as in `key`; the first 100 if left out.", 20_000),
        ),
    ),
    Route(
        "POST",
        OUTPUT + "/chart",
        "charts.draw_chart",
        "Say what a chart of a table draws: its points, aggregated, at most a few thousand.",
        request=charts.ChartQuery,
        answer=charts.ChartPoints,
    ),
    Route(
        "POST",
        BLOCK + "/effect",
        "effects.try_block",
        "Try a block as it is saved, and what lies below it, on what is stored above: nothing is published.",
        request=effects.EffectQuery,
        answer=effects.EffectView,
    ),
)
