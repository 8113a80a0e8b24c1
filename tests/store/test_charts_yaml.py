"""Charts in a pipeline's YAML: read, and edited with all else left as it was."""

from __future__ import annotations

import pytest

from flowstone.model.chart import MAX_CHARTS, Aggregate, Chart, Mark
from flowstone.model.edits import Edit, RenameBlock, SetCharts
from flowstone.model.ids import BlockId, PipelineId
from flowstone.store.pipeline_edits import edit_text
from flowstone.store.pipeline_yaml import PipelineText, read_pipeline

A = BlockId("a")
BARS = Chart(Mark.BAR, "shop", "price", aggregate=Aggregate.MEAN)
LINE = Chart(Mark.LINE, "at", title="Sales: by day")
PLAIN = """# of ours
blocks:
  a: {file: loaders/a.py}  # the first
"""
LINES = """blocks:
  a:
    file: loaders/a.py
    charts:
      # what the morning meeting looks at
      - {mark: bar, x: shop, y: price, aggregate: mean}  # by shop
      - mark: line
        x: at  # local time
        title: "Sales: by day"
"""


def read(text: str) -> PipelineText:
    return read_pipeline(text, pipeline_id=PipelineId("p"), file="pipelines/p.yaml")


def edited(text: str, edit: Edit) -> str:
    return edit_text(text, read(text).pipeline, edit)


def charts(text: str) -> tuple[Chart, ...]:
    return read(text).pipeline.block(A).charts


def test_charts_are_read_as_they_are_written() -> None:
    """A pipeline's file says all that the browser shows."""
    assert charts(LINES) == (BARS, LINE)


def test_a_first_chart_is_written_on_one_line() -> None:
    """What fits beside the file stands beside it."""
    text = edited(PLAIN, SetCharts(A, (BARS,)))

    chart = "[{mark: bar, x: shop, y: price, aggregate: mean}]"
    assert text == PLAIN.replace("a.py}", f"a.py, charts: {chart}}}")
    assert edited(text, SetCharts(A, ())) == PLAIN


def test_an_edit_of_one_chart_leaves_the_others_and_all_comments() -> None:
    """Comments in a list of charts are as much their author's as any."""
    changed = edited(LINES, SetCharts(A, (BARS, Chart(Mark.AREA, "at", "price", title="Sales: by day"))))
    added = edited(LINES, SetCharts(A, (BARS, LINE, Chart(Mark.HISTOGRAM, "price"))))

    wanted = LINES.replace("mark: line", "mark: area").replace("# local time\n", "# local time\n        y: price\n")
    assert changed == wanted
    assert added.startswith(LINES.rstrip())
    assert charts(added) == (BARS, LINE, Chart(Mark.HISTOGRAM, "price"))


def test_charts_that_go_leave_the_rest() -> None:
    """Of two, the first may be the one to go."""
    assert charts(edited(LINES, SetCharts(A, (LINE,)))) == (LINE,)
    assert "charts" not in edited(LINES, SetCharts(A, ()))


def test_a_renamed_block_keeps_its_charts() -> None:
    """They belong to it."""
    assert edited(LINES, RenameBlock(A, BlockId("b"))) == LINES.replace("  a:", "  b:")


@pytest.mark.parametrize(
    "wrong",
    ["{mark: pie, x: a}", "{x: a}", "{mark: bar}", "{mark: bar, x: a, z: 1}", "bar", "{mark: bar, x: [a]}"],
)
def test_a_chart_that_makes_no_sense_is_told_with_its_place(wrong: str) -> None:
    """A typo in a chart must not stop a pipeline from being read."""
    found = read(PLAIN.replace("a.py}", f"a.py, charts: [{wrong}]}}"))

    assert {problem.place.line for problem in found.problems} == {3}
    assert found.pipeline.block_ids == (A,)


def test_so_many_charts_are_kept() -> None:
    """Every list has a bound."""
    texts = ["{mark: bar, x: a}"] * (MAX_CHARTS + 1)

    fits, one_more = (
        read(PLAIN.replace("a.py}", f"a.py, charts: [{', '.join(each)}]}}")) for each in (texts[1:], texts)
    )

    assert (len(fits.problems), len(one_more.problems)) == (0, 1)
