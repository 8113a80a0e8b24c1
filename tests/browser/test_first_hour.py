"""The first hour with Flowstone, story by story, as a person has it: mouse, keyboard, and files on disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open, enter
from tests.kit.browser import RunningServer, Visitor, Watched, until
from tests.kit.browser_workbench import Workbench, shown
from tests.kit.same_frames import assert_same
from tests.kit.small_projects import replace_in, write, write_project, write_three
from tests.projects import plain_flights
from tests.projects.reading import duckdb_table, folder_dataset

FLIGHT = ["scheduled", "carrier", "flight", "origin"]
DAY = ["day", "carrier"]


def last_row(frame: pd.DataFrame) -> list[Any]:
    return frame.tail(1).astype(object).iloc[0].tolist()


def run_shown(bench: Workbench) -> str:
    """The id of the run that the top bar speaks of."""
    words = bench.page.get_by_role("banner").locator("[title^='Run ']").first
    return (words.get_attribute("title") or "").split(":")[0]


def test_from_the_link_to_tables_that_can_be_scrolled_to_the_end(flights: Path, open_pipeline: Open) -> None:
    """The first two minutes decide whether there is a third."""
    bench = open_pipeline(flights, "delays")
    expect(bench.nodes()).to_have_count(7)
    bench.expect_each("Not run yet")

    bench.run_all()

    data = flights / "data"
    departures = plain_flights.departures(data)
    warehouse = duckdb_table(flights / "warehouse.duckdb", "daily_delays")
    assert_same(folder_dataset(flights / "lake/departures"), departures, by=FLIGHT, days=["day"])
    assert_same(warehouse, plain_flights.daily_delays(departures), by=DAY, days=["day"])
    outputs = {
        "flights": pd.read_parquet(data / "flights.parquet"),
        "weather": pd.read_parquet(data / "weather.parquet"),
        "airlines": pd.read_parquet(data / "airlines.parquet"),
        "departures": departures,
        "daily_delays": warehouse.assign(day=warehouse.day.dt.date),
    }
    assert len(outputs["flights"]) == 27_004
    for block, frame in outputs.items():
        bench.choose(block)
        grid = bench.grid(block)
        grid.expect_rows(len(frame))
        grid.to_last()
        grid.expect_row(len(frame) - 1, last_row(frame))


def test_the_wheel_turns_through_the_whole_table_and_a_click_sorts_it(flights: Path, open_pipeline: Open) -> None:
    """A preview of ten rows is where the others stop."""
    bench = open_pipeline(flights, "delays")
    bench.choose("flights")
    bench.button("Run flights").click()
    bench.expect_state("flights", "Fresh")
    frame = pd.read_parquet(flights / "data/flights.parquet")
    grid = bench.grid("flights")

    grid.box.hover()
    bench.page.mouse.wheel(0, 10_000_000)
    expect(grid.cell(27_003, 0)).to_be_in_viewport()
    expect(grid.cell(27_003, 1)).to_have_text(shown(int(frame.month.iloc[-1])))

    bench.page.mouse.wheel(0, -10_000_000)
    distance = list(frame.columns).index("dep_delay")
    header = grid.box.get_by_role("columnheader", name="dep_delay, double")
    header.get_by_role("button").first.click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(grid.cell(0, distance)).to_have_text(shown(float(frame.dep_delay.min())))
    header.get_by_role("button").first.click()
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(grid.cell(0, distance)).to_have_text(shown(float(frame.dep_delay.max())))


def test_an_edit_makes_stale_what_is_below_and_taking_it_back_makes_it_fresh(
    flights: Path, open_pipeline: Open
) -> None:
    """This is the promise: always know which outputs still count, and why the others do not."""
    bench = open_pipeline(flights, "delays")
    bench.run_all()
    plain = plain_flights.departures(flights / "data")
    far = plain[plain.distance > 1000]

    bench.choose("departures")
    bench.add_line_after("departures", "left = flights.dropna", "left = left[left.distance > 1000]")
    bench.page.keyboard.press("Shift+Enter")
    bench.grid("departures").expect_rows(len(far))
    bench.expect_state("departures", "Fresh")

    for below in ("daily_delays", "to_lake", "to_warehouse"):
        bench.expect_state(below, "Stale")
    bench.node("daily_delays").get_by_role("note").hover()
    expect(bench.reasons("daily_delays")).to_be_visible()
    expect(bench.reasons("daily_delays")).to_contain_text("departures")

    bench.run_all()
    assert_same(
        duckdb_table(flights / "warehouse.duckdb", "daily_delays"),
        plain_flights.daily_delays(far),
        by=DAY,
        days=["day"],
    )

    ran = run_shown(bench)
    bench.choose("departures")
    bench.delete_line("departures", "left.distance > 1000")
    bench.grid("departures").expect_rows(len(plain))
    bench.expect_state("departures", "Fresh")
    bench.expect_state("daily_delays", "Fresh")
    bench.expect_state("to_warehouse", "Stale")
    assert run_shown(bench) == ran
    assert "distance > 1000" not in (flights / "transformers/departures.py").read_text(encoding="utf-8")


def test_a_block_of_the_library_is_added_wired_by_dragging_and_run(flights: Path, open_pipeline: Open) -> None:
    """A pipeline grows with the mouse, and stays a file that a person wrote."""
    bench = open_pipeline(flights, "delays")
    file = flights / "pipelines/delays.yaml"
    written = file.read_text(encoding="utf-8")

    bench.button("Add block").click()
    dialog = bench.page.get_by_role("dialog", name="Add a block")
    dialog.get_by_role("searchbox", name="Search blocks").fill("filter")
    dialog.get_by_role("list", name="Blocks").get_by_role("button", name="Filter rows").click()
    dialog.get_by_role("textbox", name="Name").fill("far_flights")
    dialog.get_by_role("button", name="Add block").click()
    expect(dialog).to_be_hidden()
    expect(bench.nodes()).to_have_count(8)

    bench.drag("flights", "far_flights")
    expect(bench.edge("flights", "far_flights")).to_be_attached()
    bench.choose("far_flights")
    bench.type_over("far_flights", "index >= 0", "distance > 1000")
    bench.page.keyboard.press("Shift+Enter")

    frame = pd.read_parquet(flights / "data/flights.parquet")
    bench.grid("far_flights").expect_rows(int((frame.distance > 1000).sum()))
    bench.expect_state("far_flights", "Fresh")
    bench.expect_state("weather", "Not run yet")
    grown = file.read_text(encoding="utf-8")
    assert grown.startswith(written.rstrip("\n"))
    assert "far_flights:" in grown
    assert "upstream: [flights]" in grown


def test_dragging_into_a_cycle_is_refused_with_a_word(tmp_path: Path, open_pipeline: Open) -> None:
    """A graph that eats its tail must not be drawn, let alone saved."""
    project = write_three(tmp_path / "three")
    bench = open_pipeline(project, "line")
    before = (project / "pipelines/line.yaml").read_bytes()

    bench.button("Fit the graph").click()
    start = bench.page.get_by_label("Output of total", exact=True)
    if start.count() == 0:
        pytest.skip("nothing can be dragged from the last block")
    start.hover()
    bench.page.mouse.down()
    bench.page.get_by_label("Input of doubled", exact=True).hover(force=True)
    bench.page.get_by_label("Input of doubled", exact=True).hover(force=True)
    expect(bench.page.get_by_text("that would be a cycle")).to_be_visible()
    bench.page.mouse.up()

    expect(bench.edge("total", "doubled")).to_have_count(0)
    assert (project / "pipelines/line.yaml").read_bytes() == before


def test_what_another_editor_saves_appears(flights: Path, open_pipeline: Open) -> None:
    """Files are all there is; nobody must press reload."""
    bench = open_pipeline(flights, "delays")
    bench.choose("airlines")
    expect(bench.editor("airlines")).to_contain_text("read_parquet")

    replace_in(flights, "loaders/airlines.py", "@loader", "# written elsewhere\n@loader")
    expect(bench.editor("airlines")).to_contain_text("# written elsewhere")

    replace_in(
        flights, "pipelines/delays.yaml", "  weather:\n", "  storms:\n    file: loaders/weather.py\n  weather:\n"
    )
    expect(bench.node("storms")).to_be_visible()
    expect(bench.nodes()).to_have_count(8)


ENDLESS = {
    "loaders/endless.py": """
        @loader
        def endless():
            print("round and round", flush=True)
            while True:
                pass
            return pd.DataFrame({"n": [1]})
    """,
    "loaders/quick.py": "@loader\ndef quick():\n    return pd.DataFrame({'n': [1, 2, 3]})\n",
}
ENDLESS_LINE = """
    blocks:
      quick:   {file: loaders/quick.py}
      endless: {file: loaders/endless.py}
