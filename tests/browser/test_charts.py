"""Charts of a block's output: suggested, changed, kept with the pipeline, undone, and saved as a picture."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.kit.small_projects import write_project

SALES = """
    @loader
    def sales():
        at = pd.date_range("2024-01-01", periods=400, freq="6h")
        rows = pd.DataFrame({"at": at, "shop": ["north", "south", None, "a shop with a long name"] * 100})
        rows["price"] = rows.index % 37 + 0.5
        return rows
"""


def shop(root: Path) -> Path:
    return write_project(root, "# ours\nblocks:\n  sales: {file: loaders/sales.py}\n", {"loaders/sales.py": SALES})


def test_a_chart_is_drawn_kept_undone_and_saved(open_pipeline: Open, tmp_path: Path) -> None:
    """A chart that somebody drew yesterday is there today, and for whoever opens the pipeline."""
    root = shop(tmp_path / "shop")
    bench = open_pipeline(root, "line")
    bench.run_all()
    bench.choose("sales")
    panel = bench.open_tab("sales", "Chart")

    expect(panel.get_by_role("img", name="sales: mean of price by at")).to_be_visible()
    form = panel.get_by_role("form", name="Chart")
    form.get_by_role("button", name="Bars").click()
    form.get_by_label("X", exact=True).select_option("shop")
    form.get_by_label("Aggregate").select_option("max")
    bars = panel.get_by_role("img", name="sales: max of price by shop")
    expect(bars).to_be_visible()
    expect(bars.get_by_text("a shop with a long name")).to_be_visible()
    panel.get_by_role("button", name="As a table").click()
    table = panel.get_by_role("region", name="Points of sales: max of price by shop")
    expect(table.get_by_role("row")).to_have_count(5)
    expect(table).to_contain_text("null36.5")
    panel.get_by_role("button", name="As a chart").click()

    panel.get_by_role("button", name="Keep", exact=True).click()
    expect(panel.get_by_role("button", name="Kept")).to_be_disabled()
    text = (root / "pipelines/line.yaml").read_text()
    assert text.startswith("# ours\n")
    assert "charts: [{mark: bar, x: shop, y: price, aggregate: max}]" in text
    for mark in ("Line", "Area", "Points", "Histogram", "Box", "Heatmap"):
        form.get_by_role("button", name=mark).click()
        expect(panel.get_by_role("img", name=re.compile("^sales: "))).to_be_visible()
        expect(panel.locator(".chart-view.is-pending, .chart-view .note")).to_have_count(0)
    panel.get_by_role("button", name="As it was").click()
    expect(bars).to_be_visible()
    for kind in ("SVG", "PNG"):
        with bench.page.expect_download() as saved:
            panel.get_by_role("button", name=kind).click()
        content = Path(saved.value.path()).read_bytes()
        assert content.startswith({"SVG": b"<svg", "PNG": b"\x89PNG"}[kind])
        assert len(content) > 2_000

    bench.button("Undo").click()
    expect(panel.get_by_role("button", name="Keep", exact=True)).to_be_enabled()
    assert "charts" not in (root / "pipelines/line.yaml").read_text()
