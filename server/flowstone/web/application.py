"""Build the application from the table of routes, and serve it."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from flowstone.errors.web import UnsafeBinding
from flowstone.web.api import ApiHandler
from flowstone.web.call import Services
from flowstone.web.control import Control
from flowstone.web.downloads import DOWNLOAD_PATTERN, DownloadHandler, Tickets
from flowstone.web.frame import FRAME_PATH, FrameHandler
from flowstone.web.gate import LOOPBACK_NAMES, gate_for
from flowstone.web.hub import Hub
from flowstone.web.language_socket import LanguageSocketHandler, language_pattern
from flowstone.web.pages import PageHandler
from flowstone.web.route import Route, path_pattern
from flowstone.web.routes import PREFIX, ROUTES, SOCKET_PATH
from flowstone.web.sessions import Clock, OneTimeTokens, Sessions, Throttle
from flowstone.web.shelf import Shelf
from flowstone.web.site import STATIC, Site, cookie_name
from flowstone.web.socket import MAX_MESSAGE_BYTES, PING_S, SocketHandler
from flowstone.web.uploading import UploadHandler

if TYPE_CHECKING:
    from flowstone.web.schedules import OpenSchedules
    from flowstone.web.workbench import OpenWorkbench, Workbench

log = logging.getLogger("flowstone.web")

MAX_HEADER_BYTES = 32 << 10
SESSIONS_FILE = "sessions.json"
LAST_ANSWERS_S = 3.0
"""How long a server that stops waits for what it is answering."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client may take. Units: seconds; `headers_s` also bounds an idle connection."""

    headers_s: float = 30.0
    body_s: float = 60.0
    ping_s: float = PING_S


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens, and under which further names it is reached (`name` or `name:port`)."""

    host: str = "127.0.0.1"
    port: int = 0
    allowed_hosts: tuple[str, ...] = ()
    password: str | None = None


LOOPBACK = Listening()


def make_application(site: Site, *, ping_s: float = PING_S) -> Application:
    """Return the application of a site: every route of the table, the socket, and the front end."""
    paths: dict[str, dict[str, Route]] = defaultdict(dict)
    for route in ROUTES:
        paths[route.path][route.method] = route
    rules: list[tuple[str, type[RequestHandler], dict[str, Any]]] = [
        (PREFIX + path_pattern(path), _handler_of(routes), {"site": site, "routes": routes})
        for path, routes in paths.items()
    ]
    rules.append((SOCKET_PATH, SocketHandler, {"site": site}))
    rules.append((PREFIX + language_pattern(), LanguageSocketHandler, {"site": site}))
    rules.append((DOWNLOAD_PATTERN, DownloadHandler, {"site": site}))
    rules.append((r"/api(?:/.*)?", ApiHandler, {"site": site}))
    rules.append((FRAME_PATH, FrameHandler, {"site": site}))
    rules.append((r"/.*", PageHandler, {"site": site}))
    return Application(
        rules,
        # What no rule has, such as a target that is no path, is refused by the same base class.
        default_handler_class=ApiHandler,
        default_handler_args={"site": site},
        log_function=_log_request,
        websocket_ping_interval=ping_s,
        # Tornado waits five seconds more for the client's close: 20 + 15 + 5 is 40.
        websocket_ping_timeout=0.75 * ping_s,
        websocket_max_message_size=MAX_MESSAGE_BYTES,
    )


def _handler_of(routes: dict[str, Route]) -> type[ApiHandler]:
    return UploadHandler if any(route.takes_file for route in routes.values()) else ApiHandler


def _log_request(handler: RequestHandler) -> None:
    """Log a request by its path: a query may hold what a log must not."""
    request = handler.request
    took_ms = 1000 * request.request_time()
    log.debug("%s %s %s %.1f ms", handler.get_status(), request.method, request.path, took_ms)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    port: int
    site: Site
    http: HTTPServer

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        return self.site.services.control.url

    @property
    def link(self) -> str:
        """A fresh start link: its token is good once, for ten minutes.

        The token is in the fragment, which no browser sends and no log on the way sees.
        """
        return f"{self.url}#token={self.site.services.tokens.issue()}"

    async def opened(self) -> None:
        """Wait until every project is open. Raises: ProjectBusy, InvalidProject, SourceError."""
        await self.site.services.shelf.opened()

    async def close(self) -> None:
        """Stop listening, close every socket, give the last answers and let the projects go."""
        self.http.stop()
        for handler in tuple(self.site.sockets):
            handler.close(1001, "the server stops")
        await self.site.answering.stop(within_s=LAST_ANSWERS_S)
        await self.http.close_all_connections()
        await self.site.services.shelf.close()


async def serve(
    projects: Sequence[Path],
    *,
    state: Path,
    listening: Listening = LOOPBACK,
    open_workbench: OpenWorkbench | None = None,
    open_schedules: OpenSchedules | None = None,
    clock: Clock = time.time,
    patience: Patience = PATIENCE,
    static: Path = STATIC,
) -> Server:
    """Serve projects. The server answers when this returns; the projects are opened beside it: see `opened`.

    `state` is the folder in which sessions outlive a restart. Without `open_schedules` nothing starts by itself.
    Raises: UnsafeBinding, for an address beyond this machine without a password; OSError, for a port that is taken.
    """
    refuse_unsafe(listening)
    listeners = _bind(listening.host, listening.port)
    port: int = listeners[0].getsockname()[1]
    hub = Hub()
    control = Control(_url(listening.host, port), os.getpid())
    services = Services(
        shelf=Shelf(
            projects,
            hub=hub,
            open_workbench=open_workbench or _open_workbench,
            control=control,
            open_schedules=open_schedules,
        ),
        hub=hub,
        control=control,
        sessions=Sessions(state / SESSIONS_FILE, clock=clock, password=listening.password),
        tokens=OneTimeTokens(clock),
        throttle=Throttle(clock),
        downloads=Tickets(clock),
    )
    names = (*LOOPBACK_NAMES, *_own_name(listening.host))
    gate = gate_for(names, port, allowed=listening.allowed_hosts)
    site = Site(gate, cookie_name(port), services, static)
    services.sessions.on_end(site.end_session)
    http = HTTPServer(
        make_application(site, ping_s=patience.ping_s),
        # Bodies are bounded by route, in the base class, which answers 413 where Tornado would hang up.
        max_body_size=1 << 62,
        max_header_size=MAX_HEADER_BYTES,
        idle_connection_timeout=patience.headers_s,
        body_timeout=patience.body_s,
    )
    http.add_sockets(listeners)
    services.shelf.start()
    return Server(port, site, http)


def refuse_unsafe(listening: Listening) -> None:
    """Refuse to be reached from other machines without a password. Raises: UnsafeBinding."""
    if not _is_loopback(listening.host) and not listening.password:
        raise UnsafeBinding(
            f"Listening on {listening.host} would let other machines in without a password",
            hint="Set a password, or leave --host out to listen on this machine only.",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(host: str, port: int) -> str:
    """Return where a browser on this machine finds a server that listens on an address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{port}/"
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"http://[{address}]:{port}/" if address.version == 6 else f"http://{address}:{port}/"


def _own_name(host: str) -> tuple[str, ...]:
    """Return how a browser writes the address that is listened on; nothing for "every address"."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return (host,)
    if address.is_unspecified:
        return ()
    return (f"[{address}]" if address.version == 6 else str(address),)


def _bind(host: str, port: int) -> list[socket.socket]:
    from tornado.netutil import bind_sockets

    # Only the first address of a name: two sockets with port 0 would get two ports.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return bind_sockets(port, host, family=family, backlog=512)


async def _open_workbench(root: Path) -> Workbench:
    import asyncio
    from importlib import import_module

    # The engine takes a while to import: beside the loop, which answers meanwhile.
    engine = await asyncio.to_thread(import_module, "flowstone.engine.workbench")
    workbench: Workbench = await engine.Workbench.open(root, serve=True)
    return workbench
