"""Figures, pages and objects in the workbench; what a page may not do in its frame."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.kit.small_projects import write_project

LINE = """
    blocks:
      shown: {file: loaders/shown.py}
"""
BLOCKS = {
    "loaders/shown.py": '''
        from flowstone import Outputs
        from plotly.graph_objects import Bar, Figure
        from matplotlib.figure import Figure as Drawing

        class Page:
            def _repr_html_(self):
                return """<!doctype html><p id="said"></p><script>
                  const said = [];
                  for (const reach of [() => parent.document.title, () => localStorage.length, () => document.cookie]) {
                    try { reach(); said.push("reached"); } catch { said.push("refused"); }
                  }
                  document.getElementById("said").textContent = said.join(" ");
                </script>"""

        @loader
        def shown():
            drawing = Drawing()
            drawing.subplots().plot([1, 3, 2])
            return Outputs(bars=Figure(Bar(y=[1, 3, 2])), drawing=drawing, page=Page(), things={1, 2})
    ''',
}


def test_a_figure_is_drawn_and_a_page_stays_in_its_frame(tmp_path: Path, open_pipeline: Open) -> None:
    """A chart that one only hears of is no chart; a script in it must find nothing of ours."""
    bench = open_pipeline(write_project(tmp_path / "small", LINE, BLOCKS), "line")
    bench.run_all()
    card = bench.choose("shown")

    bars = card.frame_locator("iframe[title='Page of bars']")
    expect(bars.locator(".main-svg").first).to_be_visible(timeout=20_000)
    expect(bars.locator(".bars path").first).to_be_attached()
    bench.page.get_by_role("button", name="drawing", exact=True).click()
    picture = card.get_by_role("img", name="Picture of drawing")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    bench.page.get_by_role("button", name="page", exact=True).click()
    said = card.frame_locator("iframe[title='Page of page']").locator("#said")
    expect(said).to_have_text("refused refused refused")
    card.get_by_role("button", name="Text", exact=True).click()
    expect(card.get_by_role("region", name="Text of page")).to_contain_text(re.compile("Page object"))
    bench.page.get_by_role("button", name="things", exact=True).click()
    expect(card.get_by_role("region", name="Object of things")).to_contain_text("set")
