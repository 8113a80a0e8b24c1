"""Security 2 and 5: how one gets in, and how long that lasts."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from pathlib import Path

import pytest
from tests.kit.web_client import API, WebClient

from flowstone.errors.web import UnsafeBinding
from flowstone.web.application import Listening, Server, serve


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def damaged(state: Path, content: bytes) -> None:
    state.mkdir()
    (state / "sessions.json").write_bytes(content)


async def token_answer(client: WebClient, link: str) -> int:
    token = link.partition("#token=")[2]
    return (await client.http.post(API + "/sign-in", json={"token": token})).status_code


async def test_a_start_link_is_good_once(server: Server, stranger: WebClient) -> None:
    """A link that was seen over a shoulder, or kept in a history, opens nothing."""
    link = server.link

    assert [await token_answer(stranger, link), await token_answer(stranger, link)] == [200, 401]


async def test_of_two_who_use_a_link_at_once_one_gets_in(server: Server, stranger: WebClient) -> None:
    """ "First use" must hold in a race too."""
    link = server.link

    statuses = await asyncio.gather(*(token_answer(stranger, link) for _ in range(8)))

    assert sorted(statuses) == [200, *[401] * 7]


@pytest.mark.parametrize(("waited_s", "status"), [(599, 200), (600, 401)])
async def test_a_start_link_is_good_for_ten_minutes(
    server: Server, stranger: WebClient, clock, waited_s: int, status: int
) -> None:
    """A link in yesterday's terminal is worth nothing."""
    link = server.link

    clock.now += waited_s

    assert await token_answer(stranger, link) == status


async def test_the_token_is_in_the_fragment_and_in_no_log(
    server: Server, stranger: WebClient, caplog: pytest.LogCaptureFixture
) -> None:
    """What a browser does not send and a log does not hold cannot leak."""
    with caplog.at_level(logging.DEBUG):
        link = server.link
        await stranger.sign_in(link)
        await stranger.get(f"/projects?token={link.partition('=')[2]}")

    assert link.startswith(f"http://127.0.0.1:{server.port}/#token=")
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert ours
    assert not [record for record in ours if link.partition("=")[2] in record.getMessage()]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server, stranger: WebClient) -> None:
    """HttpOnly, SameSite=Strict, the path of the whole server, a name of its own for each port."""
    token = server.link.partition("#token=")[2]

    answer = await stranger.http.post(API + "/sign-in", json={"token": token})

    name, _, attributes = answer.headers["Set-Cookie"].partition("=")
    assert name == f"flowstone_session_{server.port}"
    assert {part.strip().lower() for part in attributes.split(";")[1:]} >= {"httponly", "samesite=strict", "path=/"}
    assert answer.json()["key"] not in answer.headers["Set-Cookie"]


async def test_tokens_cannot_be_guessed_in_bulk(stranger: WebClient, server: Server) -> None:
    """After twenty wrong ones in a minute even a right one has to wait."""
    statuses = [await token_answer(stranger, "#token=wrong") for _ in range(20)]

    assert {*statuses} == {401}
    assert await token_answer(stranger, server.link) == 429


async def test_a_session_outlives_a_restart_of_the_server(root: Path, state: Path, clock, benches) -> None:
    """An upgrade must not sign everybody out."""
    first = await serve([root], state=state, open_workbench=benches.open, clock=clock)
    async with WebClient(first) as client:
        await client.sign_in()
    await first.close()

    listening = Listening(port=first.port)
    second = await serve([root], state=state, listening=listening, open_workbench=benches.open, clock=clock)
    async with WebClient(second, client.cookie, client.key) as same:
        answer = await same.get("/projects")
    await second.close()

    assert answer.status_code == 200


async def test_the_sessions_file_is_its_owners_alone_and_holds_no_secret(client: WebClient, state: Path) -> None:
    """Another user of the machine, or a backup, must not find a way in."""
    file = state / "sessions.json"
    text = file.read_text()

    assert (mode_of(file), mode_of(state)) == (0o600, 0o700)
    assert client.cookie not in text
    assert client.key not in text
    assert len(json.loads(text)["sessions"]) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"sessions": [{}], "password": null}', b"\xff\xfe", b"[" * 100_000]
)
async def test_a_damaged_sessions_file_lets_nobody_in_and_stops_nothing(
    root: Path, state: Path, clock, benches, content: bytes
) -> None:
    """A torn disk costs a sign-in, not the server."""
    damaged(state, content)

    server = await serve([root], state=state, open_workbench=benches.open, clock=clock)
    async with WebClient(server) as client:
        await client.sign_in()
        answer = await client.get("/projects")
    await server.close()

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "flow.example.org"])
@pytest.mark.parametrize("password", [None, ""])
async def test_listening_beyond_this_machine_without_a_password_is_refused(
    root: Path, state: Path, benches, host: str, password: str | None
) -> None:
    """The most common way in is a server that somebody meant to keep to themselves."""
    listening = Listening(host=host, password=password)

    with pytest.raises(UnsafeBinding) as refused:
        await serve([root], state=state, listening=listening, open_workbench=benches.open)

    assert "password" in refused.value.hint


async def test_with_a_password_the_server_listens_wider_and_asks_for_it(
    root: Path, state: Path, clock, benches
) -> None:
    """Sharing a server in an office is allowed, with a lock on the door; a new password ends the old sessions."""
    wide = Listening(host="0.0.0.0", password="correct horse")
    server = await serve([root], state=state, listening=wide, open_workbench=benches.open, clock=clock)
    async with WebClient(server) as client:
        wrong = await client.http.post(API + "/sign-in", json={"password": "battery staple"})
        right = await client.http.post(API + "/sign-in", json={"password": "correct horse"})
    await server.close()
    cookie, key = right.cookies[server.site.cookie_name], right.json()["key"]

    statuses = []
    for password in ("correct horse", "another one"):
        listening = Listening(host="0.0.0.0", port=server.port, password=password)
        later = await serve([root], state=state, listening=listening, open_workbench=benches.open, clock=clock)
        async with WebClient(later, cookie, key) as same:
            statuses.append((await same.get("/projects")).status_code)
        await later.close()

    assert (wrong.status_code, right.status_code, statuses) == (401, 200, [200, 401])
    assert "correct horse" not in (state / "sessions.json").read_text()


async def test_nothing_is_listened_to_but_loopback_by_default(server: Server) -> None:
    """The default must be the safe one."""
    addresses = {listener.getsockname()[0] for listener in server.http._sockets.values()}

    assert addresses == {"127.0.0.1"}
