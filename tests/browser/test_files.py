"""The project's files in the browser: made, renamed, deleted, brought in, searched, looked at, committed."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect
from tests.kit.browser import RunningServer, Visitor, until
from tests.kit.repositories import PERSON, committed, git

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def files(visitor: Visitor, start: Callable[..., RunningServer], flights: Path) -> Page:
    """The files page of the project flights, which is a repository."""
    committed(flights)
    pq.write_table(pa.table({"n": list(range(450)), "word": [f"w{n}" for n in range(450)]}), flights / "some.parquet")
    (flights / "dot.png").write_bytes(PIXEL)
    server = start(flights, **PERSON)
    page, watched = visitor.window()
    watched.expect("409")
    page.goto(server.link)
    page.get_by_role("link", name="Files").first.click()
    expect(page.get_by_role("treeitem", name="flowstone.yaml")).to_be_visible()
    return page


def test_somebody_tidies_up_a_project_and_takes_it_back(files: Page, flights: Path) -> None:
    """Files are made, renamed and deleted without fear, for everything can be taken back."""
    page = files
    yaml = (flights / "pipelines/delays.yaml").read_text()

    page.get_by_role("button", name="New file").click()
    page.get_by_label("Path").fill("lib/new_rules.py")
    page.get_by_role("button", name="Make", exact=True).click()
    editor = page.get_by_role("textbox", name="Text of lib/new_rules.py")
    editor.click()
    page.keyboard.type("LIMIT = 15")
    page.keyboard.press("Control+s")
    until(lambda: (flights / "lib/new_rules.py").read_text() == "LIMIT = 15", what="the new file's text")

    page.get_by_role("treeitem", name="loaders").click()
    page.get_by_role("treeitem", name="flights.py").focus()
    page.keyboard.press("F2")
    page.get_by_label("Path").fill("loaders/departed.py")
    page.keyboard.press("Enter")
    expect(page.get_by_role("treeitem", name="departed.py")).to_be_visible()
    assert "file: loaders/departed.py" in (flights / "pipelines/delays.yaml").read_text()
    page.get_by_role("treeitem", name="departed.py").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_text("which delays uses")).to_be_visible()
    expect(page.get_by_role("treeitem", name="departed.py")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("treeitem", name="departed.py")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("treeitem", name="flights.py")).to_be_visible()
    assert (flights / "pipelines/delays.yaml").read_text() == yaml


def test_data_is_brought_in_looked_at_and_found_again(files: Page, flights: Path, tmp_path: Path) -> None:
    """A file from the desk becomes a file of the project, and is seen as what it is."""
    page = files
    (tmp_path / "fares.csv").write_text("day,fare\n2013-01-01,12.5\n2013-01-02,\n")

    for number, text in enumerate(("day,fare\n2013-01-01,12.5\n2013-01-02,\n", "day,fare\n2014-01-01,1\n")):
        (tmp_path / "fares.csv").write_text(text)
        page.get_by_label("Files to bring in").set_input_files(tmp_path / "fares.csv")
        if number:
            page.get_by_role("button", name="Replace").click()
        until(lambda text=text: _text(flights / "fares.csv") == text, what="the upload")  # type: ignore[misc]
        expect(page.get_by_role("list", name="Files on their way in")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    until(lambda: "12.5" in _text(flights / "fares.csv"), what="what was replaced")

    page.get_by_role("treeitem", name="fares.csv").click()
    expect(page.get_by_role("columnheader", name="fare")).to_be_visible()
    expect(page.get_by_role("cell", name="null")).to_be_visible()
    page.get_by_role("treeitem", name="some.parquet").click()
    expect(page.get_by_text("1–200 of 450 rows, 2 columns")).to_be_visible()
    page.get_by_role("button", name="On", exact=True).click()
    expect(page.get_by_role("cell", name="w200", exact=True)).to_be_visible()
    page.get_by_role("treeitem", name="dot.png").click()
    page.wait_for_function("document.querySelector('.file-picture img')?.naturalWidth === 1")

    page.get_by_role("tab", name="Search").click()
    page.get_by_role("searchbox", name="Search in files").fill("dropna")
    page.get_by_role("button", name="transformers/departures.py, line").first.click()
    editor = page.get_by_role("textbox", name="Text of transformers/departures.py")
    expect(editor).to_be_focused()
    expect(page.locator(".cm-activeLine", has_text="dropna")).to_be_visible()


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_work_is_committed_and_a_branch_switch_keeps_every_keystroke(files: Page, flights: Path) -> None:
    """Git beside the code; what is typed while a branch changes under it is never lost."""
    page = files
    git(flights, "branch", "other")
    page.get_by_role("treeitem", name="README.md").click()
    editor = page.get_by_role("textbox", name="Text of README.md")
    editor.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Mine. ")
    page.keyboard.press("Control+s")

    page.get_by_role("tab", name="Git").click()
    page.get_by_role("button", name="M changed README.md").click()
    expect(page.get_by_role("region", name="Difference").get_by_text("Mine. ")).to_be_visible()
    page.get_by_role("button", name="Stage README.md").click()
    expect(page.get_by_role("button", name="Unstage README.md")).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("Say whose it is")
    page.get_by_role("button", name="Commit staged").click()
    page.get_by_role("button", name="Say whose it is").click()
    expect(page.get_by_role("region", name="Difference").get_by_text("Mine. ")).to_be_visible()
    assert git(flights, "log", "--format=%s", "-1").strip() == "Say whose it is"

    page.get_by_role("button", name="Branches").click()
    page.get_by_role("button", name=re.compile("^other")).click()
    page.get_by_role("tab", name="Files").click()
    page.get_by_role("treeitem", name="README.md").click()
    expect(editor).not_to_contain_text("Mine. ")
    editor.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Typed meanwhile. ")
    git(flights, "switch", "--quiet", "--force", "main")

    expect(editor).to_contain_text("Typed meanwhile. ")
    expect(
        page.get_by_role("button", name="Keep mine").or_(page.get_by_text("Saved", exact=True)).first
    ).to_be_visible()