"""


def test_stop_ends_a_block_that_would_never_end(tmp_path: Path, open_pipeline: Open) -> None:
    """Without Stop, one wrong loop costs the whole session."""
    bench = open_pipeline(write_project(tmp_path / "endless", ENDLESS_LINE, ENDLESS), "line")
    expect(bench.button("Stop")).to_be_disabled()
    bench.run()
    bench.expect_state("quick", "Fresh")
    bench.expect_state("endless", "Running")
    bench.choose("endless")
    expect(bench.open_tab("endless", "Logs")).to_contain_text("round and round")

    bench.button("Stop").click()

    expect(bench.page.get_by_role("banner").get_by_text("Stopped", exact=True)).to_be_visible()
    expect(bench.button("Stop")).to_be_disabled()
    expect(bench.node("endless", "Running")).to_have_count(0)
    bench.type_over("endless", "while True", "while False")
    bench.page.keyboard.press("Shift+Enter")
    bench.expect_state("endless", "Fresh")


BROKEN = {
    "loaders/numbers.py": "@loader\ndef numbers():\n    return pd.DataFrame({'n': [1, 2, 0]})\n",
    "transformers/shares.py": """
        @transformer
        def shares(numbers):
            total = 0
            return numbers.assign(share=[one / total for one in numbers.n])
    """,
    "transformers/summed.sql": "SELECT sum(share) AS share FROM shares\n",
}
BROKEN_LINE = """
    blocks:
      numbers: {file: loaders/numbers.py}
      shares:  {file: transformers/shares.py, upstream: [numbers]}
      summed:  {file: transformers/summed.sql, upstream: [shares]}
