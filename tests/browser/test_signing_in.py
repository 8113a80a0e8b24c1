"""The way in, and the first page, as somebody finds them who was never here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import enter
from tests.kit.browser import RunningServer, Visitor
from tests.kit.small_projects import write_three


def test_a_link_that_was_used_says_so_and_how_to_get_another(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """A link in the terminal looks the same before and after it was used."""
    link = start(write_three(tmp_path / "three")).link
    first, _ = visitor.window()
    first.goto(link)
    expect(first.get_by_role("link", name="line").first).to_be_visible()

    second, watched = visitor.window()
    watched.expect("401")
    second.goto(link)

    expect(second.get_by_text("That link was used already")).to_be_visible()
    expect(second.get_by_text("in the project's folder")).to_contain_text("flowstone link DIR")


def test_recent_runs_name_their_pipeline_in_a_narrow_window(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """A list of runs without names is a list of nothing."""
    root = write_three(tmp_path / "three")
    (root / "pipelines/line.yaml").rename(root / "pipelines/monthly_revenue_report.yaml")
    page, _ = visitor.window(width=1024, height=768)
    bench = enter(page, start(root), "monthly_revenue_report")
    bench.run_all()
    page.get_by_role("link", name="small", exact=True).first.click()

    recent = page.get_by_role("region", name="Recent runs")
    name = recent.get_by_role("listitem").filter(has_text="Done").get_by_role("link", name="monthly_revenue_report")
    expect(name).to_be_visible()
    assert name.evaluate("(one) => one.scrollWidth <= one.clientWidth")
