"""Security 5: a fresh link for whoever runs the server, and for nobody else."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import stat
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.kit.commands import flowstone
from tests.kit.web_client import API, WebClient
from tests.web.conftest import Benches

from flowstone.errors.web import ServerMissing, ServerRefused
from flowstone.web.application import Server, serve
from flowstone.web.control import CONTROL_HEADER, Control, announce, find_control, withdraw
from flowstone.web.sessions import FAILURES_A_MINUTE


@pytest.fixture
def control(server: Server) -> Control:
    """What a command of the same account knows."""
    return server.site.services.control


async def ask(client: WebClient, key: str | None, **headers: str) -> int:
    shown: dict[str, str | bytes] = {} if key is None else {CONTROL_HEADER: key.encode()}
    return (await client.post("/links", headers=shown | headers)).status_code


async def linked(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command beside the server."""
    return await asyncio.to_thread(flowstone, "link", str(root), environment=environment)


async def test_the_key_gives_a_link_that_signs_in_once(
    client: WebClient, stranger: WebClient, control: Control
) -> None:
    """Whoever closed the browser, or needs a second one, should not have to stop what runs."""
    answer = await stranger.post("/links", headers={CONTROL_HEADER: control.key})
    token = answer.json()["token"]
    tries = [(await stranger.post("/sign-in", {"token": token})).status_code for _ in range(2)]

    assert (answer.status_code, tries) == (201, [200, 401])
    assert answer.headers["Cache-Control"] == "no-store"


async def test_without_the_key_nobody_gets_a_link(client: WebClient, control: Control) -> None:
    """A session must not be able to make more of itself: a link outlives signing out."""
    wrong = [None, "", "x", control.key[:-1], control.key + "x", client.key, "ключ"]

    statuses = [await ask(client, key) for key in wrong]

    assert statuses == [401] * len(wrong)


async def test_the_host_and_origin_are_checked_all_the_same(client: WebClient, control: Control) -> None:
    """The key opens one lock; a rebound name is stopped by another."""
    statuses = [
        await ask(client, control.key, Host="evil.example"),
        await ask(client, control.key, Origin="https://evil.example"),
        await ask(client, control.key, **{"Sec-Fetch-Site": "cross-site"}),
    ]

    assert statuses == [403] * 3


async def test_guessing_is_throttled(client: WebClient, control: Control, clock) -> None:
    """Even of a key that cannot be guessed, tries are not free."""
    tried = [await ask(client, "wrong") for _ in range(FAILURES_A_MINUTE + 1)]
    right = await ask(client, control.key)
    clock.now += 60

    assert tried == [401] * FAILURES_A_MINUTE + [429]
    assert right == 429
    assert await ask(client, control.key) == 201


