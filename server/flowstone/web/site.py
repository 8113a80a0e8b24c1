"""What all handlers of one server share, besides the services that their actions use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flowstone.web.answering import Answering

if TYPE_CHECKING:
    from flowstone.web.call import Services
    from flowstone.web.gate import Gate
    from flowstone.web.sessions import Session

STATIC = Path(__file__).parent / "static"


class OpenSocket(Protocol):
    """A socket that somebody listens on."""

    def end_session(self, session: Session) -> None:
        """Close the socket if it belongs to a session that has ended."""
        ...

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the socket."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """One server's gate, cookie and services. `static` is the folder of the built front end."""

    gate: Gate
    cookie_name: str
    services: Services
    static: Path = STATIC
    sockets: set[OpenSocket] = field(default_factory=set)
    """Those that are open."""
    answering: Answering = field(default_factory=Answering)

    def end_session(self, session: Session) -> None:
        """Close the sockets of a session that has ended."""
        for handler in tuple(self.sockets):
            handler.end_session(session)


def cookie_name(port: int) -> str:
    """Return the name of the session's cookie: of its own for each port, since all ports of a host share cookies."""
    return f"flowstone_session_{port}"
