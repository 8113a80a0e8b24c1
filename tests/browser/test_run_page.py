"""The page of a run, and the workbench with what that run left."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import enter
from tests.browser.test_pictures import NARROWER, Album
from tests.kit.browser import RunningServer, Visitor
from tests.kit.night_runs import write_night
from tests.kit.small_projects import replace_in

LATER_MS = 40_000

pytestmark = pytest.mark.pictures


def test_a_run_is_read_resumed_looked_into_and_done_again(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """The morning after: what happened, why, go on, and look at its data without touching today's."""
    root = write_night(tmp_path / "shop")
    page, _ = visitor.window()
    album = Album(page, 1440, [], also=NARROWER)
    bench = enter(page, start(root), "line")
    bench.run()
    bench.expect_state("report", "Failed", within_ms=LATER_MS)
    expect(bench.button("Run")).to_be_enabled()
    bench.open_tab("prices", "Logs")
    prices = bench.card("prices")
    expect(prices.get_by_role("log")).to_contain_text("prices of north")
    prices.get_by_role("combobox", name="Item").select_option(index=1)
    expect(prices.get_by_role("log")).to_contain_text("prices of south")

    page.get_by_role("link", name="Runs of line").click()
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    blocks = page.get_by_role("list", name="Blocks")
    log = page.get_by_role("log", name="Log of report")
    expect(log).to_contain_text("line 199")
    page.get_by_role("searchbox", name="Search the log of report").fill("line 19")
    expect(log.locator("mark")).to_have_count(11)
    page.get_by_role("searchbox", name="Search the log of report").fill("")
    page.get_by_role("button", name="First error").click()
    expect(log.get_by_text("ERROR no targets.csv yet")).to_be_in_viewport()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the log of report").click()
    assert "ERROR no targets.csv yet" in saved.value.path().read_text()
    album.take("run-of-night")

    blocks.get_by_role("button", name=re.compile("orders")).click()
    expect(page.get_by_role("list", name="Earlier attempts of orders")).to_contain_text("Attempts 1 to 2")
    blocks.get_by_role("button", name=re.compile("prices")).click()
    items = page.get_by_role("list", name="Items of prices")
    items.get_by_role("button", name=re.compile("south")).click()
    expect(items.get_by_role("log")).to_contain_text("prices of south")
    album.take("run-items")

    replace_in(root, "transformers/joined.py", 'on="region"', 'on="region", how="left"')
    page.get_by_role("tab", name="Receipts").click()
    expect(page.get_by_role("region", name="Receipts of to_lake")).to_contain_text("3 rows")
    album.take("run-receipts")
    page.get_by_role("tab", name="Graph").click()
    expect(page.get_by_role("region", name="Graph of the run").get_by_role("button")).to_have_count(6)
    album.take("run-graph")
    page.reload()
    page.get_by_role("tab", name="Code 1 changed since").click()
    text = page.get_by_role("region", name="transformers/joined.py as it was")
    expect(text.locator(".diff-theirs")).to_have_count(1)
    album.take("run-code")

    (root / "targets.csv").write_text("x\n")
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("button", name="Resume from report").click()
    expect(page.get_by_text("resumed once")).to_be_visible(timeout=LATER_MS)
    expect(blocks.get_by_role("button", name=re.compile("report"))).to_contain_text("Done", timeout=LATER_MS)
    page.mouse.move(2, 2)
    album.take("run-resumed")

    page.get_by_role("link", name="Open in the workbench").click()
    banner = page.get_by_role("region", name="A run of the past")
    expect(banner).to_contain_text("1 file changed since")
    bench.expect_each("Done")
    bench.choose("report")
    bench.grid("report").expect_rows(3)
    album.take("workbench-past")
    banner.get_by_role("button", name="Back to now").click()
    expect(banner).to_have_count(0)
    bench.expect_state("joined", "Stale")

    page.go_back()
    banner.get_by_role("link", name="The run").click()
    was = page.url
    page.get_by_role("button", name="Run again").click()
    expect(page).not_to_have_url(was)
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=LATER_MS)
    expect(page.get_by_text("2024-01-01")).to_be_visible()
    assert album.flaws == []


def test_a_run_page_is_whole_in_narrow_windows(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """Half a screen beside a chat is how it is read when something is wrong."""
    page, _ = visitor.window(width=1024, height=768)
    bench = enter(page, start(write_night(tmp_path / "shop")), "line")
    bench.run()
    bench.expect_state("report", "Failed", within_ms=LATER_MS)
    page.get_by_role("link", name="Runs of line").click()
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    flaws = []

    for width in (1024, 700, 480):
        page.set_viewport_size({"width": width, "height": 900})
        album = Album(page, width, [])
        expect(page.get_by_role("log", name="Log of report")).to_be_visible()
        album.take("run-narrow")
        flaws += album.flaws
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width

    assert flaws == []
