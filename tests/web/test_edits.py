"""Drawing, pasting, and taking back over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from tests.kit.web_client import WebClient
from tests.web.conftest import PIPELINE

MAIN = "/projects/demo/pipelines/main"


async def edited(client: WebClient, **edit: Any) -> httpx.Response:
    etag = (await client.get(MAIN)).headers["ETag"]
    return await client.post(MAIN + "/edits", edit, headers={"If-Match": etag})


async def changed(client: WebClient, was: str, becomes: str, files: list[dict[str, Any]]) -> httpx.Response:
    etag = (await client.get(MAIN)).headers["ETag"]
    body = {"was": was, "becomes": becomes, "files": files}
    return await client.post(MAIN + "/changes", body, headers={"If-Match": etag})


def back(change: dict[str, Any]) -> tuple[str, str, list[dict[str, Any]]]:
    """What takes a change back."""
    files = [{"path": f["path"], "was": f["becomes"], "becomes": f["was"]} for f in change["files"]]
    return change["becomes"], change["was"], files


async def test_where_people_put_blocks_is_in_the_pipelines_text(client: WebClient, root: Path) -> None:
    """Nothing that a person did lives only in a database, and their comments stay."""
    await edited(client, op="set_layout", spots={"load": {"x": 40, "y": -8}, "clean": {"x": 1, "y": 2}})
    await edited(client, op="set_group", group="raw", title="Raw data", color="blue", blocks=["load"])

    answer = await edited(client, op="set_layout", spots={"clean": None})

    view = answer.json()
    assert view["layout"] == {"load": {"x": 40, "y": -8}}
    assert [(group["id"], group["title"], group["blocks"]) for group in view["groups"]] == [
        ("raw", "Raw data", ["load"])
    ]
    drawn = "groups:\n  raw: {title: Raw data, color: blue, blocks: [load]}\nlayout:\n  load: [40, -8]\n"
    assert (root / "pipelines/main.yaml").read_text() == PIPELINE + drawn


async def test_a_block_that_goes_leaves_group_and_layout(client: WebClient, root: Path) -> None:
    """What names a block that is gone would be a warning for ever."""
    await edited(client, op="set_layout", spots={"load": {"x": 40, "y": -8}})
    await edited(client, op="set_group", group="raw", blocks=["load"])

    answer = await edited(client, op="remove_block", block="load")

    assert (answer.json()["groups"], answer.json()["layout"]) == ([], {})
    assert [problem["code"] for problem in answer.json()["problems"]] == ["signature"]
    assert "layout" not in (root / "pipelines/main.yaml").read_text()


async def test_a_block_put_into_a_connection_is_one_edit(client: WebClient, root: Path) -> None:
    """Half of an insertion would leave a pipeline that nobody asked for."""
    steps = [
        {"op": "add_block", "id": "between", "kind": "transformer", "upstream": ["load"]},
        {"op": "set_upstream", "block": "clean", "upstream": ["between"]},
    ]

    answer = await edited(client, op="several", edits=steps)

    assert {block["id"]: block["upstream"] for block in answer.json()["blocks"]} == {
        "load": [],
        "clean": ["between"],
        "between": ["load"],
    }
    refused = await edited(client, op="several", edits=[{**steps[0], "id": "more"}, {**steps[1], "block": "gone"}])
    assert refused.status_code == 422
    assert not (root / "transformers/more.py").exists()


async def test_a_deleted_file_comes_back_with_its_block(client: WebClient, root: Path) -> None:
    """Destructive actions are undone, not confirmed."""
    code = (root / "transformers/clean.py").read_text()
    gone = (await edited(client, op="remove_block", block="clean", delete_file=True)).json()
    assert not (root / "transformers/clean.py").exists()
    kept = (await client.get("/projects/demo/tree/deleted")).json()

    answer = await changed(client, *back(gone["change"]))

    assert [one["path"] for one in kept] == ["transformers/clean.py"], "a page that is loaded anew has no undo"
    assert (answer.status_code, answer.json()["is_merged"]) == (200, False)
    assert (root / "transformers/clean.py").read_text() == code
    assert (root / "pipelines/main.yaml").read_text() == PIPELINE


async def test_a_file_that_another_block_uses_stays(client: WebClient, root: Path) -> None:
    """One pipeline's tidying must not break another."""
    (root / "pipelines/other.yaml").write_text("blocks:\n  mine: {file: transformers/clean.py}\n")

    gone = (await edited(client, op="remove_block", block="clean", delete_file=True)).json()

    assert (gone["change"]["files"], gone["kept_files"]) == ([], ["transformers/clean.py"])
    assert (root / "transformers/clean.py").exists()


async def test_a_file_that_cannot_be_deleted_stays_and_the_edit_has_its_undo(client: WebClient, root: Path) -> None:
    """The pipeline is saved by then: an error would say that nothing happened, and take the undo with it."""
    (root / "transformers/clean.py").write_bytes(b"# caf\xe9\n")

    gone = await edited(client, op="remove_block", block="clean", delete_file=True)

    assert (gone.status_code, gone.json()["kept_files"]) == (200, ["transformers/clean.py"])
    assert (root / "transformers/clean.py").read_bytes() == b"# caf\xe9\n"
    await changed(client, *back(gone.json()["change"]))
    assert (root / "pipelines/main.yaml").read_text() == PIPELINE


