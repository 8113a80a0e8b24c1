"""Texts as they stand in an editor: checked and formatted, without being saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.web_client import WebClient

from flowstone.web.wire.language import MAX_CODE_CHARACTERS

LINT = "/projects/demo/lint"
FORMAT = "/projects/demo/format"


async def test_a_text_is_checked_as_it_stands_in_the_editor(client: WebClient, root: Path) -> None:
    """What is on disk is what one has just changed."""
    before = (root / "loaders/load.py").read_text()

    answer = await client.post(LINT, {"path": "loaders/load.py", "text": "x = wrong\n"})

    assert answer.status_code == 200
    [found] = answer.json()["findings"]
    assert (found["start"], found["end"], found["code"], found["severity"]) == (4, 9, "F821", "error")
    assert (root / "loaders/load.py").read_text() == before


async def test_sql_is_checked_in_the_words_of_its_engine(client: WebClient, root: Path) -> None:
    """BigQuery's backticks are no error in a block that runs there."""
    (root / "connections.yaml").write_text("profiles:\n  local:\n    house: {type: bigquery, project: p}\n")
    opened = await client.server.site.services.shelf.project("demo")
    await opened.load_project()
    text = "select `a-b`.c from `p.d.t`"

    there = await client.post(LINT, {"path": "transformers/a.sql", "text": text, "engine": "house"})
    here = await client.post(LINT, {"path": "transformers/a.sql", "text": text})

    assert there.json() == {"findings": []}
    assert len(here.json()["findings"]) == 1


async def test_a_text_is_formatted_and_one_with_an_error_is_not(client: WebClient) -> None:
    """Formatting must never eat code."""
    right = await client.post(FORMAT, {"path": "loaders/load.py", "text": "x = { 'a':1 }"})
    wrong = await client.post(FORMAT, {"path": "loaders/load.py", "text": "def f(:"})
    other = await client.post(FORMAT, {"path": "notes/a.md", "text": "# a"})

    assert right.json() == {"text": 'x = {"a": 1}\n'}
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "format_refused")
    assert other.status_code == 400


@pytest.mark.parametrize("path", ["../outside.py", "/etc/x.py", "a/../../b.py", ".flowstone/x.py"])
async def test_a_path_that_leaves_the_project_is_refused(client: WebClient, path: str) -> None:
    """ruff looks for settings where the path says."""
    for route in (LINT, FORMAT):
        answer = await client.post(route, {"path": path, "text": "x = 1"})
        assert answer.status_code == 400, answer.text


async def test_a_text_has_its_bound(client: WebClient) -> None:
    """A tool is started for each of them."""
    longest = await client.post(LINT, {"path": "notes/a.md", "text": "#" * MAX_CODE_CHARACTERS})
    longer = await client.post(LINT, {"path": "notes/a.md", "text": "#" * (MAX_CODE_CHARACTERS + 1)})

    assert (longest.status_code, longer.status_code) == (200, 400)
