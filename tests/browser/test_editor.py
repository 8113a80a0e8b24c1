"""Writing code as a person does: with help at each key, and with others who write in the same file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open, enter
from tests.kit.browser import RunningServer, Visitor, until
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import write, write_project

RATE = '''\
def scale(amount: float, by: float = 2.0) -> float:
    """Scale an amount."""
    return amount * by
'''
BLOCKS = {
    "loaders/trips.py": """
        @loader
        def trips():
            return pd.DataFrame({"distance": [1.0, 2.0], "fare": [3.0, 4.0], "paid with": ["card", "cash"]})
    """,
    "transformers/clean.py": """
        from lib.rate import scale


        @transformer
        def clean(trips: pd.DataFrame) -> pd.DataFrame:
            factor = scale(2)
            return trips
    """,
    "transformers/daily.sql": "select fare from trips\n",
}
LINE = """
    blocks:
      trips: {file: loaders/trips.py}
      clean: {file: transformers/clean.py, upstream: [trips]}
      daily: {file: transformers/daily.sql, upstream: [trips]}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project with a module of its own, a Python block and a SQL block."""
    root = write_project(tmp_path / "small", LINE, BLOCKS)
    write(root, "lib/rate.py", RATE)
    return root


@pytest.mark.timeout(150)
def test_code_is_written_with_help_at_every_key(small: Path, open_pipeline: Open) -> None:
    """Nobody knows all of pandas by heart, nor the columns of what came from above."""
    bench = open_pipeline(small, "line")
    page = bench.page
    bench.run_all()
    card = bench.choose("clean")
    options = page.get_by_role("option")

    bench.add_line_after("clean", "factor = scale", 'long = trips["')
    expect(options.filter(has_text="distance")).to_be_visible()
    page.keyboard.type("pa")
    options.filter(has_text="paid with").click()
    expect(bench.line("clean", 'trips["paid with"]')).to_be_visible()

    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("more = trips.grou")
    options.filter(has_text="groupby").click(timeout=30_000)
    page.keyboard.type("(")
    expect(page.locator(".cm-lsp-signature-tooltip")).to_contain_text("by")
    page.keyboard.press("Escape")
    expect(page.locator(".cm-lsp-signature-tooltip")).to_have_count(0)
    page.keyboard.type('"fare"')
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("wrong = unknown_name")
    expect(card.locator(".cm-lintRange-error")).to_have_text("unknown_name")
    page.keyboard.press("Control+Shift+k")
    expect(card.locator(".cm-lintRange-error")).to_have_count(0)

    bench.find_in_code("clean", "scale(2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F12")
    module = page.get_by_role("dialog", name="lib/rate.py")
    expect(module.get_by_role("textbox", name="Code of lib/rate.py")).to_contain_text("Scale an amount.")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(module).to_have_count(0)
    bench.find_in_code("clean", "scale(2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    name = card.get_by_role("textbox", name="New name")
    name.fill("scaled")
    name.press("Enter")
    expect(bench.line("clean", "factor = scaled(2)")).to_be_visible()
    until(lambda: "def scaled(" in (small / "lib/rate.py").read_text(), what="the name in the module")

    page.keyboard.press("Shift+Alt+f")
    bench.choose("daily")
    bench.add_line_after("daily", "select fare", "where dist")
    options.filter(has_text="distance").click()
    page.keyboard.type(" > 1 and")
    expect(bench.card("daily").locator(".cm-lintRange-error")).to_have_text("and")


@pytest.mark.timeout(150)
def test_two_tabs_and_an_outside_editor_lose_nothing(
    small: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """Mage's two tabs overwrite each other, and nobody is told."""
    server = start(small)
    left, watched = visitor.window()
    watched.expect("409|ERR_INTERNET_DISCONNECTED")
    bench = enter(left, server, "line")
    bench.choose("daily")
    other = left.context.new_page()
    other.goto(f"{server.url}/p/small/line")
    right = Workbench(other)
    right.choose("daily")
    file = small / "transformers/daily.sql"

    bench.add_line_after("daily", "select fare", "where fare > 3 -- left")
    expect(right.line("daily", "-- left")).to_be_visible()
    left.context.set_offline(True)
    bench.add_line_after("daily", "-- left", "-- typed while away")
    right_text = file.read_text() + "-- from outside\n"
    file.write_text(right_text)
    left.context.set_offline(False)
    card = bench.card("daily")
    card.get_by_role("button", name="Compare").click(timeout=30_000)

    both = left.get_by_role("dialog", name="Two versions of transformers/daily.sql")
    expect(both.get_by_role("textbox", name="On disk")).to_contain_text("-- from outside")
    expect(both.get_by_role("textbox", name="Yours")).to_contain_text("-- typed while away")
    assert file.read_text() == right_text
    both.get_by_role("textbox", name="Yours").press("Control+End")
    left.keyboard.type("-- from outside")
    both.get_by_role("button", name="Save the merged text").click()

    expect(both).to_have_count(0)
    bench.expect_saved()
    until(lambda: "-- typed while away" in file.read_text(), what="the merged text on disk")
    assert "-- from outside" in file.read_text()
    expect(right.line("daily", "-- typed while away")).to_be_visible()

    left.reload()
    again = Workbench(left)
    again.choose("daily")
    again.editor("daily").click()
    left.keyboard.press("Control+z")
    expect(again.line("daily", "-- typed while away")).to_have_count(0)
