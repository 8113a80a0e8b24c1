"""Give the built front end: its page for every path a person may have open, and the assets that it names."""

from __future__ import annotations

import asyncio
import mimetypes
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from flowstone.errors.web import RequestRefused
from flowstone.web.guarded import GuardedHandler

ASSET_PATH = re.compile(r"/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/){0,4}[A-Za-z0-9_-][A-Za-z0-9._-]*\.[A-Za-z0-9]{1,12}")
PIPELINE_PATH = re.compile(r"/p/[^/]+/[^/]+/?")
NONCE_META = re.compile(r"<meta\s[^>]*name=\"csp-nonce\"[^>]*>")
ZERO_WEIGHT = re.compile(r"q=0(?:\.0{0,3})?")
GZIP_SUFFIX = ".gz"
"""What the build adds to the name of an asset that it has compressed."""
TEXT_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class NotBuilt(RequestRefused):
    """The package holds no front end."""

    code = "front_end_missing"
    status = 503


class AssetMissing(RequestRefused):
    """The front end has no such file."""

    code = "not_found"
    status = 404


def page_policy(nonce: str, host: str) -> str:
    """Return the page's Content-Security-Policy. Styles that CodeMirror makes carry the nonce; no script is inline."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' ws://{host}",
            "worker-src 'self'",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class PageHandler(GuardedHandler):
    """The front end's files. They hold nothing of anybody's, so that they need no session."""

    may_navigate = True

    def needs_session(self) -> bool:
        """Say no: what a page shows comes from the API."""
        return False

    async def get(self) -> None:
        """Send an asset, or for any other path the page, which knows its own paths. Raises: NotBuilt, AssetMissing."""
        self.raise_refusal()
        path = self.request.path
        if ASSET_PATH.fullmatch(path) and path != "/index.html":
            await self._send_asset(path)
        elif path.startswith("/assets/"):
            raise AssetMissing("The front end has no such file")
        else:
            await self._send_page()

    head = get

    async def post(self) -> None:
        """Refuse to change a page. Raises: RequestRefused."""
        self.raise_refusal()
        self.set_status(405)
        self.write_error(405)

    put = delete = patch = options = post

    async def _send_asset(self, path: str) -> None:
        takes_gzip = accepts_gzip(self.request.headers.get("Accept-Encoding", ""))
        asset = await asyncio.to_thread(_read_asset, self.site.static, path, takes_gzip=takes_gzip)
        suffix = Path(path).suffix
        kind = TEXT_TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
        self.set_header("Content-Type", kind)
        self.set_header("Vary", "Accept-Encoding")
        if asset.is_gzip:
            self.set_header("Content-Encoding", "gzip")
        if path.startswith("/assets/"):
            # Vite puts a hash of the content into these names.
            self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.finish(asset.content)

    async def _send_page(self) -> None:
        try:
            page = await asyncio.to_thread((self.site.static / "index.html").read_text, "utf-8")
        except OSError as gone:
            raise NotBuilt("The front end has not been built", hint="Run `make` in the checkout.") from gone
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Security-Policy", page_policy(nonce, self.request.host))
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(with_nonce(waiting_for(self.request.path, page), nonce))


def waiting_for(path: str, page: str) -> str:
    """Return a page whose placeholder, shown until its script has run, has the outline of what a path will show."""
    return page.replace("wait-project", "wait-pipeline", 1) if PIPELINE_PATH.fullmatch(path) else page


def with_nonce(page: str, nonce: str) -> str:
    """Return a page whose `csp-nonce` meta element has the nonce; it gets one at the head's begin if it has none."""
    meta = f'<meta name="csp-nonce" content="{nonce}">'
    if NONCE_META.search(page):
        return NONCE_META.sub(meta, page, count=1)
    return page.replace("<head>", f"<head>{meta}", 1)


def accepts_gzip(codings: str) -> bool:
    """Say whether an Accept-Encoding header lets an answer be gzip. Source: RFC 9110, section 12.5.3."""
    weights = {}
    for part in codings.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = weight.replace(" ", "")
    given = weights.get("gzip", weights.get("*"))
    return given is not None and ZERO_WEIGHT.fullmatch(given) is None


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the front end, as it is sent."""

    content: bytes
    is_gzip: bool


def _read_asset(static: Path, path: str, *, takes_gzip: bool) -> Asset:
    file = (static / path.lstrip("/")).resolve()
    if not file.is_relative_to(static.resolve()) or not file.is_file() or file.suffix == GZIP_SUFFIX:
        raise AssetMissing("The front end has no such file")
    compressed = file.with_name(file.name + GZIP_SUFFIX)
    if takes_gzip and compressed.is_file():
        return Asset(compressed.read_bytes(), is_gzip=True)
    return Asset(file.read_bytes(), is_gzip=False)
