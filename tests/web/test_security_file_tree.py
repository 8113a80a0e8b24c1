"""Security 6 of what is done to files as a whole: nothing outside the project is moved, written, deleted or read."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.kit.web_client import WebClient

SECRET = "the neighbour's secret"
OUTSIDE = [
    "../secret.txt",
    "loaders/../../secret.txt",
    "/etc/hostname",
    "..",
    ".",
    "a\\..\\b",
    ".flowstone/ledger.db",
    ".FLOWSTONE/ledger.db",
    ".git/config",
    ".git",
    ".flowstone",
    "out.txt",
    "out/secret.txt",
    "inner/load.py",
    "link.py",
    "pipe",
    "a\nb.py",
    "a\u202egpj.py",
    "n" * 300,
]


@pytest.fixture
def hostile(root: Path, tmp_path: Path) -> Path:
    """A project whose folder somebody has prepared."""
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/a.png").write_text(SECRET)
    for folder in (".flowstone", ".git"):
        (root / folder).mkdir(exist_ok=True)
    (root / ".flowstone/ledger.db").write_text(SECRET)
    (root / ".git/config").write_text(SECRET)
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "out").symlink_to(tmp_path)
    (root / "inner").symlink_to("loaders")
    (root / "link.py").symlink_to("loaders/load.py")
    os.mkfifo(root / "pipe")
    return root


def snapshot(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink() and path.is_file() and "state" not in path.parts:
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: ascii(path)[:30])
async def test_no_path_of_an_edit_leads_out_or_through_a_link(
    hostile: Path, tmp_path: Path, client: WebClient, path: str
) -> None:
    """A link that is followed would move or delete what nobody named."""
    before = snapshot(tmp_path)
    edits = [
        {"op": "move", "path": path, "to": "moved.txt"},
        {"op": "move", "path": "loaders/load.py", "to": path},
        {"op": "delete", "path": path},
        {"op": "make_folder", "path": f"{path}/below"},
    ]

    answers = [await client.post("/projects/demo/tree/edits", edit) for edit in edits]
    answers.append(
        await client.ask(
            "PUT",
            f"/projects/demo/uploads/{quote(path, safe='')}",
            content=b"theirs",
            headers={"Content-Type": "application/octet-stream"},
            params={"replace": 1},
        )
    )
    answers += [
        await client.get(f"/projects/demo/{kind}/{quote(path + suffix, safe='')}")
        for kind, suffix in (("pictures", ".png"), ("pictures", "/pictures/a.png"), ("previews", ".csv"))
    ]

    assert all(400 <= answer.status_code < 500 for answer in answers), [one.status_code for one in answers]
    assert all(SECRET not in answer.text for answer in answers)
    assert snapshot(tmp_path) == before
    assert hostile.joinpath("link.py").is_symlink()


async def test_a_trash_that_is_a_link_is_not_used(hostile: Path, tmp_path: Path, client: WebClient) -> None:
    """Else deleting would carry files out of the project."""
    (hostile / ".flowstone/trash").symlink_to(tmp_path)

    answer = await client.post("/projects/demo/tree/edits", {"op": "delete", "path": "loaders/load.py"})

    assert answer.json()["error"]["code"] == "path_refused"
    assert (hostile / "loaders/load.py").exists()


async def test_a_note_in_the_trash_cannot_name_a_place_outside(
    hostile: Path, tmp_path: Path, client: WebClient
) -> None:
    """The trash lies in the project, and a project may be hostile."""
    name = "1700000000000-aaaaaaaaaaaa"
    folder = hostile / ".flowstone/trash" / name
    folder.mkdir(parents=True)
    (folder / "content").write_text("x")
    (folder / "note.json").write_text('{"path": "../escaped.txt", "at": 0}')

    answer = await client.post("/projects/demo/tree/edits", {"op": "restore", "deleted": name})

    assert answer.json()["error"]["code"] == "path_refused"
    assert not (tmp_path / "escaped.txt").exists()


@pytest.mark.usefixtures("hostile")
async def test_search_looks_at_nothing_private_and_follows_no_link(client: WebClient) -> None:
    """What the tree does not show, the search must not tell."""
    found = (await client.get("/projects/demo/search", params={"text": "secret"})).json()
    tree = (await client.get("/projects/demo/tree")).json()

    shown = {entry["path"] for entry in tree["entries"]}
    assert found["files"] == []
    assert not shown & {".git", ".flowstone", "out.txt", "out", "inner", "link.py", "pipe"}


async def test_an_upload_is_bounded_and_says_how_long_it_is(hostile: Path, client: WebClient) -> None:
    """No upload fills the disk, and none goes on without end."""
    path = "/projects/demo/uploads/a.bin"

    async def endless() -> object:
        yield b"x"

    unsaid = await client.ask("PUT", path, content=endless(), headers={"Content-Type": "application/octet-stream"})
    as_json = await client.put(path, {"text": "x"})
    settings = await client.ask(
        "PUT",
        "/projects/demo/uploads/flowstone.yaml",
        content=b"name: theirs\n",
        headers={"Content-Type": "application/octet-stream"},
        params={"replace": 1},
    )

    assert (unsaid.status_code, as_json.status_code, settings.status_code) == (411, 415, 400)
    assert not (hostile / "a.bin").exists()
