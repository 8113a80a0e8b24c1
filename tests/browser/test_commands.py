"""The palette, the sheet of keys, the settings and the tour: what makes the pages a place to live in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open, enter
from tests.browser.test_pictures import NARROWER, Album
from tests.kit.browser import RunningServer, Visitor
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import write_three

FIELD = "Find a command, block, pipeline or run"

pytestmark = pytest.mark.pictures


def typed(page: Page, text: str) -> None:
    """Open the palette by its keys and type."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name=FIELD)).to_be_focused()
    page.keyboard.type(text)


def test_everything_is_reached_from_the_palette_by_keyboard_alone(tmp_path: Path, open_pipeline: Open) -> None:
    """Who lives in a tool stops using the mouse."""
    bench = open_pipeline(write_three(tmp_path / "three"), "line")
    page = bench.page
    album = Album(page, 1440, [], also=NARROWER)
    palette = page.get_by_role("dialog", name="Commands")
    bench.editor("doubled").focus()

    typed(page, "")
    expect(palette.get_by_role("option", name=re.compile("Add a block"))).to_be_visible()
    album.take("palette")
    page.keyboard.press("Escape")
    expect(palette).to_have_count(0)
    expect(bench.editor("doubled")).to_be_focused()

    typed(page, "run st")
    expect(palette.get_by_role("option").first).to_contain_text("Run all that is stale")
    page.keyboard.press("Enter")
    bench.expect_each("Fresh")
    typed(page, "tot")
    page.keyboard.press("Enter")
    expect(bench.card("total").get_by_role("heading", name="total")).to_be_in_viewport()
    typed(page, "nothing is called so")
    expect(palette).to_contain_text("Nothing is called that.")
    page.keyboard.press("Escape")
    typed(page, "stop")
    expect(palette.get_by_role("option", name=re.compile("Stop the run"))).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    typed(page, "line done")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Run of 20"))).to_be_visible()
    typed(page, "pipeline line")
    page.keyboard.press("Enter")
    expect(bench.node("numbers")).to_be_visible()
    typed(page, "dark")
    page.keyboard.press("Enter")
    page.reload()
    expect(bench.node("numbers")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert album.flaws == []


def test_the_sheet_says_every_key_and_settings_hold_over_a_reload(tmp_path: Path, open_pipeline: Open) -> None:
    """A setting that is forgotten is set once, and then cursed."""
    bench = open_pipeline(write_three(tmp_path / "three"), "line")
    page = bench.page
    album = Album(page, 1440, [], also=NARROWER)
    expect(bench.editor("numbers")).to_be_visible()

    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    expect(sheet.get_by_text("Run all that is stale")).to_be_visible()
    expect(sheet.get_by_text("Read the whole cell")).to_be_visible()
    album.take("keyboard-sheet")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find a block")).to_be_focused()

    page.get_by_role("button", name="Settings").click()
    settings = page.get_by_role("dialog", name="Settings")
    settings.get_by_role("group", name="Theme").get_by_label("Light").check()
    settings.get_by_role("group", name="Save by itself").get_by_label("Only when asked").check()
    album.take("settings")
    settings.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Settings")).to_be_focused()
    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(bench.editor("numbers")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    bench.add_line_after("numbers", "print", "print(1)")
    expect(bench.saved()).to_have_text("Edited")
    page.keyboard.press("Control+s")
    bench.expect_saved()
    assert album.flaws == []


def test_who_is_new_is_shown_around_and_can_leave_at_once(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """A minute at most, never in the way, and never again."""
    page, _ = visitor.window(is_new_here=True)
    album = Album(page, 1440, [], also=NARROWER)
    bench: Workbench = enter(page, start(write_three(tmp_path / "three")), "line")
    tour = page.get_by_role("region", name="Tour")

    expect(tour).to_contain_text("1 of 5")
    album.take("tour")
    bench.run_all()
    for step in range(2, 6):
        tour.get_by_role("button", name="Next").press("Enter")
        expect(tour).to_contain_text(f"{step} of 5")
    tour.get_by_role("button", name="Done").press("Enter")
    expect(tour).to_have_count(0)
    page.reload()
    expect(bench.node("numbers")).to_be_visible()
    expect(tour).to_have_count(0)
    typed(page, "tour")
    page.keyboard.press("Enter")
    tour.get_by_role("button", name="Skip the tour").click()
    expect(tour).to_have_count(0)
    assert album.flaws == []
