"""Pictures of a block's table and its profile, and what can be told of them without eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import enter
from tests.browser.test_pictures import SIZES, Album
from tests.kit.browser import FLIGHTS, RunningServer, Visitor, copy_of


@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024"])
def test_the_table_and_what_opens_over_it_are_whole(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, size: tuple[int, int]
) -> None:
    """A filter's form that is cut off at the edge of a small screen filters nothing."""
    page, _ = visitor.window(width=size[0], height=size[1])
    album = Album(page, size[0], [])
    bench = enter(page, start(copy_of(FLIGHTS, tmp_path / "flights")), "delays")
    bench.run_all()
    card = bench.choose("departures")
    grid = bench.grid("departures")
    grid.expect_rows(26_483)
    card.get_by_role("searchbox", name="Search in all columns").fill("ua")
    expect(card.get_by_role("status").filter(has_text="of 26")).to_be_visible()
    card.get_by_role("button", name="Filter", exact=True).click()
    form = page.get_by_role("dialog", name="New filter")
    form.get_by_label("Column").select_option("dep_delay")
    form.get_by_label("Test").select_option("between")
    album.take("table-filter")
    form.get_by_label("From").fill("10")
    form.get_by_label("To, included").fill("90")
    form.get_by_role("button", name="Apply").click()
    grid.box.get_by_role("columnheader", name="carrier, large_string").get_by_role("button").first.click()
    grid.to_first()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    album.take("table-filtered")
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_role("menu", name=re.compile("^Column "))).to_be_visible()
    album.take("table-menu")
    page.keyboard.press("Escape")
    card.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("dialog", name="Download").get_by_role("status")).to_contain_text("about")
    album.take("table-download")
    page.keyboard.press("Escape")
    bench.open_tab("departures", "Profile")
    expect(card.get_by_role("status").filter(has_text="to come")).to_have_count(0)
    album.take("profile")

    assert album.flaws == []