"""


def test_an_error_is_shown_at_its_line_and_gone_once_mended(tmp_path: Path, open_pipeline: Open) -> None:
    """Where it happened is half of the repair."""
    bench = open_pipeline(write_project(tmp_path / "broken", BROKEN_LINE, BROKEN), "line")

    bench.run()
    bench.expect_state("shares", "Failed")
    card = bench.choose("shares")

    expect(card.get_by_text("ZeroDivisionError: division by zero").filter(visible=True)).to_have_count(1)
    expect(card.get_by_role("list", name="Where it happened")).to_contain_text("transformers/shares.py:7")
    expect(bench.editor("shares").locator(".cm-line:has(.cm-lintRange-error)")).to_have_text(
        re.compile(r"return numbers\.assign\(share=")
    )
    expect(bench.node("summed", "Fresh")).to_have_count(0)

    bench.type_over("shares", "total = 0", "total = numbers.n.sum()")
    bench.page.keyboard.press("Shift+Enter")
    bench.expect_state("shares", "Fresh")
    expect(card.get_by_text("ZeroDivisionError")).to_have_count(0)
    expect(bench.editor("shares").locator(".cm-lintRange-error")).to_have_count(0)


def conflicting(bench: Workbench, watched: Watched, project: Path) -> None:
    """Type something, and have another editor save the same file before it is saved."""
    watched.expect("412|409")
    bench.choose("doubled")
    bench.add_line_after("doubled", "import RATE", "# mine")
    replace_in(project, "transformers/doubled.py", "return numbers", "return numbers  # theirs")
    expect(bench.card("doubled").get_by_text("changed on disk while you were editing it")).to_be_visible()


@pytest.mark.parametrize("kept", ["mine", "theirs"])
def test_two_edits_of_one_file_are_shown_side_by_side(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, kept: str
) -> None:
    """Of two people's work neither may vanish in silence."""
    project = write_three(tmp_path / "three")
    page, watched = visitor.window()
    bench = enter(page, start(project), "line")
    conflicting(bench, watched, project)
    on_disk = (project / "transformers/doubled.py").read_text(encoding="utf-8")

    expect(bench.saved()).to_have_text("Not saved")
    assert "# mine" not in on_disk
    bench.button("Compare").click()
    dialog = page.get_by_role("dialog", name="Two versions of transformers/doubled.py")
    expect(dialog.get_by_text("# mine")).to_be_visible()
    expect(dialog.get_by_text("# theirs")).to_be_visible()
    dialog.get_by_role("button", name=f"Keep {kept}" if kept == "mine" else f"Take {kept}").click()

    expect(dialog).to_be_hidden()
    bench.expect_saved()
    file = project / "transformers/doubled.py"
    lost = "theirs" if kept == "mine" else "mine"
    until(lambda: f"# {kept}" in file.read_text(encoding="utf-8"), what=f"{kept} on disk")
    assert f"# {lost}" not in file.read_text(encoding="utf-8")
    expect(bench.editor("doubled")).to_contain_text(f"# {kept}")
    expect(bench.editor("doubled")).not_to_contain_text(f"# {lost}")


