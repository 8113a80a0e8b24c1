"""Files over HTTP: what is read, what is saved, and what happens when two save."""

from __future__ import annotations

from pathlib import Path

from tests.kit.web_client import WebClient
from tests.web.conftest import LOAD

FILE = "/projects/demo/files/loaders/load.py"


async def test_a_file_is_read_with_the_etag_to_save_it_with(client: WebClient) -> None:
    """An editor that does not know what it shows cannot notice that it changed."""
    answer = await client.get(FILE)

    etag = answer.headers["ETag"]
    assert answer.json() == {"path": "loaders/load.py", "text": LOAD, "etag": etag}


async def test_a_save_is_on_disk_and_gives_the_next_etag(client: WebClient, root: Path) -> None:
    """The whole point of an editor."""
    etag = (await client.get(FILE)).headers["ETag"]

    saved = await client.put(FILE, {"text": LOAD + "# é\n"}, headers={"If-Match": etag})

    assert (saved.status_code, (root / "loaders/load.py").read_text()) == (200, LOAD + "# é\n")
    assert saved.headers["ETag"] == (await client.get(FILE)).headers["ETag"] != etag


async def test_a_stale_save_gets_both_versions_and_changes_nothing(client: WebClient, root: Path) -> None:
    """Two tabs must never overwrite each other unseen."""
    etag = (await client.get(FILE)).headers["ETag"]
    (root / "loaders/load.py").write_text("theirs\n")

    refused = await client.put(FILE, {"text": "mine\n"}, headers={"If-Match": etag})

    details = refused.json()["error"]["details"]
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert (details["text"], details["yours"]) == ("theirs\n", "mine\n")
    assert details["etag"] == (await client.get(FILE)).headers["ETag"]
    assert (root / "loaders/load.py").read_text() == "theirs\n"


async def test_a_save_that_says_nothing_of_its_base_is_refused(client: WebClient, root: Path) -> None:
    """A client that forgets the header would overwrite whatever is there."""
    answers = [
        await client.put(FILE, {"text": "x"}),
        await client.put(FILE, {"text": "x"}, headers={"If-Match": "*"}),
        await client.put(FILE, {"text": "x"}, headers={"If-Match": "abc"}),
    ]

    assert [answer.status_code for answer in answers] == [428, 400, 400]
    assert (root / "loaders/load.py").read_text() == LOAD


async def test_a_new_file_is_made_only_where_there_is_none(client: WebClient, root: Path) -> None:
    """`If-None-Match: *` is how a client says that it means to create."""
    path = "/projects/demo/files/lib/fares.py"

    made = await client.put(path, {"text": "x = 1\n"}, headers={"If-None-Match": "*"})
    again = await client.put(path, {"text": "x = 2\n"}, headers={"If-None-Match": "*"})

    assert (made.status_code, again.status_code, again.json()["error"]["code"]) == (200, 409, "already_exists")
    assert (root / "lib/fares.py").read_text() == "x = 1\n"


async def test_the_list_has_the_files_that_people_edit(client: WebClient, root: Path) -> None:
    """The tree in the browser shows the project, not its caches."""
    (root / ".flowstone").mkdir(exist_ok=True)
    (root / ".flowstone/ledger.db").write_text("x")

    answer = await client.get("/projects/demo/files")

    assert [file["path"] for file in answer.json()["files"]] == [
        "flowstone.yaml",
        "loaders/load.py",
        "pipelines/main.yaml",
        "transformers/clean.py",
    ]
