"""The pages for everybody: by keyboard alone, for screen readers, in light and dark, and soon there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open, enter
from tests.kit.browser import CHECKOUT, RunningServer, Visitor, until
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import write, write_project, write_three

AXE = CHECKOUT / "node_modules/axe-core/axe.min.js"
GRAVE = {"serious", "critical"}
FIRST_LOAD_BYTES = 300_000
FIRST_PAINT_MS = 1500
"""Bound for a busy machine; `make bench` measures it on a quiet one."""

FAILING = {
    "loaders/numbers.py": "@loader\ndef numbers():\n    return pd.DataFrame({'n': [1, 2, 0]})\n",
    "transformers/shares.py": "@transformer\ndef shares(numbers):\n    return 1 / 0\n",
}
FAILING_LINE = """
    params:
      rows: {type: integer, default: 3, description: How many}
    blocks:
      numbers: {file: loaders/numbers.py}
      shares:  {file: transformers/shares.py, upstream: [numbers]}
    schedule: {every: 1h}
"""


def findings(page: Page) -> list[str]:
    """What axe-core finds serious or critical on a page, one line for each element."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def settled(page: Page) -> Page:
    """Wait until nothing moves: axe would measure the contrast of a half-faded thing."""
    moving = "document.getAnimations().some((one) => one.playState === 'running')"
    until(lambda: not page.evaluate(moving), what="a page that stands still")
    return page


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, dark: bool
) -> None:
    """Somebody who sees little or hears the page must be able to work here too."""
    small = write_project(tmp_path / "small", FAILING_LINE, FAILING)
    empty = tmp_path / "empty"
    write(empty, "flowstone.yaml", "name: empty\n")
    server = start(small, empty)
    page, watched = visitor.window(dark=dark, bypass_csp=True)
    watched.expect("401")
    found: dict[str, list[str]] = {}

    page.goto(server.url)
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    found["sign-in"] = findings(settled(page))

    page.goto(server.link)
    expect(page.get_by_role("link", name="empty").first).to_be_visible()
    page.goto(f"{server.url}/p/empty")
    expect(page.get_by_role("button", name="New pipeline").first).to_be_visible()
    found["empty project"] = findings(settled(page))

    page.goto(f"{server.url}/p/small/line")
    bench = Workbench(page)
    expect(bench.editor("numbers")).to_be_visible()
    found["before a run"] = findings(settled(page))
    bench.run()
    bench.expect_state("shares", "Failed")
    bench.grid("numbers").expect_rows(3)
    expect(bench.button("Run")).to_be_enabled()
    found["after a run"] = findings(settled(page))
    bench.open_tab("numbers", "Logs")
    bench.button("More for numbers").click()
    found["menu"] = findings(settled(page))
    page.keyboard.press("Escape")
    bench.button("Add block").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Filter rows")).to_be_visible()
    found["library"] = findings(settled(page))
    page.keyboard.press("Escape")
    bench.button("Keyboard").click()
    found["keyboard sheet"] = findings(settled(page))
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("st")
    expect(page.get_by_role("listbox", name="Commands").get_by_role("option").first).to_be_visible()
    found["palette"] = findings(settled(page))
    page.keyboard.press("Escape")
    bench.button("Settings").click()
    expect(page.get_by_role("dialog", name="Settings")).to_be_visible()
    found["preferences"] = findings(settled(page))
    page.get_by_role("button", name="Show the tour again").click()
    expect(page.get_by_role("region", name="Tour")).to_be_visible()
    found["tour"] = findings(settled(page))
    page.get_by_role("button", name="Skip the tour").click()

    page.get_by_role("button", name=re.compile("^Schedule: ")).click()
    expect(page.get_by_role("dialog", name="Schedule").get_by_text("Every 1h")).to_be_visible()
    found["schedule"] = findings(settled(page))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Runs of line").click()
    expect(page.get_by_role("table", name="Runs")).to_be_visible()
    found["runs"] = findings(settled(page))
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("numbers")).click()
    expect(page.get_by_text("It printed nothing.").first).to_be_visible()
    found["run"] = findings(settled(page))
    page.get_by_role("tab", name="Graph").click()
    expect(page.get_by_role("region", name="Graph of the run")).to_be_visible()
    found["run's graph"] = findings(settled(page))
    page.get_by_role("tab", name="Receipts").click()
    found["run's receipts"] = findings(settled(page))
    write(small, "loaders/numbers.py", FAILING["loaders/numbers.py"])
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_role("list", name="Files")).to_be_visible()
    found["run's code"] = findings(settled(page))
    page.get_by_role("link", name="Open in the workbench").click()
    expect(page.get_by_role("region", name="A run of the past")).to_be_visible()
    found["past run"] = findings(settled(page))

    page.goto(f"{server.url}/p/small/-/files")
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    expect(page.get_by_text("flowstone.yaml").first).to_be_visible()
    found["files"] = findings(settled(page))
    page.goto(f"{server.url}/p/small")
    expect(page.get_by_role("link", name="line").first).to_be_visible()
    found["project"] = findings(settled(page))
    page.goto(server.url)
    expect(page.get_by_role("link", name="empty").first).to_be_visible()
    found["projects"] = findings(settled(page))

    assert {name: troubles for name, troubles in found.items() if troubles} == {}