def test_edits_of_the_graph_are_undone_and_redone(tmp_path: Path, open_pipeline: Open) -> None:
    """Undo is what makes one dare to try."""
    project = write_three(tmp_path / "three")
    file = project / "pipelines/line.yaml"
    before = file.read_bytes()
    bench = open_pipeline(project, "line")
    bench.expect_each("Not run yet")
    edge = bench.edge("doubled", "total")

    edge.focus()
    bench.page.keyboard.press("Delete")
    expect(edge).to_have_count(0)
    until(lambda: file.read_bytes() != before, what="the edit on disk")
    cut = file.read_bytes()

    bench.button("Undo").click()
    expect(edge).to_be_attached()
    until(lambda: file.read_bytes() == before, what="the edit undone on disk, byte for byte")

    bench.button("Redo").click()
    expect(edge).to_have_count(0)
    until(lambda: file.read_bytes() == cut, what="the edit redone on disk")
    bench.node("numbers").focus()
    bench.page.keyboard.press("Control+z")
    expect(edge).to_be_attached()
    until(lambda: file.read_bytes() == before, what="the edit undone by key")


def test_a_removed_block_comes_back_by_undo(tmp_path: Path, open_pipeline: Open) -> None:
    """Destructive acts are undoable rather than confirmed."""
    project = write_three(tmp_path / "three")
    bench = open_pipeline(project, "line")
    bench.choose("doubled")
    bench.button("More for doubled").click()
    bench.page.get_by_role("menuitem", name="Remove from pipeline").click()
    expect(bench.nodes()).to_have_count(2)

    bench.button("Undo").click()

    expect(bench.nodes()).to_have_count(3)
    expect(bench.edge("numbers", "doubled")).to_be_attached()
    expect(bench.edge("doubled", "total")).to_be_attached()


