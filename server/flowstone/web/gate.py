"""Where a request may come from: exact sets of hosts and origins, no prefix, no pattern, no CORS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flowstone.errors.web import Forbidden

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
OWN_SITE = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a request's headers say of where it was sent and where from. Each list has every copy of its header."""

    target: str
    hosts: Sequence[str]
    origins: Sequence[str]
    fetch_site: str | None = None
    fetch_mode: str | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """The hosts and origins of one server. A DNS name that was rebound to this machine is in neither."""

    hosts: frozenset[str]
    origins: frozenset[str]

    def check(self, arrival: Arrival, *, needs_origin: bool = False, may_navigate: bool = False) -> None:
        """Let a request pass or refuse it.

        `needs_origin` is for sockets, which every browser opens with one. `may_navigate` is for pages: a link to
        them on another site is harmless, since nothing that they show comes without the key.
        Raises: Forbidden, naming the header that is not as it must be.
        """
        if not arrival.target.startswith("/"):
            raise Forbidden("The request's target must begin with a slash")
        if len(arrival.hosts) != 1 or arrival.hosts[0].lower() not in self.hosts:
            raise Forbidden(
                "This server does not answer to that Host",
                hint="Open the link that the server printed.",
            )
        self._check_origin(arrival.origins, needs_origin=needs_origin)
        is_link = may_navigate and arrival.fetch_mode == "navigate"
        if arrival.fetch_site is not None and arrival.fetch_site not in OWN_SITE and not is_link:
            raise Forbidden("Another site may not ask this server (Sec-Fetch-Site)")

    def _check_origin(self, origins: Sequence[str], *, needs_origin: bool) -> None:
        if not origins and not needs_origin:
            return
        if len(origins) != 1 or origins[0] not in self.origins:
            raise Forbidden("A page of another origin may not ask this server (Origin)")


def gate_for(names: Iterable[str], port: int, *, allowed: Iterable[str] = ()) -> Gate:
    """Return the gate of a server that is reached by these names at a port, and by what else was allowed.

    An allowed name (`flow.example.org`) may be a proxy's: its pages come by HTTPS too, at the proxy's usual port.
    One with a port (`flow.example.org:8443`) is taken as it is written.
    """
    own = {written for name in names for written in _written(name.lower(), port)}
    other = {written for name in allowed for written in _allowed(name.lower(), port)}
    origins = {f"http://{host}" for host in own | other} | {f"https://{host}" for host in other}
    return Gate(frozenset(own | other), frozenset(origins))


def is_host(name: str) -> bool:
    """Say whether a text is one host, with or without a port, and no pattern of several."""
    return HOST.fullmatch(name) is not None


def _written(name: str, port: int) -> Iterable[str]:
    """Return the ways a Host header writes a name: a browser leaves port 80 out."""
    return (name, f"{name}:80") if port == 80 else (f"{name}:{port}",)


def _allowed(name: str, port: int) -> Iterable[str]:
    bare, colon, own_port = name.rpartition(":")
    if colon and own_port.isdecimal():
        return (name, bare) if own_port in ("80", "443") else (name,)
    return (name, f"{name}:{port}")