def test_a_block_is_run_and_its_table_read_by_keyboard_alone(tmp_path: Path, open_pipeline: Open) -> None:
    """A mouse is a convenience."""
    bench = open_pipeline(write_three(tmp_path / "three"), "line")
    page = bench.page
    expect(bench.editor("numbers")).to_be_visible()

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Run numbers":
            break
    expect(bench.button("Run numbers")).to_be_focused()
    page.keyboard.press("Enter")
    bench.expect_state("numbers", "Fresh")

    grid = bench.grid("numbers")
    grid.expect_rows(3)
    for _ in range(30):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        if label == "Code of numbers":
            page.keyboard.press("Escape")  # leaves the code, in which Tab indents
        if label == "Rows of numbers":
            break
    expect(grid.box).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("region", name="Value")).to_have_text("2")
    page.keyboard.press("Escape")
    expect(grid.box).to_be_focused()


def test_the_keyboard_sheet_opens_by_its_key_and_keys_do_what_it_says(tmp_path: Path, open_pipeline: Open) -> None:
    """A sheet that lies is worse than none."""
    bench = open_pipeline(write_three(tmp_path / "three"), "line")
    page = bench.page

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.get_by_role("dialog", name="Add a block").get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    bench.editor("doubled").focus()
    page.keyboard.press("Shift+Enter")
    bench.expect_state("doubled", "Fresh")
    bench.expect_state("numbers", "Fresh")
    bench.expect_state("total", "Not run yet")


def test_the_first_load_is_small_and_soon_painted(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """It opens many times a day, and on trains."""
    server = start(write_three(tmp_path / "three"))
    page, _ = visitor.window()
    page.goto(server.link)
    expect(page.get_by_role("link", name="line").first).to_be_visible()

    page.goto(f"{server.url}/p/small/line")
    Workbench(page).node("numbers").wait_for()

    html = page.context.request.get(f"{server.url}/p/small/line").text()
    first = {f"{server.url}{path}" for path in re.findall(r'(?:src|href)="(/assets/[^"]+\.js)"', html)}
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => [one.name, one.encodedBodySize])")
    sizes = {name: size for name, size in loaded if name in first}
    assert set(sizes) == first
    assert 0 < sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert painted <= FIRST_PAINT_MS


def test_motion_is_left_out_for_those_who_ask(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """For some, moving things are not pretty but sickening."""
    server = start(write_three(tmp_path / "three"))
    page, _ = visitor.window()
    page.emulate_media(reduced_motion="reduce")
    bench = enter(page, server, "line")

    bench.run()

    assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0
    bench.expect_each("Fresh")
