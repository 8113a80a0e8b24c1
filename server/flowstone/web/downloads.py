"""Downloads by link: a ticket that the session's key has got stands in the address, and the cookie beside it.

A link carries no header, and a cookie alone is never enough (decision 0005): so a page asks for a ticket, with the key,
and links to it. A ticket is good for ten minutes and for the session that asked, and says what is downloaded.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from tornado.iostream import StreamClosedError

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import NotFound
from flowstone.model.export import MEDIA_TYPES, Export
from flowstone.model.ids import ArtifactHash
from flowstone.web.guarded import GuardedHandler

if TYPE_CHECKING:
    from flowstone.web.sessions import Clock, Session

DOWNLOADS = "/api/v1/downloads/"
DOWNLOAD_PATTERN = DOWNLOADS + r"([A-Za-z0-9_-]{20,64})"
TICKET_LIFE_S = 600.0
MAX_TICKETS = 1_000
STALLED_S = 120.0
"""How long nobody takes what is sent until it is given up, for others wait."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What may be downloaded, and by whom."""

    project: str
    artifact: ArtifactHash
    export: Export
    file_name: str
    session: Session


class Tickets:
    """The tickets that are good."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[float, Ticket]] = {}

    def issue(self, ticket: Ticket) -> str:
        """Return a secret by which a download can be asked for; the oldest make room."""
        now = self._clock()
        self._issued = {key: kept for key, kept in self._issued.items() if now - kept[0] < TICKET_LIFE_S}
        for oldest in list(self._issued)[: max(0, len(self._issued) - MAX_TICKETS + 1)]:
            del self._issued[oldest]
        secret = secrets.token_urlsafe(24)
        self._issued[secret] = (now, ticket)
        return secret

    def find(self, secret: str, session: Session | None) -> Ticket:
        """Return what a ticket is for. Raises: NotFound, for one that is unknown, over, or another session's."""
        issued_at, ticket = self._issued.get(secret, (0.0, None))
        if ticket is None or ticket.session != session or self._clock() - issued_at >= TICKET_LIFE_S:
            raise NotFound("download", "of this link", hint="Ask for it again.")
        return ticket


def path_of(secret: str) -> str:
    """Return where the download of a ticket is."""
    return DOWNLOADS + secret


class DownloadHandler(GuardedHandler):
    """Sends a table in the form that a ticket says, as fast as it is taken."""

    may_navigate = True

    def shows_key(self, session: Session) -> bool:
        """Let the ticket stand for the key, which got it; it is looked at in `get`."""
        return session is not None

    async def get(self, secret: str) -> None:
        """Send a download. Raises: NotFound; FlowstoneError, for what is wrong before the first byte is sent."""
        self.raise_refusal()
        ticket = self.site.services.downloads.find(secret, self.session)
        opened = await self.site.services.shelf.project(ticket.project)
        try:
            async with aclosing(opened.workbench.tables.export(ticket.artifact, ticket.export)) as pieces:
                async for piece in pieces:
                    self._begin(ticket)
                    self.write(piece)
                    async with asyncio.timeout(STALLED_S):
                        await self.flush()
        except (StreamClosedError, TimeoutError):
            self.cut_off()  # whoever downloaded has stopped it, or sleeps
            return
        except FlowstoneError:
            if not self._headers_written:
                raise
            # Cut off, so that the browser says so: an end would make it a whole file.
            self.cut_off()
            return
        self._begin(ticket)
        await self.finish()

    def _begin(self, ticket: Ticket) -> None:
        if self._headers_written:
            return
        self.set_header("Content-Type", MEDIA_TYPES[ticket.export.format])
        plain = ticket.file_name.encode("ascii", "replace").decode().replace("?", "_")
        self.set_header(
            "Content-Disposition", f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(ticket.file_name)}"
        )
