"""The pipeline page, by the names that people and screen readers know its parts by (frontend/ACCESSIBLE_NAMES.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from playwright.sync_api import Locator, Page, expect

RUN_MS = 60_000.0
THIN_SPACE = "\u2009"
MINUS = "\u2212"


@dataclass(frozen=True)
class Workbench:
    """A page that shows a pipeline."""

    page: Page

    # What is there

    def node(self, block: str, state: str = "") -> Locator:
        """A block in the graph; with a state only while it has it."""
        name = re.compile(rf"^Block {block}, {state}") if state else re.compile(rf"^Block {block}, ")
        return self.page.get_by_role("group", name=name)

    def nodes(self) -> Locator:
        return self.page.get_by_role("region", name="Graph").get_by_role("group", name=re.compile("^Block "))

    def edge(self, upstream: str, downstream: str) -> Locator:
        return self.page.get_by_role("group", name=f"{upstream} feeds {downstream}", exact=True)

    def card(self, block: str) -> Locator:
        return self.page.get_by_role("region", name=f"Block {block}", exact=True)

    def editor(self, block: str) -> Locator:
        return self.page.get_by_role("textbox", name=f"Code of {block}", exact=True)

    def line(self, block: str, text: str) -> Locator:
        """The editor's line with a text; long files must have been scrolled there."""
        return self.editor(block).locator(".cm-line", has_text=text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def saved(self) -> Locator:
        return self.page.get_by_role("status", name="Saved state")

    def grid(self, block: str) -> Grid:
        return Grid(self.page, self.page.get_by_role("grid", name=f"Rows of {block}", exact=True))

    def reasons(self, block: str) -> Locator:
        """The tooltip that says why a block in the graph stands as it does."""
        return self.node(block).get_by_role("tooltip")

    # What is done

    def choose(self, block: str) -> Locator:
        """Click on a block in the graph; return its card, which comes into view."""
        self.node(block).click()
        card = self.card(block)
        expect(card.get_by_role("heading", name=block, exact=True)).to_be_in_viewport()
        return card

    def run(self) -> None:
        self.button("Run").click()

    def run_all(self) -> None:
        """Press Run and wait until every block is done."""
        self.run()
        self.expect_each("Fresh")

    def open_tab(self, block: str, tab: str) -> Locator:
        """Open one of the views of a block's output."""
        self.card(block).get_by_role("tab", name=re.compile(f"^{tab}")).click()
        return self.card(block).get_by_role("tabpanel")

    def find_in_code(self, block: str, text: str) -> None:
        """Search in a block's code, as Ctrl+F does; what was found is selected."""
        self.editor(block).click(position={"x": 60, "y": 18})
        self.page.keyboard.press("Control+f")
        search = self.card(block).get_by_role("textbox", name="Find")
        expect(search).to_be_focused()
        search.press("Control+a")
        search.press_sequentially(text)
        search.press("Enter")
        search.press("Escape")
        expect(self.editor(block)).to_be_focused()

    def add_line_after(self, block: str, text: str, typed: str) -> None:
        """Type a new line below the one with a text, key by key."""
        self.find_in_code(block, text)
        self.page.keyboard.press("End")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(typed)

    def type_over(self, block: str, text: str, typed: str) -> None:
        """Select a text in the code and type another instead."""
        self.find_in_code(block, text)
        self.page.keyboard.press("Backspace")
        self.page.keyboard.insert_text(typed)

    def delete_line(self, block: str, text: str) -> None:
        self.find_in_code(block, text)
        self.page.keyboard.press("Control+Shift+k")

    def drag(self, upstream: str, downstream: str) -> None:
        """Drag from a block's output to another's input with the mouse."""
        start = self.page.get_by_label(f"Output of {upstream}", exact=True)
        end = self.page.get_by_label(f"Input of {downstream}", exact=True)
        start.hover()
        self.page.mouse.down()
        end.hover(force=True)
        end.hover(force=True)
        self.page.mouse.up()

    # What must come

    def expect_state(self, block: str, state: str, *, within_ms: float = RUN_MS) -> None:
        expect(self.node(block, state), f"{block} must become {state}").to_be_visible(timeout=within_ms)

    def expect_each(self, state: str, *, within_ms: float = RUN_MS) -> None:
        """Wait until every block in the graph has a state, and no run is on."""
        expect(self.nodes().first).to_be_visible()
        stood = self.page.get_by_role("group", name=re.compile(rf"^Block .*, {state}$"))
        expect(stood).to_have_count(self.nodes().count(), timeout=within_ms)
        expect(self.button("Run")).to_be_enabled(timeout=within_ms)

    def expect_saved(self) -> None:
        expect(self.saved()).to_have_text("Saved")


@dataclass(frozen=True)
class Grid:
    """A table's grid, of which the page holds only what is in view."""

    page: Page
    box: Locator

    def expect_rows(self, rows: int) -> None:
        expect(self.box).to_have_attribute("aria-rowcount", str(rows + 1))

    def to_first(self) -> None:
        self.box.focus()
        self.page.keyboard.press("Control+Home")

    def to_last(self) -> None:
        self.box.focus()
        self.page.keyboard.press("Control+End")

    def cell(self, row: int, column: int) -> Locator:
        return self.box.locator(f'[aria-rowindex="{row + 2}"] [role=gridcell][data-column="{column}"]')

    def expect_row(self, row: int, values: Sequence[Any]) -> None:
        """Walk along a row, cell by cell, and compare each with a value."""
        self.page.keyboard.press("Home")
        for column, value in enumerate(values):
            expect(self.cell(row, column), f"row {row}, column {column}").to_have_text(shown(value))
            self.page.keyboard.press("ArrowRight")


def shown(value: Any) -> str | re.Pattern[str]:
    """How a value of a frame stands in the grid."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return "null"
    if isinstance(value, pd.Timestamp) and value.tz is not None:
        return re.compile("^" + re.escape(value.strftime("%Y-%m-%d %H:%M:%S")))
    if isinstance(value, int | float):
        return _number(value)
    return str(value)


def _number(value: float) -> str:
    rounded = float(f"{value:.9g}") if abs(value) < 1e9 else value
    whole, _, fraction = repr(abs(rounded)).removesuffix(".0").partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN_SPACE) if len(whole) > 4 else whole
    return (MINUS if value < 0 else "") + grouped + (f".{fraction}" if fraction else "")
