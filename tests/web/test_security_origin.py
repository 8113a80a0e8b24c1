"""Security 3 and 4: only pages of this server, asked for by its own names, may ask it anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.web_client import API, WebClient, raw
from tests.web.conftest import Benches
from tornado.httpclient import HTTPClientError

from flowstone.web.application import Listening, Server, serve
from flowstone.web.gate import Arrival, gate_for, is_host

EVIL_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1",
    "127.0.0.1:{other}",
    "127.0.0.1.evil.example:{port}",
    "evil127.0.0.1:{port}",
    "localhost.evil.example:{port}",
    "notlocalhost:{port}",
    "localhost.:{port}",
    "0.0.0.0:{port}",
    "127.1:{port}",
    "2130706433:{port}",
    "169.254.169.254:{port}",
    "[::ffff:127.0.0.1]:{port}",
]
EVIL_ORIGINS = [
    "https://evil.example",
    "null",
    "",
    "http://127.0.0.1",
    "http://127.0.0.1:{other}",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1:{port}.evil.example",
    "http://127.0.0.1.evil.example:{port}",
    "http://evil127.0.0.1:{port}",
    "http://localhost.evil.example:{port}",
    "http://127.0.0.1:{port}/",
    "http://user@127.0.0.1:{port}",
    "HTTP://127.0.0.1:{port}",
    "file://",
    "http://127.0.0.1:{port}, https://evil.example",
]
ASKED = ["/health", "/projects", "/sign-in"]


def placed(text: str, server: Server) -> str:
    return text.format(port=server.port, other=server.port + 1)


@pytest.mark.parametrize("host", EVIL_HOSTS)
async def test_a_foreign_host_is_refused_everywhere(client: WebClient, host: str) -> None:
    """A name that an attacker rebinds to this machine carries the attacker's pages with it."""
    headers = {"Host": placed(host, client.server)}

    answers = [await client.get(path, headers=headers) for path in ASKED]
    answers.append(await client.http.get("/", headers=headers))

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]


@pytest.mark.parametrize("host", EVIL_HOSTS)
async def test_a_foreign_host_opens_no_socket(client: WebClient, host: str) -> None:
    """Rebinding works on sockets too."""
    with pytest.raises(HTTPClientError) as refused:
        await client.connect({"Host": placed(host, client.server)})

    assert refused.value.code == 403


@pytest.mark.parametrize("origin", EVIL_ORIGINS)
async def test_a_foreign_origin_is_refused_even_with_all_credentials(client: WebClient, origin: str) -> None:
    """A page elsewhere may have learned the key; it must still get nothing, and no header that lets it read."""
    headers = {"Origin": placed(origin, client.server)}

    answers = [
        await client.get("/health", headers=headers),
        await client.get("/projects", headers=headers),
        await client.post("/sign-in", {"token": "x"}, headers=headers),
        await client.post("/projects/demo/pipelines/main/runs", {}, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origin", [*EVIL_ORIGINS, None])
async def test_a_foreign_or_missing_origin_opens_no_socket(client: WebClient, origin: str | None) -> None:
    """Browsers let every page open sockets everywhere: the Origin header is the only thing that tells."""
    with pytest.raises(HTTPClientError) as refused:
        await client.connect({"Origin": None if origin is None else placed(origin, client.server)})

    assert refused.value.code == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_the_servers_own_names_are_let_in(client: WebClient, name: str) -> None:
    """A gate that keeps everybody out is easily made."""
    host = f"{name}:{client.server.port}"

    answer = await client.get("/projects", headers={"Host": host, "Origin": f"http://{host}"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)]
)
async def test_what_the_browser_says_of_the_asking_site_is_believed(client: WebClient, site: str, status: int) -> None:
    """Another port of this machine is the same site, and not the same origin."""
    answer = await client.get("/projects", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "cors"})

    assert answer.status_code == status


