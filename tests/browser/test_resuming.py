"""A run that failed, taken up again from its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import enter
from tests.kit.browser import RunningServer
from tests.kit.killed_runs import calls, say, write_waiting

LATER_MS = 40_000


def test_a_run_that_failed_is_resumed_on_its_page(
    tmp_path: Path, start: Callable[..., RunningServer], page: Page
) -> None:
    """The file has come by now: one click, and only what was missing is made."""
    project = write_waiting(tmp_path / "p")
    say(project, "fail")
    bench = enter(page, start(project), "line")
    bench.run()
    bench.expect_state("second", "Failed")

    page.get_by_role("link", name="Runs of line").click()
    page.get_by_role("table", name="Runs").get_by_role("link").first.click()
    say(project, "ok")
    page.get_by_role("button", name="Resume from second").click()

    expect(page.get_by_role("button", name=re.compile("third"))).to_contain_text("Done", timeout=LATER_MS)
    expect(page.get_by_role("button", name=re.compile("^Resume"))).to_have_count(0)
    assert calls(project) == ["first", "second", "second", "third"]
