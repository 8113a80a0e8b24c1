"""A project's page, from nothing to its first runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.test_pictures import NARROWER, Album
from tests.kit.browser import RunningServer, Visitor
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import write

pytestmark = pytest.mark.pictures


def test_an_empty_project_begins_with_the_sample_and_shows_its_runs(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """The first minute decides whether there is a second."""
    root = tmp_path / "empty"
    write(root, "flowstone.yaml", "name: empty\n")
    page, _ = visitor.window()
    album = Album(page, 1440, [], also=NARROWER)

    page.goto(start(root).link)
    album.take("project-first")
    page.get_by_role("button", name="Try the sample pipeline").click()
    bench = Workbench(page)
    bench.run_all()
    page.get_by_label("origin", exact=True).select_option("JFK")
    bench.run_all()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("with origin=JFK")).to_be_visible()
    album.take("workbench-other-params")

    page.get_by_role("link", name="empty", exact=True).click()
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=re.compile("^delays")))
    expect(row.get_by_role("img", name="Last run Done")).to_be_visible()
    album.take("project-with-runs")
    row.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name=re.compile("^Run of 20"))).to_be_visible()
    expect(page.get_by_text("JFK", exact=True)).to_be_visible()
    assert (root / "pipelines/delays.yaml").is_file()
    assert album.flaws == []
