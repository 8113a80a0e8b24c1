"""Runs that start by themselves and the history of runs, as somebody with a browser meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import enter
from tests.kit.browser import RunningServer
from tests.kit.small_projects import replace_in, write_project

from flowstone.store.trust import trust

LATER_MS = 25_000.0
PIPELINE = """
    params:
      rows: {type: integer, default: 3}
    blocks:
      numbers: {file: loaders/numbers.py}
      total:   {file: transformers/total.py, upstream: [numbers]}
    schedule: {every: 10s}
"""
BLOCKS = {
    "loaders/numbers.py": """
        @loader
        def numbers(*, rows: int = 3):
            print("Looking for numbers")
            print("found", rows)
            return pd.DataFrame({"n": range(rows)})
    """,
    "transformers/total.py": """
        @transformer
        def total(numbers):
            return pd.DataFrame({"total": [numbers.n.sum()]})
    """,
}


def test_a_schedule_runs_by_itself_and_its_runs_can_be_looked_into(
    tmp_path: Path, start: Callable[..., RunningServer], page: Page
) -> None:
    """From the clock to the line in the log that says why: the way of every morning after."""
    project = write_project(tmp_path / "small", PIPELINE, BLOCKS)
    trust(project)
    server = start(project)
    enter(page, server, "line")

    page.get_by_role("button", name=re.compile("^Schedule: Runs ")).click()
    dialog = page.get_by_role("dialog", name="Schedule")
    expect(dialog.get_by_text("Every 10s")).to_be_visible()
    expect(dialog.get_by_role("link", name="ran").first).to_be_visible(timeout=LATER_MS)
    dialog.get_by_role("button", name="Pause").click()
    expect(dialog.get_by_text("Paused")).to_be_visible()
    dialog.get_by_role("link", name="All runs of line").click()

    runs = page.get_by_role("table", name="Runs")
    expect(runs.get_by_role("row").nth(1)).to_contain_text(re.compile("Done.*schedule"))
    runs.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Run of "))).to_be_visible()
    numbers = page.get_by_role("button", name=re.compile("numbers"))
    expect(numbers).to_contain_text("Done")
    numbers.click()
    page.get_by_role("searchbox", name="Search the log of numbers").fill("FOUND")
    log = page.get_by_role("log", name="Log of numbers")
    expect(log).to_contain_text("found 3")
    expect(log).not_to_contain_text("Looking")

    replace_in(project, "loaders/numbers.py", 'print("found", rows)', 'raise ValueError("the source is empty")')
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("ValueError: the source is empty")).to_be_visible(timeout=LATER_MS)
    expect(page.get_by_role("button", name=re.compile("total"))).to_contain_text("Skipped")
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("group", name="Show runs that are").get_by_role("button", name="Failed").click()
    expect(runs.get_by_role("row")).to_have_count(2)
    expect(runs.get_by_role("row").nth(1)).to_contain_text(re.compile("Failed.*by hand"))


def test_a_run_that_goes_on_is_seen_and_stopped(
    tmp_path: Path, start: Callable[..., RunningServer], page: Page
) -> None:
    """Somebody finds a run that hangs, and was not the one who started it."""
    slow = "@loader\ndef slow():\n    import time\n    print('begun', flush=True)\n    time.sleep(60)\n    return [1]\n"
    project = write_project(tmp_path / "slow", "blocks:\n  slow: {file: loaders/slow.py}\n", {"loaders/slow.py": slow})
    trust(project)
    server = start(project)
    bench = enter(page, server, "line")
    bench.run()
    expect(bench.button("Stop")).to_be_enabled()

    page.get_by_role("link", name="Runs of line").click()
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    page.get_by_role("button", name=re.compile("slow")).click()
    expect(page.get_by_role("log", name="Log of slow")).to_contain_text("begun")
    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_role("button", name=re.compile("slow"), expanded=True)).to_contain_text(
        "Stopped", timeout=LATER_MS
    )
    expect(page.get_by_role("button", name="Run again")).to_be_enabled()