async def test_a_link_on_another_site_may_lead_to_the_page_but_not_embed_it(stranger: WebClient) -> None:
    """People keep links in wikis; frames and scripts from there are another matter."""
    link = await stranger.http.get("/p/demo", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    embedded = await stranger.http.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})

    assert (link.status_code, embedded.status_code) == (200, 403)
    assert link.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in link.headers["Content-Security-Policy"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_body_that_a_foreign_form_can_send_is_refused(client: WebClient, content_type: str) -> None:
    """A form needs no permission to post; JSON does."""
    headers = client.credentials() | {"Content-Type": content_type}

    answer = await client.http.post(API + "/projects/demo/pipelines", headers=headers, content=b'{"id": "x"}')

    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "media_type")


async def test_a_target_with_another_host_in_it_is_refused(server: Server) -> None:
    """Proxies and servers that disagree about which host counts have been played against each other."""
    port = server.port
    absolute = f"GET http://evil.example{API}/health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
    doubled = f"GET {API}/health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n"
    none = f"GET {API}/health HTTP/1.1\r\n\r\n"
    old = f"GET {API}/health HTTP/1.0\r\n\r\n"

    answers = [await raw(server, text.encode()) for text in (absolute, doubled, none, old)]

    assert [answer.split(b" ")[1] for answer in answers] == [b"403", b"400", b"400", b"403"]


async def test_options_grants_nothing(client: WebClient) -> None:
    """There is no CORS: a preflight gets a refusal, not permission."""
    headers = {"Origin": client.origin, "Access-Control-Request-Method": "PUT"}

    answer = await client.ask("OPTIONS", "/projects", headers=headers)

    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_address_of_a_server_is_let_in_as_browsers_write_it() -> None:
    """A browser leaves the port out of the Host where it is the usual one."""
    gate = gate_for(("10.0.0.5",), 80)

    assert gate.hosts == {"10.0.0.5", "10.0.0.5:80"}
    gate.check(Arrival("/", ["10.0.0.5"], ["http://10.0.0.5"]))


ALLOWED = {
    "flow.example.org": {"flow.example.org", "flow.example.org:8900"},
    "flow.example.org:8443": {"flow.example.org:8443"},
    "flow.example.org:443": {"flow.example.org", "flow.example.org:443"},
    "[2001:db8::1]": {"[2001:db8::1]", "[2001:db8::1]:8900"},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_an_allowed_host_is_let_in_exactly_as_it_is_named(name: str) -> None:
    """Behind a proxy the server has another name, and often HTTPS; its neighbours still are strangers."""
    gate = gate_for((), 8900, allowed=(name,))

    assert gate.hosts == ALLOWED[name]
    assert gate.origins == {f"{scheme}://{host}" for host in ALLOWED[name] for scheme in ("http", "https")}


@pytest.mark.parametrize(
    "name", ["*", "*.example.org", ".example.org", "", "a b", "http://a", "a/b", "a:", "a:1:2", "a,b"]
)
def test_an_allowed_host_is_one_host(name: str) -> None:
    """A pattern would let in whoever can have a name that fits it."""
    assert not is_host(name)


async def test_an_allowed_host_reaches_the_server_and_its_socket(root: Path, state: Path, benches: Benches) -> None:
    """A proxy passes on the name that the browser asked for."""
    listening = Listening(allowed_hosts=("flow.example.org",))
    server = await serve([root], state=state, listening=listening, open_workbench=benches.open)
    proxied = {"Host": "flow.example.org", "Origin": "https://flow.example.org", "Sec-Fetch-Site": "same-origin"}
    try:
        async with WebClient(server) as client:
            await client.sign_in()
            answer = await client.get("/projects", headers=proxied)
            stranger = await client.get("/projects", headers={"Host": "other.example.org"})
            socket = await client.connect(proxied)
            await socket.say(op="hello", key=client.key)
            welcome = await socket.hear()
    finally:
        await server.close()

    assert (answer.status_code, stranger.status_code, welcome["type"]) == (200, 403, "welcome")
