"""Projects on the shelf: opened beside the server, and what happens when one cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.web_client import WebClient
from tests.web.conftest import Benches, Clock

from flowstone.errors.source import SyntaxInvalid
from flowstone.errors.store import AlreadyExists, NotFound, ProjectBusy
from flowstone.web.application import serve


async def test_a_projects_page_has_what_it_holds(client: WebClient, root: Path) -> None:
    """The first page after the link."""
    await client.post("/projects/demo/pipelines/main/runs", {"run": "mine"})

    listed = (await client.get("/projects")).json()
    view = (await client.get("/projects/demo")).json()

    assert listed == [{"id": "demo", "name": "demo", "root": str(root)}]
    assert [(p["id"], p["block_count"], p["last_runs"][0]["id"]) for p in view["pipelines"]] == [("main", 2, "mine")]
    assert (view["profile"], [run["id"] for run in view["recent_runs"]]) == ("local", ["mine"])


async def test_a_second_server_of_a_project_says_who_holds_it(root: Path, state: Path) -> None:
    """Two servers that write one project would lose each other's words."""
    first = await serve([root], state=state)
    await first.opened()
    second = await serve([root], state=state / "second")

    with pytest.raises(ProjectBusy):
        await second.opened()
    async with WebClient(second) as client:
        await client.sign_in()
        answer = await client.get("/projects/demo")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "project_busy")
    await second.close()
    await first.close()


@pytest.mark.parametrize(("text", "error"), [(None, NotFound), ("name: [", SyntaxInvalid)])
async def test_a_folder_that_is_no_project_is_said_to_be_none(
    root: Path, state: Path, benches: Benches, text: str | None, error: type[Exception]
) -> None:
    """A typo on the command line must not serve an empty page."""
    (root / "flowstone.yaml").unlink()
    if text is not None:
        (root / "flowstone.yaml").write_text(text)
    server = await serve([root], state=state, open_workbench=benches.open)

    with pytest.raises(error):
        await server.opened()

    await server.close()


async def test_two_projects_of_one_id_are_refused(root: Path, state: Path, benches: Benches) -> None:
    """Their paths would lead to whichever came first."""
    server = await serve([root, root], state=state, open_workbench=benches.open)

    with pytest.raises(AlreadyExists):
        await server.opened()

    await server.close()


async def test_a_server_that_stops_lets_go_of_its_projects(
    root: Path, state: Path, benches: Benches, clock: Clock
) -> None:
    """The next start must find the project free, and the browser must know at once."""
    server = await serve([root], state=state, open_workbench=benches.open, clock=clock)
    await server.opened()
    async with WebClient(server) as client:
        await client.sign_in()
        socket = await client.following("project:demo")

        await server.close()

        assert (await socket.hear(), socket.close_code) == (None, 1001)
    assert benches.only.is_closed


async def test_the_sample_goes_only_into_a_project_without_pipelines(client: WebClient, root: Path) -> None:
    """What is somebody's own is not mixed with an example."""
    refused = await client.post("/projects/demo/sample")
    for pipeline in (root / "pipelines").iterdir():
        pipeline.unlink()
    (root / "connections.yaml").write_text("profiles: {local: {}}\n")
    (root / "loaders/flights.py").write_text("MINE = 1\n")
    taken = await client.post("/projects/demo/sample")
    (root / "loaders/flights.py").unlink()
    added = await client.post("/projects/demo/sample")

    assert [answer.status_code for answer in (refused, taken, added)] == [409, 409, 201]
    assert added.json()["id"] == "delays"
    assert (root / "connections.yaml").read_text() == "profiles: {local: {}}\n"
