"""Pictures of files, Git and connections, and what can be told of them without eyes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.test_pictures import SIZES, Album
from tests.kit.browser import RunningServer, Visitor
from tests.kit.repositories import PERSON, committed


@pytest.mark.parametrize("size", SIZES, ids=["1440", "1024"])
def test_files_and_connections_are_whole(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, flights: Path, size: tuple[int, int]
) -> None:
    """What overlaps or is cut off looks broken, and often is."""
    committed(flights)
    with (flights / "transformers/departures.py").open("a") as code:
        code.write("\n# one line more\n")
    server = start(flights, XDG_STATE_HOME=str(tmp_path / "account"), **PERSON)
    page, _ = visitor.window(width=size[0], height=size[1])
    album = Album(page, size[0], [])

    page.goto(server.link)
    page.get_by_role("link", name="Files").first.click()
    page.get_by_role("treeitem", name="transformers").click()
    page.get_by_role("treeitem", name="departures.py").click()
    expect(page.get_by_role("textbox", name="Text of transformers/departures.py")).to_be_visible()
    album.take("files")
    page.get_by_role("tab", name="Git").click()
    page.get_by_role("button", name="M changed transformers/departures.py").click()
    expect(page.get_by_role("region", name="Difference")).to_be_visible()
    album.take("files-git")
    page.goto(f"{server.url}/p/flights/-/connections")
    row = page.get_by_role("listitem", name="Connection lake").first
    row.get_by_role("button", name="Test").click()
    expect(row.get_by_text("It works")).to_be_visible()
    album.take("connections")

    assert album.flaws == []
