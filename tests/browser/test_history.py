"""A block's past outputs in the browser: opened, and compared two by two."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import replace_in, write_project

ORDERS = """
    from flowstone import Outputs

    @loader
    def orders():
        rows = pd.DataFrame({"order_id": range(100), "shop": ["north", None] * 50})
        rows["price"] = rows.order_id / 2
        return Outputs(orders=rows, shops=pd.DataFrame({"shop": ["north", "south"]}))
"""


LATER = """def later(rows):
    rows.loc[rows.order_id < 30, "price"] += 1000
    return rows[5:].assign(paid=True)


"""


def shop(root: Path) -> Path:
    return write_project(root, "blocks:\n  orders: {file: loaders/orders.py}\n", {"loaders/orders.py": ORDERS})


def changed_and_run(bench: Workbench, root: Path) -> None:
    """Change what the block gives in another editor, and run it again."""
    replace_in(root, "loaders/orders.py", "return Outputs(orders=rows,", "return Outputs(orders=later(rows),")
    replace_in(root, "loaders/orders.py", "@loader", LATER + "@loader")
    bench.expect_state("orders", "Stale")
    bench.run_all()


def test_a_past_output_is_opened_and_compared(open_pipeline: Open, tmp_path: Path) -> None:
    """What yesterday's run gave, and in what today's differs, is a click away."""
    root = shop(tmp_path / "shop")
    bench = open_pipeline(root, "line")
    bench.run_all()
    changed_and_run(bench, root)
    bench.choose("orders")

    bench.grid("orders").expect_rows(95)
    bench.card("orders").get_by_role("button", name="shops", exact=True).click()
    bench.grid("orders").expect_rows(2)
    panel = bench.open_tab("orders", "History")
    expect(panel.get_by_role("button", name="shops", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_text("same as before")).to_be_visible()
    panel.get_by_role("button", name="orders", exact=True).click()
    rows = panel.get_by_role("table", name="Past outputs").get_by_role("row")
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_role("button", name="Open").click()

    bench.grid("orders").expect_rows(100)
    banner = panel.get_by_role("status").filter(has_text="Output of the run of")
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="Back to current").click()
    bench.grid("orders").expect_rows(95)

    bench.open_tab("orders", "History")
    for row in (1, 2):
        rows.nth(row).get_by_role("checkbox").check()
    panel.get_by_role("button", name="Compare", exact=True).click()
    expect(panel.get_by_text("70 rows of 95 are the same.")).to_be_visible()
    expect(panel.get_by_role("list", name="Columns that are others")).to_have_text(re.compile("paid.*new: bool"))
    expect(panel.get_by_role("list", name="Columns with changed cells")).to_have_text(re.compile("price.*25"))
    table = panel.get_by_role("region", name="Rows that differ")
    expect(table.get_by_role("row", name=re.compile("^added|^removed|^changed"))).to_have_count(30)
    panel.get_by_role("button", name="Removed 5").click()
    expect(table.get_by_role("row")).to_have_count(6)
    panel.get_by_role("button", name="Changed 25").click()
    expect(table.get_by_role("row").nth(1)).to_have_text(re.compile(r"changed\s*5\s*2\.5\s*1002\.5"))

    panel.get_by_role("button", name="Change the key").click()
    panel.get_by_role("button", name="Compare whole rows").click()
    expect(panel.get_by_role("button", name="Removed 30")).to_be_visible()
    expect(panel.get_by_role("button", name="Added 25")).to_be_visible()