def test_a_reload_keeps_everything(tmp_path: Path, open_pipeline: Open) -> None:
    """Outputs, states and the last key typed belong to the project, not to a tab."""
    project = write_three(tmp_path / "three")
    bench = open_pipeline(project, "line")
    bench.run_all()
    bench.choose("doubled")
    bench.add_line_after("doubled", "import RATE", "RATE += 1  # typed a moment ago")
    bench.expect_state("doubled", "Stale")
    bench.expect_saved()

    bench.page.reload()

    bench.expect_state("numbers", "Fresh")
    bench.expect_state("doubled", "Stale")
    bench.choose("doubled")
    expect(bench.editor("doubled")).to_contain_text("RATE += 1  # typed a moment ago")
    bench.choose("numbers")
    bench.grid("numbers").expect_rows(3)


def test_text_typed_just_before_the_page_is_left_is_not_lost(tmp_path: Path, open_pipeline: Open) -> None:
    """Nobody waits a second before closing a tab."""
    project = write_three(tmp_path / "three")
    bench = open_pipeline(project, "line")
    bench.choose("doubled")
    bench.add_line_after("doubled", "import RATE", "RATE += 1  # the very last word")
    expect(bench.saved()).to_have_text("Edited")

    bench.page.on("dialog", lambda dialog: dialog.dismiss())
    bench.page.reload()

    file = project / "transformers/doubled.py"
    until(lambda: "# the very last word" in file.read_text(encoding="utf-8"), what="the last word on disk")


EVIL = "<img src=x onerror=\"document.title='owned'\">"
SCRIPT = "<script>document.title='owned'</script>"
HOSTILE = {
    "loaders/evil.py": f'''
        @loader
        def evil():
            """{EVIL}

            {SCRIPT}
            """
            print({SCRIPT!r})
            return pd.DataFrame({{{EVIL!r}: [{SCRIPT!r}, {EVIL!r}]}})
    ''',
    "loaders/page.py": f"@loader\ndef page():\n    return {'<h1>' + EVIL + SCRIPT + '</h1>'!r}\n",
    "loaders/nested.py": f"@loader\ndef nested():\n    return {{{EVIL!r}: [{SCRIPT!r}]}}\n",
    "loaders/wrong.py": f"@loader\ndef wrong():\n    raise ValueError({EVIL!r})\n",
}
HOSTILE_LINE = f"""
    description: {EVIL}
    blocks:
      evil:   {{file: loaders/evil.py}}
      page:   {{file: loaders/page.py}}
      nested: {{file: loaders/nested.py}}
      wrong:  {{file: loaders/wrong.py}}
"""


def test_data_that_looks_like_a_page_stays_text(tmp_path: Path, open_pipeline: Open) -> None:
    """Whoever can write a row into a source must not get to press buttons in the browser of the one who reads it."""
    bench = open_pipeline(write_project(tmp_path / "hostile", HOSTILE_LINE, HOSTILE), "line")
    page = bench.page

    bench.run()
    bench.expect_state("wrong", "Failed")
    for block in ("evil", "page", "nested"):
        bench.expect_state(block, "Fresh")

    card = bench.choose("evil")
    grid = bench.grid("evil")
    expect(grid.cell(0, 0)).to_have_text(SCRIPT)
    expect(grid.cell(1, 0)).to_have_text(EVIL)
    expect(grid.box.get_by_role("columnheader").nth(1)).to_contain_text(EVIL)
    grid.cell(1, 0).dblclick()
    expect(page.get_by_role("dialog").get_by_role("region", name="Value")).to_have_text(EVIL)
    page.keyboard.press("Escape")
    expect(bench.open_tab("evil", "Logs")).to_contain_text(SCRIPT)
    expect(card).to_contain_text(EVIL)
    bench.choose("page")
    expect(bench.card("page").get_by_role("region", name=re.compile("^Value of"))).to_contain_text(
        "<img src=x onerror="
    )
    bench.choose("nested")
    expect(bench.card("nested").get_by_role("region", name=re.compile("^Value of"))).to_contain_text("<img src=x")
    bench.choose("wrong")
    expect(bench.card("wrong").get_by_text(f"ValueError: {EVIL}").filter(visible=True)).to_have_count(1)

    assert "owned" not in page.title()
    expect(page.locator("img[src='x']")).to_have_count(0)
    expect(page.locator("script", has_text="owned")).to_have_count(0)


