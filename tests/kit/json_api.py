"""A small HTTP API over a list of rows that pages in every way that APIs do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

PAGE = 2


@dataclass
class JsonApi:
    """A running API: its address, what it has, what it was asked, and how often it is still too busy to answer."""

    url: str
    rows: list[dict[str, Any]]
    busy: int = 0
    token: str = ""
    asked: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    api: ClassVar[JsonApi]

    def do_GET(self) -> None:
        self.api.asked.append(self.path)
        if self.api.busy:
            self.api.busy -= 1
            self._answer(429, {"message": "busy"}, {"Retry-After": "0"})
        elif self.api.token and self.headers["Authorization"] != f"Bearer {self.api.token}":
            self._answer(401, {"message": "who are you?"}, {})
        else:
            self._page(urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query)))

    def _page(self, path: str, query: dict[str, str]) -> None:
        rows, url = self.api.rows, self.api.url
        start = (int(query.get("page", 1)) - 1) * PAGE if path == "/page" else int(query.get("at", 0))
        page, after = rows[start : start + PAGE], start + PAGE
        is_last = after >= len(rows)
        match path:
            case "/page" | "/offset":
                self._answer(200, {"result": {"items": page}}, {})
            case "/cursor":
                self._answer(200, {"items": page, "meta": {"next": None if is_last else str(after)}}, {})
            case "/address":
                self._answer(200, {"items": page, "next": None if is_last else f"{url}/address?at={after}"}, {})
            case "/link":
                self._answer(200, page, {} if is_last else {"Link": f'</link?at={after}>; rel="next"'})
            case "/astray":
                self._answer(200, page, {"Link": f'<{url.replace("127.0.0.1", "localhost")}/link>; rel="next"'})
            case "/one":
                self._answer(200, rows[0], {})
            case _:
                self._answer(404, {"message": "not found"}, {})

    def _answer(self, status: int, body: Any, headers: dict[str, str]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(content)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay silent."""


@contextmanager
def json_api(rows: list[dict[str, Any]]) -> Iterator[JsonApi]:
    """Serve rows on this machine for as long as the context lasts."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.api = api = JsonApi(f"http://127.0.0.1:{server.server_port}", rows)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
