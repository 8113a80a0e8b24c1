"""What goes wrong in a run, and that the page does not keep it to itself."""

from __future__ import annotations

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