def test_a_restart_of_the_server_loses_no_keystroke(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """Servers fall over, laptops sleep; what a person types is theirs."""
    project = write_three(tmp_path / "three")
    server = start(project)
    page, watched = visitor.window()
    bench = enter(page, server, "line")
    bench.run_all()
    bench.choose("doubled")
    watched.expect("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket|socket")

    server.stop()
    bench.add_line_after("doubled", "import RATE", "RATE += 1  # typed in the dark")
    lost = page.get_by_role("alert").filter(has_text="Connection lost")
    expect(lost).to_be_visible()
    expect(bench.editor("doubled")).to_contain_text("# typed in the dark")
    assert "dark" not in (project / "transformers/doubled.py").read_text(encoding="utf-8")

    server.start()
    expect(lost).to_be_hidden()
    bench.expect_saved()
    assert "# typed in the dark" in (project / "transformers/doubled.py").read_text(encoding="utf-8")
    bench.expect_state("doubled", "Stale")
    bench.run_all()


def test_two_windows_show_the_same_pipeline(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """An edit or a run in one window is news in the other, at once."""
    project = write_three(tmp_path / "three")
    page, _ = visitor.window()
    bench = enter(page, start(project), "line")
    second = page.context.new_page()
    second.goto(page.url)
    other = Workbench(second)
    expect(other.nodes()).to_have_count(3)

    bench.run_all()
    other.expect_each("Fresh")
    bench.choose("doubled")
    bench.add_line_after("doubled", "import RATE", "RATE += 1  # from the first window")
    other.choose("doubled")
    expect(other.editor("doubled")).to_contain_text("RATE += 1  # from the first window")
    other.expect_state("doubled", "Stale")


def test_a_param_changed_in_the_form_changes_what_is_fresh(flights: Path, open_pipeline: Open) -> None:
    """A param is a question asked of the whole pipeline; its answer must be the data's."""
    bench = open_pipeline(flights, "delays")
    bench.run_all()

    form = bench.page.get_by_role("form", name="Params")
    form.get_by_role("textbox", name="min_delay").fill("60")
    bench.expect_state("daily_delays", "Stale")
    bench.expect_state("departures", "Fresh")
    bench.run()
    bench.expect_state("to_warehouse", "Fresh")

    daily = plain_flights.daily_delays(plain_flights.departures(flights / "data"), min_delay=60)
    assert_same(duckdb_table(flights / "warehouse.duckdb", "daily_delays"), daily, by=DAY, days=["day"])


def test_an_empty_project_shows_how_to_begin(tmp_path: Path, start: Callable[..., RunningServer], page: Page) -> None:
    """A blank page is where most people leave."""
    project = tmp_path / "empty"
    write(project, "flowstone.yaml", "name: empty\n")

    page.goto(start(project).link)
    page.get_by_role("button", name="New pipeline").first.click()
    page.get_by_role("dialog").get_by_role("textbox").first.fill("first")
    page.keyboard.press("Enter")

    expect(page.get_by_text("This pipeline has no blocks yet")).to_be_visible()
    page.get_by_role("button", name="Add the first block").click()
    dialog = page.get_by_role("dialog", name="Add a block")
    dialog.get_by_role("searchbox").fill("sample rows")
    dialog.get_by_role("button", name="Add block").click()
    bench = Workbench(page)
    expect(bench.nodes()).to_have_count(1)
    bench.run_all()
    assert (project / "pipelines/first.yaml").is_file()
