"""A block's table, as somebody looks into it: sorted, filtered, summed up, copied and taken away."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.kit.browser import Visitor
from tests.kit.small_projects import write_project

PIXEL = (
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000"
    "000b4944415478da6364f8ffff0f0006fe02fe9fc9e0c70000000049454e44ae426082"
)
"""A PNG of one pixel."""
SHOP = """\
@loader
def orders():
    n = 50_000
    at = pd.date_range("2024-01-01", periods=n, freq="min")
    return pd.DataFrame({
        "amount": [i % 1000 for i in range(n)],
        "city": [["Oslo", "Rome", "Bern"][i % 3] for i in range(n)],
        "at": at,
        "note": [None if i % 10 else f"line {i}\\nand more" for i in range(n)],
        "tags": [["a", str(i % 4)] for i in range(n)],
        "picture": [bytes.fromhex("PIXEL")] * n,
    }).query("amount != 999")
"""


def test_somebody_looks_into_a_table(tmp_path: Path, open_pipeline: Open, visitor: Visitor) -> None:
    """Sort, filter, search, hide, select, copy, look at a cell, read the profile, download: the whole of a day."""
    root = write_project(
        tmp_path / "shop",
        "blocks:\n  orders: {file: loaders/orders.py}\n",
        {"loaders/orders.py": SHOP.replace("PIXEL", PIXEL)},
    )
    bench = open_pipeline(root, "line")
    page = bench.page
    visitor.windows[0].expect("422|400")  # for the expression that is refused
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bench.run_all()
    grid = bench.grid("orders")
    card = bench.card("orders")
    count = card.get_by_role("toolbar", name="Table").get_by_role("status")

    # A pandas index stands first, under its own name, and is no column.
    grid.expect_rows(49_950)
    expect(grid.box.get_by_role("columnheader", name="index, index, int64")).to_be_visible()
    expect(grid.cell(0, 1)).to_have_text("Oslo")
    expect(grid.box.get_by_role("columnheader", name=re.compile("^city, ")).locator(".head-line")).to_have_text(
        "3 distinct"
    )

    # Sorted by the city downwards, then by the amount.
    city = grid.box.get_by_role("columnheader", name=re.compile("^city"))
    city.get_by_role("button", name=re.compile("^city")).click()
    city.get_by_role("button", name=re.compile("^city")).click()
    expect(grid.cell(0, 1)).to_have_text("Rome")
    grid.box.get_by_role("columnheader", name=re.compile("^amount")).get_by_role(
        "button", name=re.compile("^amount")
    ).click(modifiers=["Shift"])
    expect(grid.cell(0, 0)).to_have_text("0")
    grid.to_last()
    page.keyboard.press("Home")
    expect(grid.cell(49_949, 1)).to_have_text("Bern")
    expect(grid.cell(49_949, 0)).to_have_text("998")

    # Filtered by a form, by an expression, and by a word.
    card.get_by_role("button", name="Filter", exact=True).click()
    form = page.get_by_role("dialog", name="New filter")
    form.get_by_label("Column").select_option("amount")
    form.get_by_label("Test").select_option("between")
    form.get_by_label("From").fill("10")
    form.get_by_label("To, included").fill("19")
    form.get_by_role("button", name="Apply").click()
    expect(count).to_contain_text("500 of 49")
    card.get_by_role("button", name="Filter by expression").click()
    expression = page.get_by_role("dialog", name="Filter by expression")
    expression.get_by_label("Rows where").fill("city in ('Oslo', 'Rome') and month(at) = 1")
    expression.get_by_label("Rows where").press("Enter")
    expect(count).not_to_contain_text("500 of")
    card.get_by_role("button", name=re.compile("^Expression city in")).click()
    expression.get_by_label("Rows where").fill("read_csv('/etc/passwd') is null")
    expression.get_by_role("button", name="Apply").click()
    expect(card.get_by_text("The function 'read_csv' cannot be used in a filter")).to_be_visible()
    card.get_by_role("button", name=re.compile("^Expression read_csv")).click()
    expression.get_by_role("button", name="Remove").click()
    expect(count).to_contain_text("500 of 49")
    card.get_by_role("searchbox", name="Search in all columns").fill("oslo")
    expect(count).to_contain_text(re.compile(r"^16\d of 49"))

    # A block of cells, drawn by the keyboard, and a cell of its own.
    grid.to_first()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(count).to_contain_text("4 cells selected")
    page.keyboard.press("Control+c")
    expect(page.get_by_text("2 rows × 2 columns copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "10\tOslo\n10\tOslo"
    card.get_by_role("button", name="More about the table").click()
    page.get_by_role("menuitem", name="Copy as Markdown").click()
    page.wait_for_function(
        "wanted => navigator.clipboard.readText().then((text) => text.startsWith(wanted))",
        arg="| amount | city |\n| --- | --- |\n| 10 | Oslo |",
    )
    grid.cell(0, 5).dblclick()
    expect(page.get_by_role("img", name="The image in the cell")).to_be_visible()
    page.keyboard.press("Escape")
    grid.cell(0, 4).dblclick()
    expect(page.get_by_role("region", name="Value")).to_contain_text("a")
    page.keyboard.press("Escape")

    # Hidden and pinned columns, remembered over a reload.
    card.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("dialog", name="Columns").get_by_role("checkbox", name=re.compile("^picture")).uncheck()
    page.keyboard.press("Escape")
    grid.box.get_by_role("columnheader", name=re.compile("^at")).click(button="right")
    page.get_by_role("menuitem", name="Pin to the left").click()
    page.reload()
    bench.choose("orders")
    expect(count).to_contain_text(re.compile(r"^16\d of 49"))
    expect(grid.box.get_by_role("columnheader", name=re.compile("^picture"))).to_have_count(0)
    expect(grid.cell(0, 0)).to_have_text(re.compile("^2024-01"))

    # The view is what is downloaded.
    card.get_by_role("button", name="Download", exact=True).click()
    dialog = page.get_by_role("dialog", name="Download")
    expect(dialog.get_by_role("status")).to_contain_text(re.compile(r"16\d rows × 6 columns, about"))
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    taken = pq.read_table(download.value.path())
    assert set(taken["city"].to_pylist()) == {"Oslo"}
    assert (download.value.suggested_filename, min(taken["amount"].to_pylist())) == ("orders.parquet", 10)

    # And what the whole of it holds.
    panel = bench.open_tab("orders", "Profile")
    profile = panel.get_by_role("listitem").filter(has=page.get_by_role("heading", name="note"))
    expect(profile).to_contain_text("90 %")
    expect(panel.get_by_role("listitem").filter(has=page.get_by_role("heading", name="amount"))).to_contain_text(
        "Mean499"
    )
