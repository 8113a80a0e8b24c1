"""Pipelines over HTTP: shown, begun, edited without losing a word, and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.kit.web_client import WebClient
from tests.web.conftest import PIPELINE

MAIN = "/projects/demo/pipelines/main"


def texts(root: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in root.rglob("*.*") if path.is_file()}


async def edited(client: WebClient, **edit: Any) -> httpx.Response:
    etag = (await client.get(MAIN)).headers["ETag"]
    return await client.post(MAIN + "/edits", edit, headers={"If-Match": etag})


async def test_a_pipeline_shows_its_blocks_with_what_their_files_say(client: WebClient) -> None:
    """The graph, the argument strip and the params form are all drawn from this."""
    view = (await client.get(MAIN)).json()

    load, clean = view["blocks"]
    assert (view["id"], view["description"], view["problems"]) == ("main", "From A to B", [])
    assert (load["kind"], clean["kind"], clean["upstream"]) == ("loader", "transformer", ["load"])
    assert clean["inputs"] == [{"parameter": "load", "annotation": "pd.DataFrame", "upstream": "load"}]
    assert [(p["name"], p["value"], p["default"], p["origin"]) for p in clean["params"]] == [("least", 2, 1, "block")]


async def test_an_edit_changes_its_own_words_and_no_others(client: WebClient, root: Path) -> None:
    """A person's comments, order and quotes are theirs."""
    answer = await edited(client, op="set_params", block="clean", params={"least": 3})

    assert answer.status_code == 200
    assert answer.headers["ETag"] == answer.json()["etag"]
    assert (root / "pipelines/main.yaml").read_text() == PIPELINE.replace("least: 2", "least: 3")


@pytest.mark.parametrize(
    ("edit", "upstreams"),
    [
        ({"op": "disconnect", "upstream": "load", "downstream": "clean"}, {"load": [], "clean": []}),
        ({"op": "set_upstream", "block": "clean", "upstream": []}, {"load": [], "clean": []}),
        ({"op": "rename_block", "block": "load", "to": "begin"}, {"begin": [], "clean": ["begin"]}),
        ({"op": "remove_block", "block": "load"}, {"clean": []}),
        ({"op": "set_limits", "block": "load", "attempts": 3, "timeout_s": 5}, {"load": [], "clean": ["load"]}),
        ({"op": "set_description", "text": "New: words"}, {"load": [], "clean": ["load"]}),
    ],
    ids=lambda value: value.get("op", ""),
)
async def test_each_edit_is_made(client: WebClient, edit: dict[str, Any], upstreams: dict[str, list[str]]) -> None:
    """What the browser can ask for, the file can say."""
    answer = await edited(client, **edit)

    assert answer.status_code == 200, answer.text
    assert {block["id"]: block["upstream"] for block in answer.json()["blocks"]} == upstreams


async def test_a_new_block_comes_with_its_file(client: WebClient, root: Path) -> None:
    """Adding a block asks for a name and the upstreams, no more."""
    answer = await edited(client, op="add_block", id="extra", kind="transformer", upstream=["clean"])

    block = answer.json()["blocks"][-1]
    assert (block["id"], block["file"], block["upstream"]) == ("extra", "transformers/extra.py", ["clean"])
    assert "@transformer" in (root / "transformers/extra.py").read_text()
    assert (root / "pipelines/main.yaml").read_text().startswith(PIPELINE.rstrip())


async def test_a_library_block_is_copied_into_the_project(client: WebClient, root: Path) -> None:
    """What is in the project is the person's to change."""
    library = (await client.get("/library")).json()["blocks"]
    entry = next(block for block in library if block["kind"] == "loader")

    answer = await edited(client, op="add_block", id="extra", library=entry["id"])

    assert answer.status_code == 200, answer.text
    assert (root / answer.json()["blocks"][-1]["file"]).read_text() == entry["text"]


async def test_a_block_whose_name_left_a_file_behind_gets_another_file(client: WebClient, root: Path) -> None:
    """Nothing that somebody wrote is overwritten, and adding again still works."""
    (root / "loaders/extra.py").write_text("mine\n")

    answer = await edited(client, op="add_block", id="extra", kind="loader")

    assert answer.json()["blocks"][-1]["file"] == "loaders/extra_2.py"
    assert (root / "loaders/extra.py").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("edit", "status", "code"),
    [
        ({"op": "connect", "upstream": "clean", "downstream": "load"}, 422, "cycle"),
        ({"op": "connect", "upstream": "load", "downstream": "clean"}, 422, "wrong_value"),
        ({"op": "remove_block", "block": "gone"}, 422, "upstream_missing"),
        ({"op": "add_block", "id": "load", "kind": "loader"}, 422, "duplicate_key"),
        ({"op": "add_block", "id": "new", "kind": "loader", "upstream": ["gone"]}, 422, "upstream_missing"),
        ({"op": "add_block", "id": "new"}, 400, "bad_request"),
        ({"op": "add_block", "id": "new", "library": "gone"}, 404, "not_found"),
        ({"op": "add_block", "id": "Bad", "kind": "loader"}, 400, "bad_json"),
        ({"op": "dance"}, 400, "bad_json"),
    ],
)
async def test_an_edit_that_cannot_be_made_changes_no_file(
    client: WebClient, root: Path, edit: dict[str, Any], status: int, code: str
) -> None:
    """Half an edit, such as a block's file without its entry, would be litter."""
    before = texts(root)

    answer = await edited(client, **edit)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert texts(root) == before


