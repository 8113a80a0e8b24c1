"""The effect of an edit is seen before it is run, and nothing is run for it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Open


def test_the_effect_of_an_edit_is_seen_before_it_is_run(open_pipeline: Open, flights: Path) -> None:
    """What a filter throws away is known before it has."""
    bench = open_pipeline(flights, "delays")
    bench.run_all()
    bench.choose("departures")

    bench.add_line_after("departures", "left = flights.dropna", "left = left[left.distance > 1000]")
    effect = bench.card("departures").get_by_role("status", name="Effect on departures")
    expect(effect).to_contain_text("If run:")
    expect(effect).to_contain_text("removed")
    expect(bench.node("departures")).to_contain_text("rows")
    bench.expect_state("departures", "Stale")
    bench.type_over("departures", "distance > 1000", "distances > 1000")
    expect(effect).to_contain_text("AttributeError")

    bench.page.get_by_role("switch", name="Try edits").click()
    expect(effect).to_have_count(0)
