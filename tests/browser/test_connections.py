"""Connections in the browser: added through a form, tried, changed with the change shown first, and removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.kit.browser import RunningServer, until


def test_somebody_adds_a_warehouse_tries_it_and_takes_it_back(
    page: Page, start: Callable[..., RunningServer], flights: Path, tmp_path: Path
) -> None:
    """Nobody should have to know the file's form by heart, nor write a password into it."""
    yaml = flights / "connections.yaml"
    before = yaml.read_text()
    server = start(flights, XDG_STATE_HOME=str(tmp_path / "account"))
    page.goto(server.link)
    page.get_by_role("link", name="Change and test").click()
    row = page.get_by_role("listitem", name="Connection lake").first
    row.get_by_role("button", name="Test").click()
    expect(row.get_by_text("It works")).to_be_visible()

    page.get_by_role("button", name="Add connection").click()
    dialog = page.get_by_role("dialog", name="Add a connection")
    dialog.get_by_label("Service").select_option("postgres")
    dialog.get_by_label("Name", exact=True).fill("marts")
    dialog.get_by_label("Address").fill("http://db")
    expect(dialog.get_by_text("Begins with postgresql://")).to_be_visible()
    dialog.get_by_label("Address").fill("postgresql://me@127.0.0.1:1/marts")
    dialog.get_by_label("Password (optional)").fill("hunter2-hunter2")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog.get_by_text("Nothing listens at 127.0.0.1:1")).to_be_visible()
    dialog.get_by_role("button", name="Show the change").click()
    change = dialog.get_by_role("region", name="Change of connections.yaml")
    expect(change).to_contain_text("${secret:local_marts_password}")
    assert yaml.read_text() == before
    dialog.get_by_role("button", name="Save").click()

    expect(page.get_by_role("listitem", name="Connection marts")).to_be_visible()
    expect(page.get_by_role("list", name="Secrets")).to_contain_text("local_marts_password")
    assert "hunter2" not in yaml.read_text() + page.content()
    page.get_by_role("button", name="Undo").click()
    until(lambda: yaml.read_text() == before, what="connections.yaml as it was")
    expect(page.get_by_role("listitem", name="Connection marts")).to_have_count(0)
