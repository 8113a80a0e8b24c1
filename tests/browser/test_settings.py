"""What a person sets, and what they are shown for it: params, profiles, a block's settings, and where an error is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.conftest import Open, enter
from tests.browser.test_access import AXE, findings, settled
from tests.kit.browser import RunningServer, Visitor, until
from tests.kit.browser_workbench import Workbench
from tests.kit.small_projects import replace_in, write, write_project, write_three

SCALED = {
    "loaders/numbers.py": "@loader\ndef numbers():\n    return pd.DataFrame({'n': [1, 2, 3]})\n",
    "transformers/scaled.py": """
        from typing import Literal

        from lib.scale import scale

        @transformer
        def scaled(numbers, *, factor: int = 2, how: Literal["up", "down"] = "up", strict: bool = False):
            return scale(numbers, factor)
    """,
}
SCALED_LINE = """
    blocks:
      numbers: {file: loaders/numbers.py}   # a comment
      scaled:  {file: transformers/scaled.py, upstream: [numbers], params: {factor: 3}}
"""
SCALE = {"lib/__init__.py": "", "lib/scale.py": "def scale(frame, factor):\n    return frame * factor\n"}
TWO_PROFILES = """
    profiles:
      local:
        lake: {type: local, path: lake}
      cloud:
        lake: {type: gcs, bucket: "${env:BUCKET_OF_NOBODY}"}
"""


def scaled(root: Path) -> Path:
    return write_project(root, SCALED_LINE, SCALED, SCALE)


def settings(bench: Workbench, block: str) -> Locator:
    bench.choose(block)
    bench.open_tab(block, "Settings")
    return bench.page.get_by_role("region", name=f"Settings of {block}")


def yaml(root: Path) -> str:
    return (root / "pipelines/line.yaml").read_text(encoding="utf-8")


def test_a_blocks_settings_are_edits_of_its_yaml_and_can_be_undone(tmp_path: Path, open_pipeline: Open) -> None:
    """The form and the file say the same, and nothing else of the file is touched."""
    root = scaled(tmp_path / "small")
    before = yaml(root)
    bench = open_pipeline(root, "line")
    bench.run_all()
    form = settings(bench, "scaled")

    form.get_by_label("how", exact=True).select_option("down")
    form.get_by_label("factor", exact=True).fill("5")
    form.get_by_label("Timeout", exact=True).fill("10m")
    form.get_by_label("Timeout", exact=True).press("Enter")

    params = "params: {factor: 5, how: down}"
    until(lambda: params in yaml(root) and "timeout: 10m" in yaml(root), what="the edits in the file")
    assert "# a comment" in yaml(root)
    bench.expect_state("scaled", "Stale")
    for _ in range(3):
        bench.button("Undo").click()
    until(lambda: yaml(root) == before, what="the file as it was")
    expect(form.get_by_label("factor", exact=True)).to_have_value("3")
    bench.expect_state("scaled", "Fresh")


def test_a_blocks_rules_are_edits_of_its_yaml(tmp_path: Path, open_pipeline: Open) -> None:
    """A condition that is typed into a form holds in the scheduled run as well."""
    root = scaled(tmp_path / "small")
    bench = open_pipeline(root, "line")
    form = settings(bench, "scaled")

    form.get_by_label("Runs when", exact=True).fill("numbers.rows > 5")
    form.get_by_label("Runs when", exact=True).press("Enter")
    until(lambda: "when: numbers.rows > 5" in yaml(root), what="the condition in the file")
    form.get_by_label("After a failure", exact=True).select_option("stop")
    until(lambda: "on_failure: stop" in yaml(root), what="the policy in the file")
    bench.run()

    bench.expect_state("numbers", "Fresh")
    bench.expect_state("scaled", "Not run yet")
    assert "# a comment" in yaml(root)


def test_a_wrong_setting_is_said_at_its_field_and_not_kept(tmp_path: Path, open_pipeline: Open) -> None:
    """A word at the field costs a second; a run that fails costs a minute."""
    root = scaled(tmp_path / "small")
    before = yaml(root)
    form = settings(open_pipeline(root, "line"), "scaled")

    form.get_by_label("factor", exact=True).fill("many")
    form.get_by_label("factor", exact=True).press("Enter")
    form.get_by_label("Attempts", exact=True).fill("0")
    form.get_by_label("Attempts", exact=True).press("Enter")

    expect(form.get_by_label("factor", exact=True)).to_have_accessible_description("A whole number, like 42.")
    expect(form.get_by_label("Attempts", exact=True)).to_have_accessible_description("A whole number from 1 to 100.")
    assert yaml(root) == before


@pytest.mark.parametrize("how", ["button", "keys"])
def test_a_setting_typed_just_before_a_run_is_what_runs(tmp_path: Path, open_pipeline: Open, how: str) -> None:
    """What stands in the field is what one sees; a run with another value lies."""
    root = scaled(tmp_path / "small")
    bench = open_pipeline(root, "line")
    form = settings(bench, "scaled")
    field = form.get_by_label("factor", exact=True)
    field.fill("7")

    if how == "button":
        bench.button("Run scaled").click()
    else:
        field.press("Shift+Enter")

    bench.expect_state("scaled", "Fresh")
    assert "factor: 7" in yaml(root)
    bench.open_tab("scaled", "Data")
    expect(bench.grid("scaled").box).to_contain_text("21")


def test_a_param_goes_back_to_its_default(tmp_path: Path, open_pipeline: Open) -> None:
    """What nobody sets should not stand in the file."""
    root = scaled(tmp_path / "small")
    form = settings(open_pipeline(root, "line"), "scaled")

    form.get_by_role("button", name="Reset factor").click()

    until(lambda: "factor" not in yaml(root), what="the param gone from the file")
    expect(form.get_by_label("factor", exact=True)).to_have_value("2")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_in_settings(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor, dark: bool
) -> None:
    """A form that a screen reader cannot read is no form."""
    root = scaled(tmp_path / "small")
    write(root, "connections.yaml", TWO_PROFILES)
    page, _ = visitor.window(dark=dark, bypass_csp=True)
    bench = enter(page, start(root), "line")
    form = settings(bench, "scaled")
    form.get_by_label("factor", exact=True).fill("many")
    form.get_by_label("factor", exact=True).press("Enter")
    page.get_by_label("Profile").select_option("cloud")
    expect(page.get_by_text("BUCKET_OF_NOBODY").first).to_be_visible()

    assert findings(settled(page)) == []


def test_a_profile_whose_variable_is_missing_says_which(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """One looks at the cloud's profile before the cloud is set up; the page must stand that."""
    root = scaled(tmp_path / "small")
    write(root, "connections.yaml", TWO_PROFILES)
    page, watched = visitor.window()
    watched.expect("422")
    bench = enter(page, start(root), "line")

    page.get_by_label("Profile").select_option("cloud")

    said = page.get_by_role("status").filter(has_text="Nothing can run yet")
    expect(said).to_contain_text("BUCKET_OF_NOBODY")
    bench.expect_state("scaled", "Not run yet")
    page.reload()
    expect(said).to_contain_text("BUCKET_OF_NOBODY")
    page.get_by_label("Profile").select_option("local")
    expect(said).to_have_count(0)
    bench.run_all()


