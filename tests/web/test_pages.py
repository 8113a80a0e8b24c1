"""The front end's files on their way: small, kept where they may be, and fresh where they must."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.kit.web_client import WebClient, raw

from flowstone.web.application import Server

SCRIPT = b"export const words = ['" + b"flow, " * 2_000 + b"'];"
PATH = "/assets/index-def456.js"


@pytest.fixture
def built(static: Path) -> bytes:
    """Add a compressed asset to the front end, and return it as it is on disk."""
    compressed = gzip.compress(SCRIPT, 9)
    (static / PATH[1:]).write_bytes(SCRIPT)
    (static / f"{PATH[1:]}.gz").write_bytes(compressed)
    return compressed


async def asked(server: Server, path: str, codings: str | None, method: str = "GET") -> tuple[dict[str, str], bytes]:
    """Ask over a socket of our own: what travels is looked at before any library has decoded it."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close"]
    if codings is not None:
        lines.append(f"Accept-Encoding: {codings}")
    head, _, body = (await raw(server, "\r\n".join([*lines, "", ""]).encode())).partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    assert status == "HTTP/1.1 200 OK"
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in headers)}, body


@pytest.mark.parametrize("codings", ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5", "*"])
async def test_an_asset_travels_compressed_to_whoever_takes_it(server: Server, built: bytes, codings: str) -> None:
    """A third of the bytes is the difference between at once and soon, on a train."""
    headers, body = await asked(server, PATH, codings)

    assert body == built
    assert gzip.decompress(body) == SCRIPT
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(built)))
    assert (headers["content-type"], headers["vary"]) == ("text/javascript", "Accept-Encoding")


@pytest.mark.parametrize("codings", [None, "", "identity", "br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "xgzip"])
async def test_an_asset_travels_as_it_is_to_others(server: Server, built: bytes, codings: str | None) -> None:
    """A program that cannot unpack must not be given what it cannot read."""
    headers, body = await asked(server, PATH, codings)

    assert body == SCRIPT
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"


async def test_an_asset_that_was_not_compressed_comes_as_it_is(server: Server) -> None:
    """Small files have none beside them."""
    headers, body = await asked(server, "/assets/index-abc123.js", "gzip")

    assert (body, headers.get("content-encoding")) == (b"export {};", None)


async def test_a_head_says_what_a_get_would(server: Server, built: bytes) -> None:
    """Caches ask so."""
    headers, body = await asked(server, PATH, "gzip", method="HEAD")

    assert (headers["content-encoding"], headers["content-length"], body) == ("gzip", str(len(built)), b"")


async def test_the_compressed_file_has_no_address_of_its_own(stranger: WebClient, built: bytes) -> None:
    """It would come with a type that is not its own."""
    answer = await stranger.http.get(f"{PATH}.gz")

    assert answer.status_code == 404


async def test_hashed_assets_are_kept_for_ever_and_the_page_is_asked_for_again(
    stranger: WebClient, built: bytes
) -> None:
    """An update must show at the next load, and cost only what changed."""
    asset, page = await stranger.http.get(PATH), await stranger.http.get("/p/demo")
    answer = await stranger.get("/health")

    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "outline"),
    [
        ("/", "project"),
        ("/p/demo", "project"),
        ("/p/demo/main", "pipeline"),
        ("/p/demo/main/", "pipeline"),
        ("/p/a/b/c", "project"),
    ],
)
async def test_the_first_thing_seen_has_the_outline_of_what_comes(
    stranger: WebClient, static: Path, path: str, outline: str
) -> None:
    """A bar that appears and moves away again is worse than none."""
    (static / "index.html").write_text('<html><head></head><body><div class="wait wait-project"></div></body></html>')

    page = (await stranger.http.get(path)).text

    assert f'<div class="wait wait-{outline}">' in page