async def test_undo_takes_back_its_edit_and_no_other(client: WebClient, root: Path) -> None:
    """Somebody else's work must outlive my undo."""
    file = root / "pipelines/main.yaml"
    mine = (await edited(client, op="add_block", id="extra", kind="loader")).json()
    file.write_text(file.read_text().replace("least: 2", "least: 5"))

    answer = await changed(client, *back(mine["change"]))

    assert (answer.json()["is_merged"], answer.json()["kept_files"]) == (True, [])
    assert file.read_text() == PIPELINE.replace("least: 2", "least: 5")
    assert not (root / "loaders/extra.py").exists()


async def test_undo_over_the_same_words_is_refused_and_leaves_all(client: WebClient, root: Path) -> None:
    """Never lose what somebody wrote: say so instead."""
    file = root / "pipelines/main.yaml"
    mine = (await edited(client, op="set_params", block="clean", params={"least": 3})).json()
    file.write_text(file.read_text().replace("least: 3", "least: 5"))

    answer = await changed(client, *back(mine["change"]))

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "merge_conflict")
    assert "least: 5" in file.read_text()


async def test_undo_that_would_break_the_pipeline_anew_is_refused(client: WebClient, root: Path) -> None:
    """That a pipeline has one fault is no reason to give it another of the kind."""
    file = root / "pipelines/main.yaml"
    mine = (await edited(client, op="add_block", id="extra", kind="loader")).json()
    more = "  one: {file: loaders/load.py, upstream: [nowhere]}\n  two: {file: loaders/load.py, upstream: [extra]}\n"
    head, line, tail = file.read_text().partition("  load:")
    file.write_text(head + more + line + tail)

    answer = await changed(client, *back(mine["change"]))

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "merge_conflict")
    assert "extra" in file.read_text()


async def test_a_file_in_which_somebody_wrote_stays_when_its_block_goes(client: WebClient, root: Path) -> None:
    """Code is the person's, whatever becomes of the graph."""
    mine = (await edited(client, op="add_block", id="extra", kind="loader")).json()
    (root / "loaders/extra.py").write_text("# my own words\n")

    answer = await changed(client, *back(mine["change"]))

    assert answer.json()["kept_files"] == ["loaders/extra.py"]
    assert (root / "loaders/extra.py").read_text() == "# my own words\n"


async def test_a_change_touches_block_files_alone(client: WebClient, root: Path) -> None:
    """Undo is no way to delete whatever one likes."""
    text = (root / "flowstone.yaml").read_text()

    for path in ("flowstone.yaml", "../outside.py", ".flowstone/x.py"):
        answer = await changed(client, PIPELINE, PIPELINE, [{"path": path, "was": text, "becomes": None}])
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "path_refused"), path

    used = (root / "loaders/load.py").read_text()
    answer = await changed(client, PIPELINE, PIPELINE, [{"path": "loaders/load.py", "was": used, "becomes": None}])
    assert answer.json()["kept_files"] == ["loaders/load.py"]


async def test_copied_blocks_are_pasted_with_files_of_their_own(client: WebClient, root: Path) -> None:
    """A copy is there to be changed, and the original is not."""
    text = (await client.get(MAIN + "/fragment?blocks=load,clean")).json()["text"]
    assert text.startswith("blocks:\n  load:")

    answer = await edited(client, op="paste_blocks", text=text, keep_inputs=True, spots={"load": {"x": 1, "y": 2}})

    view = answer.json()
    assert [(block["id"], block["file"], block["upstream"]) for block in view["blocks"][2:]] == [
        ("load_2", "loaders/load_2.py", []),
        ("clean_2", "transformers/clean_2.py", ["load_2"]),
    ]
    assert (view["blocks"][3]["own_params"], view["layout"]) == ({"least": 2}, {"load_2": {"x": 1, "y": 2}})
    assert (root / "loaders/load_2.py").read_text() == (root / "loaders/load.py").read_text()


async def test_one_copied_block_goes_on_reading_what_it_read(client: WebClient) -> None:
    """Somebody tries a second way of cleaning the same rows."""
    text = (await client.get(MAIN + "/fragment?blocks=clean")).json()["text"]

    kept = await edited(client, op="paste_blocks", text=text, keep_inputs=True, same_files=True)
    bare = await edited(client, op="paste_blocks", text=text)

    assert [(b["upstream"], b["file"]) for b in kept.json()["blocks"][2:]] == [(["load"], "transformers/clean.py")]
    assert bare.json()["blocks"][3]["upstream"] == []
    assert bare.json()["blocks"][3]["file"] == "transformers/clean_3.py"


async def test_what_is_no_pipeline_cannot_be_pasted(client: WebClient, root: Path) -> None:
    """The clipboard may hold anything."""
    answer = await edited(client, op="paste_blocks", text="[" * 5_000)

    assert answer.status_code == 422
    assert (root / "pipelines/main.yaml").read_text() == PIPELINE