def test_windows_with_different_params_do_not_disturb_each_other(
    tmp_path: Path, start: Callable[..., RunningServer], visitor: Visitor
) -> None:
    """What is fresh for one's own question is not fresh for another's."""
    page, _ = visitor.window()
    bench = enter(page, start(write_three(tmp_path / "three")), "line")
    second = page.context.new_page()
    second.goto(page.url)
    other = Workbench(second)
    bench.run_all()
    other.expect_each("Fresh")

    other.page.get_by_role("form", name="Params").get_by_role("textbox", name="rows").fill("5")
    other.expect_each("Stale")
    other.node("numbers").get_by_role("note").hover()
    expect(other.reasons("numbers")).to_contain_text("param rows 3 → 5")
    bench.expect_each("Fresh")
    other.run_all()

    other.expect_each("Fresh")
    bench.expect_each("Fresh")


def test_a_frame_of_an_error_leads_to_its_line_and_an_edit_makes_the_failure_stale(
    tmp_path: Path, open_pipeline: Open
) -> None:
    """From the error to the repair in a click; and once repaired, nobody should be told that it fails."""
    root = scaled(tmp_path / "small")
    replace_in(root, "lib/scale.py", "return frame * factor", 'raise ValueError("no scale")')
    bench = open_pipeline(root, "line")
    bench.run()
    bench.expect_state("scaled", "Failed")
    card = bench.choose("scaled")

    card.get_by_role("button", name="transformers/scaled.py:").click()

    expect(bench.editor("scaled")).to_be_focused()
    expect(card.locator(".cm-activeLine")).to_have_text(re.compile(r"return scale\(numbers, factor\)"))
    replace_in(root, "lib/scale.py", 'raise ValueError("no scale")', "return frame * factor")
    bench.expect_state("scaled", "Stale")
    bench.node("scaled").get_by_role("note").hover()
    expect(bench.reasons("scaled")).to_contain_text("changed since it failed")
    bench.run_all()