@pytest.mark.parametrize(
    ("peer", "is_near"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.5", True), ("10.0.0.6", False), ("", False)],
)
def test_only_this_machine_is_near(peer: str, is_near: bool) -> None:
    """Whoever got hold of the key elsewhere still stands outside."""
    assert Control("http://10.0.0.5:8900/", 1).is_near(peer) is is_near


async def test_only_a_post_makes_a_link(client: WebClient, control: Control) -> None:
    """An address that can be followed must do nothing."""
    answer = await client.get("/links", headers={CONTROL_HEADER: control.key})

    assert answer.status_code == 405


async def test_the_servers_file_is_private_and_goes_with_the_server(root: Path, state: Path, benches: Benches) -> None:
    """Another account of the machine must not read the key, nor a later command believe in a server that is gone."""
    file = root / ".flowstone/server.json"
    keys = []
    for _ in range(2):
        server = await serve([root], state=state, open_workbench=benches.open)
        await server.opened()
        keys.append(json.loads(file.read_text())["key"])
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        await server.close()
        assert not file.exists()

    assert keys[0] != keys[1]
    assert min(map(len, keys)) >= 43


async def test_every_project_of_a_server_leads_to_it(root: Path, state: Path, benches: Benches, tmp_path: Path) -> None:
    """`flowstone link` is asked in the folder where one works."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "flowstone.yaml").write_text("name: other\n")
    server = await serve([root, other], state=state, open_workbench=benches.open)
    await server.opened()

    found = [find_control(root), find_control(other)]

    assert found == [server.site.services.control] * 2
    await server.close()


def test_a_server_that_ends_leaves_the_file_of_its_successor(tmp_path: Path) -> None:
    """Two servers may overlap for a moment."""
    first = Control("http://127.0.0.1:1/", os.getpid())
    second = Control("http://127.0.0.1:2/", os.getpid())
    announce(tmp_path, first)
    announce(tmp_path, second)

    withdraw(tmp_path, first)

    assert find_control(tmp_path) == second


def gone() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize("pid", [None, 0, -1, 10**30], ids=str)
def test_the_file_of_a_server_that_was_killed_counts_for_nothing(tmp_path: Path, pid: int | None) -> None:
    """After a power cut the file is still there."""
    announce(tmp_path, Control("http://127.0.0.1:1/", gone() if pid is None else pid))

    with pytest.raises(ServerMissing):
        find_control(tmp_path)


CONTENTS = {
    "empty": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "no key": b'{"url": "http://127.0.0.1:1/", "pid": 1}',
    "deep": b"[" * 4_000,
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("content", CONTENTS)
def test_a_damaged_file_counts_for_nothing(tmp_path: Path, content: str) -> None:
    """A message, never a stack trace."""
    announce(tmp_path, Control("http://127.0.0.1:1/", os.getpid()))
    (tmp_path / ".flowstone/server.json").write_bytes(CONTENTS[content])

    with pytest.raises(ServerMissing):
        find_control(tmp_path)


@pytest.mark.parametrize("kind", ["readable by others", "a link", "a pipe", "a folder"])
def test_a_file_that_came_with_a_project_is_not_believed(tmp_path: Path, kind: str) -> None:
    """A folder from elsewhere could name a server from elsewhere, and get a person to open its page."""
    announce(tmp_path, Control("http://127.0.0.1:1/", os.getpid()))
    file = tmp_path / ".flowstone/server.json"
    if kind == "readable by others":
        file.chmod(0o644)
    elif kind == "a link":
        file.symlink_to(file.rename(tmp_path / "elsewhere.json"))
    else:
        file.unlink()
        os.mkfifo(file, 0o600) if kind == "a pipe" else file.mkdir(0o700)

    with pytest.raises(ServerMissing):
        find_control(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_another_accounts_server_is_named(tmp_path: Path) -> None:
    """Starting a second server would not help: the project is held."""
    announce(tmp_path, Control("http://127.0.0.1:1/", os.getpid()))
    (tmp_path / ".flowstone/server.json").chmod(0)

    with pytest.raises(ServerRefused):
        find_control(tmp_path)


async def test_the_command_prints_a_link_and_nothing_else(server: Server, root: Path, stranger: WebClient) -> None:
    """`open $(flowstone link)` is what it is for; a proxy in the environment is not asked."""
    done = await linked(root, http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{server.url}#token=")
    await stranger.sign_in(done.stdout.strip())
    assert (await stranger.get("/projects")).status_code == 200


async def test_without_a_server_the_command_says_so(root: Path, tmp_path: Path) -> None:
    """Each way in which there is none has the same remedy."""
    never = await linked(root)
    announce(root, Control("http://127.0.0.1:1/", gone()))
    killed = await linked(root)
    announce(root, Control("http://127.0.0.1:1/", os.getpid()))
    silent = await linked(root)
    nowhere = await linked(tmp_path / "nowhere")

    for done in (never, killed, silent):
        assert (done.returncode, done.stdout) == (2, "")
        assert "No server is running" in done.stderr
        assert f"flowstone start {root}" in done.stderr
    assert "nowhere" in nowhere.stderr


async def test_a_server_that_does_not_know_the_key_is_named(server: Server, control: Control, root: Path) -> None:
    """Another server may have the port by now."""
    announce(root, replace(control, key="x"))

    done = await linked(root)

    assert (done.returncode, done.stdout) == (2, "")
    assert server.url in done.stderr


@pytest.fixture
async def other_service() -> AsyncIterator[str]:
    """Something that listens, and speaks no HTTP."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n")
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    listener.close()


async def test_what_is_no_server_of_ours_is_named(other_service: str, root: Path) -> None:
    """A port that something else has taken since."""
    announce(root, Control(other_service, os.getpid()))

    done = await linked(root)

    assert (done.returncode, done.stdout) == (2, "")
    assert "not a Flowstone server" in done.stderr
    assert "Traceback" not in done.stderr


async def test_neither_key_nor_token_is_logged(
    client: WebClient, control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    """A log is read by more people than a terminal."""
    with caplog.at_level(logging.DEBUG):
        answer = await client.http.post(API + "/links", headers={CONTROL_HEADER: control.key})
        await ask(client, control.key + "x")

    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    assert said
    assert control.key not in said + repr(control)
    assert answer.json()["token"] not in said


async def test_what_serves_is_found_only_in_private_state(client: WebClient) -> None:
    """The file API must not give the key to whoever is signed in."""
    answer = await client.get("/projects/demo/files/.flowstone/server.json")

    assert answer.status_code == 400
