"""Security 6 and 9: no path leaves the project, and nothing secret comes out of it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tests.kit.web_client import API, WebClient

from flowstone.web.application import Server

FILES = "/projects/demo/files/"
SECRET = "the neighbour's secret"
ESCAPES = [
    "../secret.txt",
    "loaders/../../secret.txt",
    "./../secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "loaders/./load.py",
    "..",
    ".",
    "loaders",
    "loaders/",
    "..\\secret.txt",
    "loaders\\..\\..\\secret.txt",
    ".flowstone/sessions.json",
    ".FLOWSTONE/sessions.json",
    "loaders/../.flowstone/sessions.json",
    ".git/config",
    "out.txt",
    "out/secret.txt",
    "chain/secret.txt",
    "circle",
    "pipe",
    "load.py\0.txt",
    "a\nb.py",
    "a\u202egpj.py",
    "n" * 300 + ".py",
    "a/" * 600 + "b.py",
    "loaders/load.py/x",
]
WAYS = [(path, is_encoded) for path in ESCAPES for is_encoded in (True, False)] + [
    ("%2e%2e/secret.txt", False),
    ("%2e%2e%2fsecret.txt", False),
    ("loaders/%2e%2e/..%2fsecret.txt", False),
    ("%00", False),
    ("%ff%fe", False),
]


@pytest.fixture
def hostile(root: Path, tmp_path: Path) -> Path:
    """A project whose folder somebody has prepared."""
    (tmp_path / "secret.txt").write_text(SECRET)
    for folder in (".flowstone", ".git"):
        (root / folder).mkdir(exist_ok=True)
    (root / ".flowstone/sessions.json").write_text(SECRET)
    (root / ".git/config").write_text(SECRET)
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "out").symlink_to(tmp_path)
    (root / "chain").symlink_to("out")
    (root / "circle").symlink_to("circle")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(("path", "is_encoded"), WAYS, ids=lambda part: ascii(part)[:40])
async def test_no_path_reads_or_writes_outside_the_project(
    hostile: Path, tmp_path: Path, client: WebClient, path: str, is_encoded: bool
) -> None:
    """Every way out that was ever found in a file server, and the private folders inside."""
    before = snapshot(tmp_path)
    target = (API + FILES + quote(path, safe="" if is_encoded else "/.\\%")).encode()

    answers = [
        await asked(client, "GET", target, {}),
        await asked(client, "PUT", target, {"If-None-Match": "*"}),
        await asked(client, "PUT", target, {"If-Match": '"abc"'}),
    ]

    assert all(400 <= answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
    assert all(answer.json()["error"]["message"] for answer in answers)
    assert not any(SECRET in answer.text for answer in answers)
    assert snapshot(tmp_path) == before


async def asked(client: WebClient, method: str, target: bytes, headers: dict[str, str]) -> httpx.Response:
    """Send a request whose path no client has tidied up."""
    request = client.http.build_request(
        method,
        client.origin,
        json={"text": "mine"} if method == "PUT" else None,
        headers=client.credentials() | headers,
        extensions={"target": target},
    )
    return await client.http.send(request)


def snapshot(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and "state" not in path.parts)
    return {str(path): path.read_text() for path in files}


@pytest.mark.parametrize("name", ["../main", "Main", "a b", "1a", "a" * 64, "é", "a/b", "main.yaml", "a%00b"])
@pytest.mark.parametrize(
    "path", ["/projects/{}", "/projects/demo/pipelines/{}", "/projects/demo/runs/run-1/blocks/{}/logs"]
)
async def test_what_is_no_id_names_nothing(client: WebClient, path: str, name: str) -> None:
    """Ids become parts of paths, so that they are checked before they are anything else."""
    answer = await client.get(path.format(quote(name, safe="%")))

    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["..", "Main", "main.yaml", "a/b", "", "é", "a" * 64])
async def test_a_pipeline_with_a_bad_id_is_not_begun(client: WebClient, root: Path, name: str) -> None:
    """The id is going to be a file's name."""
    before = snapshot(root)

    answer = await client.post("/projects/demo/pipelines", {"id": name})

    assert answer.status_code == 400
    assert snapshot(root) == before


async def test_a_block_file_cannot_be_taken_from_outside(hostile: Path, client: WebClient) -> None:
    """An edit names a file too."""
    etag = (await client.get("/projects/demo/pipelines/main")).headers["ETag"]

    for file in ("../secret.txt", "out.txt", "/etc/passwd", ".flowstone/sessions.json"):
        edit = {"op": "add_block", "id": "stolen", "file": file}
        answer = await client.post("/projects/demo/pipelines/main/edits", edit, headers={"If-Match": etag})
        assert 400 <= answer.status_code < 500, file


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%2fsecret.txt"],
)
async def test_the_front_ends_folder_is_not_left_either(stranger: WebClient, path: str) -> None:
    """Static files are served to anybody."""
    request = stranger.http.build_request("GET", stranger.origin, extensions={"target": path.encode()})

    answer = await stranger.http.send(request)

    assert "secret" not in answer.text


async def test_a_link_out_of_the_front_ends_folder_is_not_followed(
    stranger: WebClient, static: Path, tmp_path: Path
) -> None:
    """Nothing that a build leaves there may open the rest of the disk."""
    (static / "assets/leak.txt").symlink_to(tmp_path / "secret.txt")

    answer = await stranger.http.get("/assets/leak.txt")

    assert answer.status_code == 404


async def test_connections_are_shown_without_their_secrets(root: Path, client: WebClient) -> None:
    """The project's page is on somebody's screen share."""
    (root / "connections.yaml").write_text(
        "local:\n"
        "  lake: {type: gcs, bucket: trips, credentials_file: /keys/hidden.json}\n"
        "  warehouse: {type: postgres, url: 'postgresql://me:hunter2@db/flow', schema: public}\n"
    )

    answer = await client.get("/projects/demo")

    assert "hunter2" not in answer.text
    assert "hidden.json" not in answer.text


async def test_errors_name_no_folder_of_the_machine(client: WebClient, server: Server, tmp_path: Path) -> None:
    """A path of the disk is nobody's business beyond the project's own root."""
    answers = [await client.get(FILES + "gone.py"), await client.get("/projects/other")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not any(str(tmp_path) in answer.text for answer in answers)
