"""Pictures of every screen, into docs/pictures/build, and what can be told of a screen without eyes.

`make screenshots` takes them. With FLOWSTONE_UPDATE_PICTURES set, the two pictures of the README are taken anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import enter
from tests.kit.browser import CHECKOUT, FLIGHTS, RunningServer, Visitor, copy_of, until
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import write, write_project

PICTURES = CHECKOUT / "docs/pictures"
UPDATES = bool(os.environ.get("FLOWSTONE_UPDATE_PICTURES"))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
SIZES = [(1440, 900), (1024, 768)]
NARROWER = ((1024, 768),)

pytestmark = pytest.mark.pictures

# A cursor in the code may blink.
STILL = """
    document.getAnimations().every((one) =>
        one.playState !== "running" || String(one.animationName).startsWith("cm-blink"))
    && document.querySelectorAll("[aria-busy=true], .is-pending").length === 0
"""
FLAWS = Path(__file__).with_name("flaws.js")


@dataclass
class Album:
    """Pictures of a window of one size, and of others that it is given for the moment, in light and dark."""

    page: Page
    width: int
    flaws: list[str]
    also: tuple[tuple[int, int], ...] = ()

    def take(self, name: str) -> None:
        """Take a picture, once nothing moves any more, and note what is wrong with it."""
        self._take(name, self.width)
        usual = self.page.viewport_size
        for width, height in self.also:
            self.page.set_viewport_size({"width": width, "height": height})
            self._take(name, width)
        if self.also and usual is not None:
            self.page.set_viewport_size(usual)

    def _take(self, name: str, width: int) -> None:
        folder = PICTURES / "build"
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            still(self.page)
            self.page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
        code = FLAWS.read_text(encoding="utf-8").partition("\n")[2].rstrip(";\n")
        self.flaws += [f"{name} at {width}: {flaw}" for flaw in self.page.evaluate(code)]


def still(page: Page) -> None:
    """Wait until nothing moves and nothing is waited for."""
    # Not wait_for_function: after its first look it is code of the page, which may evaluate none.
    until(lambda: page.evaluate(STILL), what="a page that stands still")


LONG = "a_block_whose_name_is_as_long_as_a_name_may_be_sixty_three_sign"
CROWD = {
    f"transformers/step_{number}.py": f"@transformer\ndef step(rows):\n    return rows.assign(n{number}={number})\n"
    for number in range(1, 40)
}


def crowded(root: Path) -> Path:
    """Write a project with 40 blocks, all but the first with names of 63 characters."""

    def name(number: int) -> str:
        return f"{LONG[:60]}_{number:02}"

    lines = ["blocks:", f"  {name(0)}: {{file: loaders/first.py}}"]
    for number in range(1, 40):
        above = name((number - 1) // 2)
        lines.append(f"  {name(number)}: {{file: transformers/step_{number}.py, upstream: [{above}]}}")
    blocks = {"loaders/first.py": "@loader\ndef first():\n    return pd.DataFrame({'n': [1]})\n", **CROWD}
    write_project(root, "", blocks, {"flowstone.yaml": f"name: {LONG}\n"})
    write(root, "pipelines/line.yaml", "\n".join(lines) + "\n")
    return root


@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024"])
def test_every_screen_is_whole(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, size: tuple[int, int]
) -> None:
    """What overlaps or is cut off looks broken, and often is."""
    project = copy_of(FLIGHTS, tmp_path / "flights")
    empty = tmp_path / "empty"
    write(empty, "flowstone.yaml", "name: empty\n")
    server = start(project, empty)
    page, watched = visitor.window(width=size[0], height=size[1])
    watched.expect("401|422")
    album = Album(page, size[0], [])

    page.goto(server.url)
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    album.take("sign-in")
    page.goto(server.link)
    expect(page.get_by_role("link", name="empty").first).to_be_visible()
    page.goto(f"{server.url}/p/empty")
    expect(page.get_by_role("button", name="New pipeline").first).to_be_visible()
    album.take("project-empty")
    page.goto(f"{server.url}/p/flights")
    page.get_by_role("link", name="delays").first.click()
    bench = Workbench(page)
    expect(bench.editor("flights")).to_be_visible()
    album.take("workbench-before")

    bench.run_all()
    bench.choose("departures")
    bench.grid("departures").expect_rows(26_483)
    expect(bench.grid("departures").cell(0, 2)).to_have_text("UA")
    page.mouse.move(2, size[1] - 2)
    album.take("workbench-after")

    bench.add_line_after("departures", "left = flights.dropna", "left = left[left.distance > 1000]")
    bench.expect_state("daily_delays", "Stale")
    bench.node("daily_delays").get_by_role("note").hover()
    expect(bench.reasons("daily_delays")).to_be_visible()
    album.take("workbench-stale")
    page.mouse.move(2, size[1] - 2)

    bench.type_over("departures", "distance > 1000", "distances > 1000")
    page.keyboard.press("Shift+Enter")
    bench.expect_state("departures", "Failed")
    expect(bench.button("Run")).to_be_enabled()
    bench.choose("departures")
    album.take("workbench-failed")

    bench.button("Add block").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Filter rows")).to_be_visible()
    album.take("library")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    album.take("keyboard")
    page.keyboard.press("Escape")
    page.goto(f"{server.url}/p/flights")
    expect(page.get_by_role("link", name="delays").first).to_be_visible()
    expect(page.get_by_text("Failed").first).to_be_visible()
    album.take("project")

    assert album.flaws == []


@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024"])
def test_the_schedule_and_the_runs_are_whole(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, size: tuple[int, int]
) -> None:
    """What one looks at in the morning, tired, on whatever screen there is."""
    project = copy_of(FLIGHTS, tmp_path / "flights")
    pipeline = project / "pipelines/delays.yaml"
    pipeline.write_text(pipeline.read_text() + 'schedule: {cron: "0 6 * * *", timezone: Europe/Berlin}\n')
    page, watched = visitor.window(width=size[0], height=size[1])
    watched.expect("422")
    album = Album(page, size[0], [])
    bench = enter(page, start(project), "delays")
    bench.run_all()
    album.take("workbench-scheduled")
    bench.choose("departures")
    bench.add_line_after("departures", "left = flights.dropna", "left = left[left.distances > 1000]")
    page.keyboard.press("Shift+Enter")
    bench.expect_state("departures", "Failed")

    page.get_by_role("button", name=re.compile("^Schedule: Runs ")).click()
    expect(page.get_by_role("dialog", name="Schedule").get_by_text("At 06:00 every day")).to_be_visible()
    album.take("schedule")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Runs of delays").click()
    expect(page.get_by_role("table", name="Runs").get_by_role("row")).to_have_count(3)
    album.take("runs")
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    expect(page.get_by_text("Failed").first).to_be_visible()
    album.take("run-failed")
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("table", name="Runs").get_by_role("link").nth(1).click()
    page.get_by_role("button", name=re.compile("departures")).click()
    album.take("run-done")
    page.get_by_role("link", name="flights", exact=True).click()
    page.get_by_role("link", name="All runs").click()
    expect(page.get_by_role("heading", name="All pipelines")).to_be_visible()
    album.take("runs-of-project")

    assert album.flaws == []


@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024"])
def test_many_blocks_with_the_longest_names_are_whole(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, size: tuple[int, int]
) -> None:
    """Somebody's pipeline is always larger than the sample."""
    server = start(crowded(tmp_path / "crowded"))
    page, _ = visitor.window(width=size[0], height=size[1])
    album = Album(page, size[0], [])

    page.goto(server.link)
    expect(page.get_by_role("link", name="line").first).to_be_visible()
    album.take("project-crowded")
    page.get_by_role("link", name="line").first.click()
    bench = Workbench(page)
    expect(bench.nodes()).to_have_count(40)
    bench.run_all()
    album.take("workbench-crowded")

    assert album.flaws == []


@pytest.mark.skipif(not UPDATES, reason="FLOWSTONE_UPDATE_PICTURES is not set")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pictures_of_the_readme(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, dark: bool
) -> None:
    """A stranger decides by the picture."""
    page, _ = visitor.window(dark=dark)
    bench = enter(page, start(copy_of(FLIGHTS, tmp_path / "flights")), "delays")
    bench.run_all()
    bench.choose("daily_delays")
    bench.grid("daily_delays").expect_rows(459)
    expect(bench.grid("daily_delays").cell(0, 1)).to_have_text("9E")
    expect(bench.card("daily_delays").get_by_text(re.compile("distinct")).nth(3)).to_be_visible()
    bench.page.mouse.move(700, 2)
    still(page)
    page.screenshot(path=PICTURES / ("workbench-dark.png" if dark else "workbench.png"))