async def test_an_edit_of_a_pipeline_that_has_changed_since_is_a_conflict(client: WebClient, root: Path) -> None:
    """An edit made on an old graph may mean something else on the new one."""
    etag = (await client.get(MAIN)).headers["ETag"]
    (root / "pipelines/main.yaml").write_text(PIPELINE + "# theirs\n")

    edit = {"op": "add_block", "id": "extra", "kind": "loader"}
    answer = await client.post(MAIN + "/edits", edit, headers={"If-Match": etag})

    assert (answer.status_code, answer.json()["error"]["details"]["text"]) == (409, PIPELINE + "# theirs\n")
    assert not (root / "loaders/extra.py").exists()


async def test_an_edit_is_undone_by_putting_the_text_back(client: WebClient, root: Path) -> None:
    """Undo must give back every byte."""
    source = (await client.get(MAIN + "/source")).json()
    await edited(client, op="remove_block", block="clean")
    etag = (await client.get(MAIN)).headers["ETag"]

    undone = await client.put(MAIN + "/source", {"text": source["text"]}, headers={"If-Match": etag})

    assert (undone.status_code, undone.json()["etag"]) == (200, source["etag"])
    assert (root / "pipelines/main.yaml").read_text() == PIPELINE


async def test_a_pipeline_is_begun_once(client: WebClient) -> None:
    """A second one of that name would be somebody else's."""
    first = await client.post("/projects/demo/pipelines", {"id": "next", "description": "What: comes"})
    second = await client.post("/projects/demo/pipelines", {"id": "next"})

    assert (first.status_code, first.json()["description"], first.json()["blocks"]) == (201, "What: comes", [])
    assert (second.status_code, second.json()["error"]["code"]) == (409, "already_exists")
    assert [p["id"] for p in (await client.get("/projects/demo")).json()["pipelines"]] == ["main", "next"]


async def test_a_broken_pipeline_says_where_and_the_project_still_opens(client: WebClient, root: Path) -> None:
    """A merge conflict in one file must not hide the others."""
    (root / "pipelines/broken.yaml").write_text("blocks:\n\t- x\n")

    project = await client.get("/projects/demo")
    broken = await client.get("/projects/demo/pipelines/broken")

    assert [bool(p["problems"]) for p in project.json()["pipelines"]] == [True, False]
    assert broken.status_code in (200, 422)
    assert "broken.yaml" in broken.text


async def test_a_block_whose_file_is_gone_is_shown_with_its_problem(client: WebClient, root: Path) -> None:
    """The graph must still be drawn, or nobody sees what to mend."""
    (root / "transformers/clean.py").unlink()

    view = (await client.get(MAIN)).json()

    assert [(block["id"], block["kind"]) for block in view["blocks"]] == [("load", "loader"), ("clean", "transformer")]
    assert [problem["code"] for problem in view["blocks"][1]["problems"]] == ["block_file_missing"]


async def test_ten_thousand_pipelines_are_listed_by_name(client: WebClient, root: Path) -> None:
    """The page of a huge project opens all the same."""
    for number in range(300):
        (root / f"pipelines/p{number:05}.yaml").write_text("blocks: {}\n")

    pipelines = (await client.get("/projects/demo")).json()["pipelines"]

    assert len(pipelines) == 301
    assert pipelines[-1]["block_count"] is None


async def test_a_param_of_a_query_has_the_type_of_the_pipelines_of_that_name(client: WebClient, root: Path) -> None:
    """SQL says nothing of types; a form that offers JSON for a whole number invites mistakes."""
    (root / "transformers/late.sql").write_text("SELECT * FROM load WHERE a > $least AND b = $other\n")
    (root / "pipelines/main.yaml").write_text(
        "params:\n  least: {type: integer, default: 2, choices: [1, 2]}\n"
        "blocks:\n  load: {file: loaders/load.py}\n  late: {file: transformers/late.sql, upstream: [load]}\n"
    )

    late = (await client.get(MAIN)).json()["blocks"][1]

    assert [(p["name"], p["type"], p["choices"], p["value"]) for p in late["params"]] == [
        ("least", "integer", [1, 2], 2),
        ("other", "json", [], None),
    ]
