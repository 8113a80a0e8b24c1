"""Files as a whole: moved, deleted and put back, brought in, searched and looked at, over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.kit.browser import until
from tests.kit.web_client import API, WebClient

EDITS = "/projects/demo/tree/edits"
UPLOADS = "/projects/demo/uploads/"
BYTES = {"Content-Type": "application/octet-stream"}


async def edited(client: WebClient, **edit: str) -> dict[str, object]:
    answer = await client.post(EDITS, edit)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def uploaded(client: WebClient, path: str, content: bytes, **query: int) -> httpx.Response:
    return await client.ask("PUT", UPLOADS + path, content=content, headers=BYTES, params=query)


def drafts(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith(".flowstone-")]


async def paths(client: WebClient) -> set[str]:
    return {entry["path"] for entry in (await client.get("/projects/demo/tree")).json()["entries"]}


async def test_a_block_file_that_moves_keeps_its_blocks_and_undo_takes_it_back(root: Path, client: WebClient) -> None:
    """Renaming a file must not break the pipelines that use it, nor cost their comments."""
    yaml = root / "pipelines/main.yaml"
    before = yaml.read_text()

    moved = await edited(client, op="move", path="loaders/load.py", to="sources/orders/load_orders.py")

    assert moved["pipelines"] == ["main"]
    assert yaml.read_text() == before.replace("loaders/load.py", "sources/orders/load_orders.py")
    assert (root / "sources/orders/load_orders.py").exists()
    undo = moved["undo"]
    assert isinstance(undo, dict)
    await edited(client, **undo)
    assert yaml.read_text() == before
    assert (root / "loaders/load.py").exists()


async def test_a_folder_that_moves_takes_the_blocks_below_it_along(root: Path, client: WebClient) -> None:
    """Somebody who tidies up moves folders, not files."""
    moved = await edited(client, op="move", path="loaders", to="in/loaders")

    assert moved["pipelines"] == ["main"]
    assert "file: in/loaders/load.py" in (root / "pipelines/main.yaml").read_text()
    assert await paths(client) >= {"in", "in/loaders", "in/loaders/load.py"}


async def test_what_was_deleted_comes_back_with_undo_and_from_the_trash(root: Path, client: WebClient) -> None:
    """Deleting asks nothing, so it must cost nothing."""
    text = (root / "transformers/clean.py").read_text()

    gone = await edited(client, op="delete", path="transformers")
    trash = (await client.get("/projects/demo/tree/deleted")).json()
    undo = gone["undo"]

    assert gone["pipelines"] == ["main"]
    assert [one["path"] for one in trash] == ["transformers"]
    assert not (root / "transformers").exists()
    assert isinstance(undo, dict)
    again = await edited(client, **undo)
    assert (root / "transformers/clean.py").read_text() == text
    assert again["undo"] == {"op": "delete", "path": "transformers"}
    assert (await client.get("/projects/demo/tree/deleted")).json() == []


async def test_nothing_that_is_there_is_overwritten(root: Path, client: WebClient) -> None:
    """A move onto another file would lose it without a word."""
    (root / "notes.md").write_text("mine")
    gone = await edited(client, op="delete", path="notes.md")
    (root / "notes.md").write_text("another")

    onto = await client.post(EDITS, {"op": "move", "path": "loaders/load.py", "to": "transformers/clean.py"})
    onto_folder = await client.post(EDITS, {"op": "move", "path": "loaders", "to": "transformers"})
    back = await client.post(EDITS, gone["undo"])

    assert [answer.status_code for answer in (onto, onto_folder, back)] == [409, 409, 409]
    assert (root / "notes.md").read_text() == "another"
    assert (root / "loaders/load.py").exists()


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"op": "move", "path": "flowstone.yaml", "to": "x.yaml"}, "path_refused"),
        ({"op": "delete", "path": "flowstone.yaml"}, "path_refused"),
        ({"op": "move", "path": "loaders", "to": "loaders/below"}, "path_refused"),
        ({"op": "move", "path": "gone.py", "to": "here.py"}, "not_found"),
        ({"op": "delete", "path": "gone"}, "not_found"),
        ({"op": "restore", "deleted": "0000000000000-000000000000"}, "not_found"),
        ({"op": "move", "path": "pipelines/main.yaml", "to": "pipelines/Main Line.yaml"}, "bad_id"),
        ({"op": "make_folder", "path": "loaders"}, "already_exists"),
        ({"op": "make_folder", "path": "n" * 65}, "path_refused"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_words(client: WebClient, edit: dict[str, str], code: str) -> None:
    """Each refusal leaves everything where it was."""
    before = await paths(client)

    answer = await client.post(EDITS, edit)

    assert answer.json()["error"]["code"] == code
    assert await paths(client) == before


async def test_a_file_comes_in_whole_and_can_be_taken_away_again(root: Path, client: WebClient) -> None:
    """Data files are brought in by hand all the time."""
    content = bytes(range(256)) * 20_000

    came = await uploaded(client, "inbox/all.bin", content)
    taken = await uploaded(client, "inbox/all.bin", b"other")
    replaced = await uploaded(client, "inbox/all.bin", b"other", replace=1)

    assert came.json()["size_bytes"] == len(content)
    assert taken.status_code == 409
    assert (root / "inbox/all.bin").read_bytes() == b"other"
    await edited(client, **replaced.json()["undo"])
    await edited(client, op="restore", deleted=replaced.json()["replaced"]["id"])
    assert (root / "inbox/all.bin").read_bytes() == content


async def test_an_upload_that_breaks_off_leaves_nothing(root: Path, client: WebClient) -> None:
    """A torn file would be read as if it were whole."""
    head = [f"PUT {API}{UPLOADS}torn.csv HTTP/1.1", f"Host: 127.0.0.1:{client.server.port}", "Content-Length: 9000000"]
    head += [f"{name}: {value}" for name, value in (client.credentials() | BYTES).items()]
    _, writer = await asyncio.open_connection("127.0.0.1", client.server.port)

    writer.write("\r\n".join([*head, "", ""]).encode() + b"x" * 3_000_000)
    await writer.drain()
    await asyncio.to_thread(until, lambda: drafts(root), what="the draft")
    writer.close()
    await asyncio.to_thread(until, lambda: not drafts(root), what="the draft's end")

    assert "torn.csv" not in await paths(client)


async def test_words_are_found_in_names_and_lines(root: Path, client: WebClient) -> None:
    """Search says where: the line, and what of it."""
    (root / "notes.md").write_text("first\n    the LEAST of it\n")

    plain = (await client.get("/projects/demo/search", params={"text": "least"})).json()
    exact = (await client.get("/projects/demo/search", params={"text": "LEAST", "case": 1})).json()
    pattern = (await client.get("/projects/demo/search", params={"text": r"^def \w+", "regex": 1})).json()

    assert {file["path"] for file in plain["files"]} == {"notes.md", "pipelines/main.yaml", "transformers/clean.py"}
    assert exact["files"] == [
        {
            "path": "notes.md",
            "is_named": False,
            "lines": [{"line": 2, "text": "the LEAST of it", "start": 4, "end": 9}],
        }
    ]
    assert {file["path"]: file["lines"][0]["line"] for file in pattern["files"]} == {
        "loaders/load.py": 6,
        "transformers/clean.py": 6,
    }


async def test_an_expression_that_never_ends_is_ended(
    root: Path, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the server's own process it would hold up everybody."""
    from flowstone.web.resources import file_tree

    monkeypatch.setattr(file_tree, "SEARCH_WITHIN_S", 1.5)
    (root / "long.txt").write_text("a" * 60 + "!\n")

    slow = await client.get("/projects/demo/search", params={"text": "(a+)+$", "regex": 1})
    wrong = await client.get("/projects/demo/search", params={"text": "(", "regex": 1})

    assert (slow.status_code, slow.json()["error"]["code"]) == (422, "query_refused")
    assert "took too long" in slow.json()["error"]["message"]
    assert "no regular expression" in wrong.json()["error"]["message"]


async def test_data_files_are_looked_at_row_by_row(root: Path, client: WebClient) -> None:
    """What a file holds is seen before a loader is written for it."""
    pq.write_table(pa.table({"n": list(range(5_000)), "name": [f"x{n}" for n in range(5_000)]}), root / "a.parquet")
    (root / "b.csv").write_text('n;"a b"\n1;x\n2;\n')
    (root / "broken.parquet").write_bytes(b"no parquet")

    rows = await client.get("/projects/demo/previews/a.parquet", params={"offset": 4_998})
    csv = await client.get("/projects/demo/previews/b.csv")
    broken = await client.get("/projects/demo/previews/broken.parquet")

    table = pa.ipc.open_stream(rows.content).read_all()
    assert table.to_pydict() == {"n": ["4998", "4999"], "name": ["x4998", "x4999"]}
    assert table.schema.metadata == {b"flowstone-total-rows": b"5000", b"flowstone-types": b'["BIGINT", "VARCHAR"]'}
    assert pa.ipc.open_stream(csv.content).read_all().to_pydict() == {"n": ["1", "2"], "a b": ["x", None]}
    assert (broken.status_code, broken.json()["error"]["code"]) == (422, "query_refused")
