"""What goes wrong in a run, and that the page does not keep it to itself."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.kit.small_projects import write_project

READER = {
    "loaders/lines.py": """
        import os

        @loader
        def lines():
            print("is there:", os.path.exists("outside.txt"))
            return pd.DataFrame({"line": open("outside.txt").read().splitlines()})
    """,
}
READER_LINE = """
    blocks:
      lines: {file: loaders/lines.py}
"""


def reader(root: Path) -> Path:
    """A project whose loader reads a file that the pipeline does not name, so that it stays fresh without it."""
    return write_project(root, READER_LINE, READER, {"outside.txt": "one\ntwo\n"})


def test_a_fresh_block_that_fails_when_it_is_run_again_says_so(tmp_path: Path, open_pipeline: Open) -> None:
    """Green over a failure is the one thing that nobody forgives."""
    root = reader(tmp_path / "small")
    bench = open_pipeline(root, "line")
    bench.run_all()
    card = bench.choose("lines")
    (root / "outside.txt").unlink()

    bench.button("Run lines").click()

    bench.expect_state("lines", "Failed")
    expect(card.get_by_text("FileNotFoundError").filter(visible=True).first).to_be_visible()
    expect(card.get_by_role("list", name="Where it happened")).to_contain_text("loaders/lines.py:")
    expect(card.get_by_text("The output below is of an earlier run.")).to_be_visible()
    bench.grid("lines").expect_rows(2)
    expect(bench.open_tab("lines", "Logs").get_by_role("log")).to_contain_text("is there: False")
    (root / "outside.txt").write_text("one\n", encoding="utf-8")
    bench.button("Run lines").click()
    bench.expect_state("lines", "Fresh")
    expect(card.get_by_text("FileNotFoundError").filter(visible=True)).to_have_count(0)


def test_the_word_failed_leads_to_the_block_and_a_run_with_nothing_to_do_says_so(
    tmp_path: Path, open_pipeline: Open
) -> None:
    """In a pipeline of forty blocks nobody wants to look for the red one."""
    root = reader(tmp_path / "small")
    (root / "outside.txt").unlink()
    bench = open_pipeline(root, "line")
    bench.run()
    bench.expect_state("lines", "Failed")

    bench.button("Failed").click()

    expect(bench.card("lines")).to_have_class(re.compile("is-selected"))
    (root / "outside.txt").write_text("one\n", encoding="utf-8")
    bench.run_all()
    expect(bench.button("Run")).to_be_enabled()
    bench.run()
    expect(bench.page.get_by_text("Nothing to do: everything is fresh")).to_be_visible()


def test_the_params_of_a_block_are_those_of_the_bar(flights: Path, open_pipeline: Open) -> None:
    """Two values for one param, and one of them is a lie."""
    bench = open_pipeline(flights, "delays")
    bench.choose("daily_delays")

    bench.page.get_by_role("form", name="Params").get_by_role("textbox", name="min_delay").fill("95")

    strip = bench.page.get_by_role("group", name="Arguments of daily_delays")
    expect(strip).to_contain_text("min_delay = 95")
