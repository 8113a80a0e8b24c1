"""Security 1: nothing answers without credentials, and nobody has to remember to ask for them."""

from __future__ import annotations

import re

import pytest
from tests.kit.web_client import WebClient

from flowstone.web.application import Server
from flowstone.web.route import Route
from flowstone.web.routes import CONTROL_PATHS, OPEN_PATHS, PREFIX, ROUTES

VALUES = {
    "project": "demo",
    "pipeline": "main",
    "block": "load",
    "run": "run-1",
    "hash": "a" * 32,
    "path": "loaders/load.py",
    "secret": "name",
    "before": "b" * 32,
}
CLOSED = [route for route in ROUTES if not route.is_open and not route.takes_control]


def filled(route: Route) -> str:
    return re.sub(r"{(\w+)}", lambda match: VALUES[match[1]], route.path)


def test_the_open_paths_are_an_exact_list_that_the_table_agrees_with() -> None:
    """Opening a path takes two deliberate lines; one by mistake opens nothing and fails here."""
    assert {"/health", "/sign-in"} == OPEN_PATHS
    assert {route.path for route in ROUTES if route.is_open} == OPEN_PATHS
    assert {"/links"} == CONTROL_PATHS
    assert {route.path for route in ROUTES if route.takes_control} == CONTROL_PATHS


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.name)
async def test_a_route_refuses_whoever_lacks_the_cookie_or_the_key(client: WebClient, route: Route) -> None:
    """Every route of the table is walked: none of them may be the one that was forgotten."""
    cookie, key = f"{client.server.site.cookie_name}={client.cookie}", client.key
    incomplete = [
        {},
        {"Cookie": cookie},
        {"X-Flowstone-Key": key},
        {"Cookie": cookie, "X-Flowstone-Key": key[:-1]},
        {"Cookie": cookie[:-1], "X-Flowstone-Key": key},
        {"Cookie": cookie, "X-Flowstone-Key": ""},
        {"Authorization": f"Bearer {key}"},
    ]

    for headers in incomplete:
        answer = await client.http.request(route.method, PREFIX + filled(route), headers=headers, json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in"), headers


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/health/",
        "/health/x",
        "/sign-in/../projects",
        "//projects",
        "/projects/demo/files/../../../sign-in",
        "/HEALTH",
        "/sign-in%2f",
        "/socket/x",
    ],
)
async def test_a_path_near_an_open_one_is_not_open(stranger: WebClient, path: str) -> None:
    """An allow-list that matched prefixes or normalised paths would be a door."""
    answer = await stranger.http.send(
        stranger.http.build_request("GET", stranger.origin).__class__(
            "GET", f"{stranger.origin}{PREFIX}/x", extensions={"target": (PREFIX + path).encode()}
        )
    )

    assert answer.status_code == 401


async def test_without_signing_in_only_health_and_the_front_end_answer(stranger: WebClient) -> None:
    """What is open says nothing about anybody's project."""
    health = await stranger.get("/health")
    page = await stranger.http.get("/p/demo/main")

    assert (health.status_code, health.json().keys()) == (200, {"status", "version"})
    assert page.status_code == 200
    assert "demo" not in page.text


@pytest.mark.parametrize("headers", [{}, {"Cookie": "flowstone_session_1=x"}])
async def test_a_socket_without_a_session_is_closed_with_4401(stranger: WebClient, headers: dict[str, str]) -> None:
    """The socket tells everything that the routes tell; marimo forgot its own."""
    socket = await stranger.connect(headers)

    assert (await socket.hear(), socket.close_code) == (None, 4401)


@pytest.mark.parametrize(
    "first",
    [
        {"op": "subscribe", "topics": ["project:demo"]},
        {"op": "ping"},
        {"op": "hello", "key": "wrong"},
        {"op": "hello", "key": ""},
        {"op": "hello"},
    ],
)
async def test_a_socket_that_does_not_begin_with_the_key_is_closed_with_4401(
    client: WebClient, first: dict[str, object]
) -> None:
    """A cookie alone, which every port of this machine is sent, must not open a socket."""
    socket = await client.connect()

    await socket.say(**first)

    assert (await socket.hear(), socket.close_code) == (None, 4401)


async def test_signing_out_ends_the_session_and_its_sockets(server: Server, client: WebClient) -> None:
    """A closed door that leaves a window open is no door."""
    socket = await client.following("project:demo")

    answer = await client.post("/sign-out")

    assert answer.status_code == 204
    assert (await socket.hear(), socket.close_code) == (None, 4401)
    assert (await client.get("/projects")).status_code == 401


async def test_a_session_that_has_lived_its_time_is_over(client: WebClient, clock) -> None:
    """A session that is never over is a password that is never changed."""
    socket = await client.following("project:demo")

    clock.now += 31 * 86_400
    await socket.say(op="ping")

    assert (await socket.hear(), socket.close_code) == (None, 4401)
    assert (await client.get("/projects")).status_code == 401


async def test_an_unforeseen_failure_says_nothing_of_the_inside(client: WebClient, benches) -> None:
    """A trace names paths, versions and sometimes secrets."""

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    benches.only.runs = broken

    answer = await client.get("/projects/demo/runs")

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
