"""The pipeline page for those who use it without a mouse."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.kit.small_projects import write_three

FOCUSED = """() => {
  const one = document.activeElement;
  return one.getAttribute("aria-label") ?? one.textContent.trim();
}"""


def tabbed(page: Page, until: str) -> list[str]:
    """Press Tab until something is reached; return the names of all that came on the way."""
    names: list[str] = []
    while until not in names and len(names) < 40:
        page.keyboard.press("Tab")
        names.append(page.evaluate(FOCUSED))
    return names


def test_tab_goes_through_a_card_to_the_next_and_writes_nothing(tmp_path: Path, open_pipeline: Open) -> None:
    """Who only passes by must not be caught in the code, nor leave spaces in it."""
    root = write_three(tmp_path / "three")
    bench = open_pipeline(root, "line")
    bench.run_all()
    bench.grid("numbers").expect_rows(3)
    expect(bench.editor("numbers")).to_be_visible()
    before = (root / "loaders/numbers.py").read_text(encoding="utf-8")
    bench.button("Run numbers").focus()

    passed = tabbed(bench.page, "Run doubled")

    order = [passed.index(name) for name in ("Code of numbers", "Data", "Rows of numbers", "Run doubled")]
    assert order == sorted(order)
    lines = bench.editor("numbers").locator(".cm-line").all_inner_texts()
    assert [line.strip("\n") for line in lines] == before.split("\n")
    expect(bench.saved()).to_have_text("Saved")


def test_escape_leaves_the_code_for_what_stands_below_it(tmp_path: Path, open_pipeline: Open) -> None:
    """Tab indents for who writes code; there must be a way out that goes on, not back."""
    bench = open_pipeline(write_three(tmp_path / "three"), "line")
    page = bench.page
    bench.find_in_code("numbers", "@loader")
    page.keyboard.press("Home")
    page.keyboard.type("#")
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    assert "\n    @loader" in bench.editor("numbers").inner_text()
    page.keyboard.press("Shift+Tab")
    assert "\n@loader" in bench.editor("numbers").inner_text()

    page.keyboard.press("Escape")
    expect(bench.card("numbers").get_by_text("Left the code")).to_be_focused()
    page.keyboard.press("Tab")

    expect(bench.card("numbers").get_by_role("tab", name="Data")).to_be_focused()


def test_a_dialog_takes_the_focus_and_gives_it_back(tmp_path: Path, open_pipeline: Open) -> None:
    """Name, Enter, and on with the work."""
    bench = open_pipeline(write_three(tmp_path / "three"), "line")
    page = bench.page
    page.get_by_role("button", name="Add block", exact=True).click()
    expect(page.get_by_role("searchbox", name="Search blocks")).to_be_focused()
    page.keyboard.press("Escape")
    expect(bench.button("Add block")).to_be_focused()

    bench.button("More for numbers").click()
    page.get_by_role("menuitem", name="Rename…").click()
    expect(page.get_by_role("dialog").get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(bench.button("More for numbers")).to_be_focused()

    bench.button("Add block").click()
    page.keyboard.type("filter rows")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(bench.nodes()).to_have_count(4)
    expect(bench.button("Add block")).to_be_focused()
