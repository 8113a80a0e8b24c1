"""Texts as they stand in an editor: checked and formatted, without being saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.web_client import WebClient
from tornado.httpclient import HTTPClientError

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


LANGUAGE = "/projects/demo/language"
HOVER = {"textDocument": {"uri": "project:/loaders/load.py"}, "position": {"line": 5, "character": 6}}


async def test_the_language_service_answers_over_a_socket_to_who_shows_the_key(client: WebClient) -> None:
    """What it knows of the code is no business of other pages on this machine."""
    socket = await client.connect(path=LANGUAGE)
    await socket.say(op="hello", key=client.key)
    text = "def load() -> int:\n    return 1\n"
    opened = {"uri": "project:/loaders/load.py", "languageId": "python", "version": 0, "text": text}

    await socket.say(jsonrpc="2.0", id=1, method="initialize", params={})
    welcome = await socket.hear()
    await socket.say(jsonrpc="2.0", method="textDocument/didOpen", params={"textDocument": opened})
    await socket.say(
        jsonrpc="2.0", id=2, method="textDocument/hover", params=HOVER | {"position": {"line": 0, "character": 5}}
    )
    hover = await socket.hear()

    assert welcome["result"]["capabilities"]["hoverProvider"] is True
    assert "def load() -> int" in hover["result"]["contents"]["value"]
    socket.close()


async def test_a_stranger_hears_nothing_from_the_language_service(stranger: WebClient, client: WebClient) -> None:
    """A second socket is a second door."""
    no_session = await stranger.connect(path=LANGUAGE)
    wrong_key = await client.connect(path=LANGUAGE)
    await wrong_key.say(op="hello", key="wrong")
    no_hello = await client.connect(path=LANGUAGE)
    await no_hello.say(jsonrpc="2.0", id=1, method="initialize", params={})

    for socket in (no_session, wrong_key, no_hello):
        assert (await socket.hear(), socket.close_code) == (None, 4401)


async def test_signing_out_ends_the_talk(client: WebClient) -> None:
    """A session that has ended has ended everywhere."""
    socket = await client.connect(path=LANGUAGE)
    await socket.say(op="hello", key=client.key)
    await socket.say(jsonrpc="2.0", id=1, method="initialize", params={})
    await socket.hear()

    await client.post("/sign-out")

    assert (await socket.hear(), socket.close_code) == (None, 4401)


async def test_a_project_that_is_not_there_and_a_message_that_is_none_end_the_socket(client: WebClient) -> None:
    """Each with its own code, so that a browser knows whether to come again."""
    unknown = await client.connect(path="/projects/other/language")
    await unknown.say(op="hello", key=client.key)
    babble = await client.connect(path=LANGUAGE)
    await babble.say(op="hello", key=client.key)
    await babble.say_text("[")

    assert (await unknown.hear(), unknown.close_code) == (None, 4404)
    assert (await babble.hear(), babble.close_code) == (None, 4400)


@pytest.mark.parametrize("origin", ["http://evil.example", None])
async def test_a_page_of_another_origin_gets_no_socket(client: WebClient, origin: str | None) -> None:
    """Cross-site socket hijacking is how others were taken over."""
    with pytest.raises(HTTPClientError, match="403"):
        await client.connect({"Origin": origin}, path=LANGUAGE)
