"""What is seen first: at once, before any script has run, and where it stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route
from tests.kit.browser import RunningServer, Visitor, until


class Gate:
    """Holds scripts back until it is opened."""

    def __init__(self) -> None:
        self._is_open = False
        self._held: list[Route] = []

    def meet(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._held.append(route)

    def open(self) -> None:
        self._is_open = True
        for route in self._held:
            route.continue_()


Start = Callable[..., RunningServer]

PLACES = """() => {
    const of = (selector) => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        return box === undefined ? null : [box.x, box.y, box.width, box.height].map(Math.round);
    };
    return { logo: of('.logo'), bar: of('.wait-pipeline, .top-bar') };
}"""
SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifted += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/p/flights", "/p/flights/delays"])
def test_a_page_is_there_before_its_script_and_stays_in_its_place(
    visitor: Visitor, start: Start, flights: Path, path: str, scheme: str
) -> None:
    """A white flash, or a bar that jumps, is what people call slow."""
    server = start(flights)
    page, _ = visitor.window()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(server.link)
    page.get_by_role("link", name="delays").first.wait_for()
    gate = Gate()
    page.route("**/assets/*.js", gate.meet)
    page.add_init_script(f"({SHIFTS})()")

    page.goto(server.url + path, wait_until="commit")
    page.wait_for_selector(".wait .logo")
    until(
        lambda: page.evaluate("performance.getEntriesByName('first-contentful-paint').length > 0"), what="a first paint"
    )
    before = page.evaluate(PLACES)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    gate.open()
    page.get_by_role("heading", name="delays" if path.endswith("delays") else "Pipelines").first.wait_for()
    after = page.evaluate(PLACES)

    assert before == after
    assert ground == ("rgb(15, 19, 21)" if scheme == "dark" else "rgb(243, 245, 246)")
    # Cards below an editor move once, when its text has come.
    assert page.evaluate("window.shifted") < 0.15
