"""The graph: drawn with the mouse, and taken back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import FloatRect, Page, Position, expect
from tests.browser.conftest import Open
from tests.kit.browser import until
from tests.kit.small_projects import write_three


def test_blocks_are_dragged_copied_and_put_into_a_connection(tmp_path: Path, open_pipeline: Open) -> None:
    """What people put somewhere must lie there tomorrow, and their comments stand."""
    project = write_three(tmp_path / "three")
    file = project / "pipelines/line.yaml"
    text = "# Three steps.\n" + file.read_text().lstrip("\n").replace("  doubled:", "  # the middle one\n  doubled:")
    file.write_text(text)
    (project / "pipelines/other.yaml").write_text("blocks: {}\n")
    bench = open_pipeline(project, "line")
    page = bench.page
    box = bench.node("total").bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + 60, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 130, box["y"] + 30, steps=6)
    page.mouse.up()
    until(lambda: "layout:\n  total: [" in file.read_text(), what="the place in the file")
    bench.button("Library").click()
    drawer = page.get_by_role("complementary", name="Library")
    shape = bench.edge("numbers", "doubled").bounding_box()
    assert shape is not None
    drawer.get_by_role("button", name="Filter rows").drag_to(
        page.locator(".react-flow__pane"), target_position=at(page, shape), force=True
    )
    expect(bench.edge("numbers", "filter_rows")).to_be_attached()
    expect(bench.edge("filter_rows", "doubled")).to_be_attached()
    expect(bench.edge("numbers", "doubled")).to_have_count(0)
    drawer.get_by_role("button", name="Close the library").click()

    bench.node("numbers").click()
    bench.node("filter_rows").click(modifiers=["Control"])
    page.keyboard.press("Control+g")
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Begin")
    page.get_by_role("radio", name="green").check(force=True)
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_role("button", name="Collapse Begin").click()
    expect(page.get_by_role("group", name="Group Begin, collapsed, 2 blocks")).to_be_visible()
    page.reload()
    expect(page.get_by_role("group", name="Group Begin, collapsed, 2 blocks")).to_be_visible()
    place = re.search(r"total: \[(-?\d+), (-?\d+)\]", file.read_text())
    assert place is not None
    node = page.locator('.react-flow__node[data-id="total"]')
    assert f"translate({place[1]}px, {place[2]}px)" in (node.get_attribute("style") or "")

    page.get_by_role("group", name="Group Begin").click(position={"x": 96, "y": 60})
    page.keyboard.press("Control+c")
    expect(page.get_by_text("Copied 2 blocks")).to_be_visible()
    with page.expect_download() as saved:
        bench.button("Graph actions").click()
        page.get_by_role("menuitem", name="Save as SVG").click()
    svg = saved.value.path().read_text()
    assert svg.startswith("<svg")
    assert "Begin" in svg
    page.goto(re.sub("/line.*", "/other", page.url))
    expect(bench.button("Add the first block")).to_be_visible()
    bench.button("Graph actions").click()
    page.get_by_role("menuitem", name=re.compile("^Paste Ctrl V")).click()
    expect(bench.edge("numbers", "filter_rows")).to_be_attached()

    kept = file.read_text()
    assert kept.startswith("# Three steps.\n")
    assert "  # the middle one\n" in kept
    assert (project / "loaders/numbers_2.py").exists()


def at(page: Page, box: FloatRect) -> Position:
    """The middle of a box, from the corner of the graph's pane."""
    pane = page.locator(".react-flow__pane").bounding_box()
    assert pane is not None
    return {"x": box["x"] + box["width"] / 2 - pane["x"], "y": box["y"] + box["height"] / 2 - pane["y"]}


def test_undo_leaves_what_somebody_else_did_meanwhile(tmp_path: Path, open_pipeline: Open) -> None:
    """Two people, one pipeline: neither may lose what they did."""
    project = write_three(tmp_path / "three")
    file = project / "pipelines/line.yaml"
    bench = open_pipeline(project, "line")
    page = bench.page
    bench.node("total").focus()
    page.keyboard.press("Delete")
    expect(bench.node("total")).to_have_count(0)
    file.write_text(file.read_text().replace("default: 3", "default: 4"))

    bench.button("Undo").click()

    expect(page.get_by_text("What was changed elsewhere meanwhile stays")).to_be_visible()
    expect(bench.node("total")).to_be_visible()
    assert "default: 4" in file.read_text()
