"""Figures and objects through the API: as JSON with their content types; HTML has no way out of its frame."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.kit.web_client import WebClient

from flowstone.web.application import Server, serve
from flowstone.web.frame import FRAME_PATH

RUNS = "/projects/demo/pipelines/main/runs"
HEAD = "import pandas as pd\nfrom flowstone import Outputs, loader\n\n"
KINDS = """
class Page:
    def _repr_html_(self):
        return "<script>alert(1)</script>"


@loader
def load():
    return Outputs(page=Page(), things={1, 2}, mixed=pd.DataFrame({"a": [1, "x"]}), plain=[1])
"""


@pytest.fixture
async def server(root: Path, state: Path) -> AsyncIterator[Server]:
    """A server with the real engine behind it."""
    server = await serve([root], state=state)
    await server.opened()
    yield server
    await server.close()


async def loaded(client: WebClient, root: Path) -> dict[str, dict[str, Any]]:
    """Run the loader, and return its outputs by name."""
    socket = await client.following("project:demo")
    (root / "loaders/load.py").write_text(HEAD + KINDS)
    await client.post(RUNS, {"run": "first", "blocks": ["load"]})
    while (run := (await socket.hear_happening("run_changed"))["happening"]["run"])["state"] == "running":
        pass
    assert run["state"] == "done"
    answer = (await client.get("/projects/demo/runs/first")).json()
    block = next(block for block in answer["blocks"] if block["id"] == "load")
    return {output["name"]: output for output in block["outputs"]}


async def test_each_kind_says_what_it_is_and_is_read_as_json(client: WebClient, root: Path) -> None:
    """The browser must know what it is about to show before it asks for it."""
    outputs = await loaded(client, root)

    values = {
        name: (await client.get(f"/projects/demo/outputs/{outputs[name]['hash']}/value"))
        for name in ("page", "things", "plain")
    }

    assert {name: (output["kind"], output["type"]) for name, output in outputs.items()} == {
        "page": ("rich", "loaders.load.Page"),
        "things": ("object", "set"),
        "mixed": ("table", "pandas.DataFrame"),
        "plain": ("json", None),
    }
    assert outputs["page"]["content_types"] == ["text/html", "text/plain"]
    assert outputs["mixed"]["warnings"][0] == "Column 'a' holds int and str, and is shown as text"
    assert {answer.headers["Content-Type"].partition(";")[0] for answer in values.values()} == {"application/json"}
    assert values["page"].json()["content"]["text/html"] == "<script>alert(1)</script>"
    assert values["things"].json()["value"] == [1, 2]


async def test_a_pickle_is_not_for_the_browser(client: WebClient, root: Path) -> None:
    """The server neither opens one nor hands it out."""
    outputs = await loaded(client, root)
    exact = (await client.get(f"/projects/demo/outputs/{outputs['things']['hash']}/value")).json()["exact"]

    answers = [await client.get(f"/projects/demo/outputs/{exact}/{part}") for part in ("value", "rows")]

    assert [answer.json()["error"]["code"] for answer in answers] == ["query_refused"] * 2
    assert b"flowstone pickle" not in b"".join(answer.content for answer in answers)


async def test_the_frame_for_html_has_no_origin_and_no_network(client: WebClient, server: Server) -> None:
    """A script in somebody's output must find neither the session nor a way to send what it sees."""
    frame = await client.http.get(FRAME_PATH, headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"})
    foreign = await client.http.get(FRAME_PATH, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    page = await client.http.get("/")
    policy = dict(part.split(" ", 1) for part in frame.headers["Content-Security-Policy"].split("; "))

    assert frame.status_code == 200
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert not {"connect-src", "frame-src", "worker-src"} & policy.keys()
    assert "http" not in frame.headers["Content-Security-Policy"]
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert foreign.status_code == 403
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
