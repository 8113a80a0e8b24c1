"""Notebooks in the browser: one becomes a pipeline, and a pipeline is downloaded as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.kit.browser import RunningServer
from tests.kit.browser_workbench import Workbench
from tests.kit.notebooks import notebook
from tests.kit.small_projects import write_three

CELLS = (
    "md:# Sales of the week",
    "%matplotlib inline\nimport pandas as pd\nrate = 2",
    "df = pd.DataFrame({'k': ['a', 'b', 'a'], 'n': [1, 2, 3]})",
    "by = df.groupby('k').n.sum() * rate",
)


def test_a_notebook_becomes_a_pipeline_that_runs_and_goes_out_again(
    tmp_path: Path, start: Callable[..., RunningServer], page: Page
) -> None:
    """An analyst brings what they have, and takes what they made of it to Jupyter."""
    file = tmp_path / "Weekly sales.ipynb"
    file.write_bytes(notebook(*CELLS))
    page.goto(start(write_three(tmp_path / "three")).link)

    page.get_by_role("button", name="New pipeline").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("From a notebook").set_input_files(file)
    expect(dialog.get_by_label("Name")).to_have_value("weekly_sales")
    dialog.get_by_role("button", name="Import notebook").click()
    expect(page.get_by_role("dialog")).to_contain_text("Cell 2 without its line %matplotlib inline")
    page.get_by_role("button", name="Open pipeline").click()

    page.get_by_role("region", name="Graph").wait_for()
    bench = Workbench(page)
    expect(page.get_by_role("form", name="Params").get_by_label("rate")).to_have_value("2")
    bench.run_all()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as notebook").click()

    assert download.value.suggested_filename == "weekly_sales.ipynb"
    made = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    shown = [output["data"]["text/plain"] for cell in made["cells"] for output in cell.get("outputs", [])]
    assert ["3 rows × 2 columns" in shown[0], len(shown)] == [True, 2]
