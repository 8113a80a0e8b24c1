"""What an action is given and what it gives back: no Tornado, so that actions are plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from flowstone.web.control import Control
    from flowstone.web.downloads import Tickets
    from flowstone.web.hub import Hub
    from flowstone.web.open_project import OpenProject
    from flowstone.web.sessions import NewSession, OneTimeTokens, Session, Sessions, Throttle
    from flowstone.web.shelf import Shelf

Body = TypeVar("Body")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Services:
    """What the actions of one server share."""

    shelf: Shelf
    hub: Hub
    sessions: Sessions
    tokens: OneTimeTokens
    throttle: Throttle
    control: Control
    downloads: Tickets


@dataclass(frozen=True, slots=True)
class Call(Generic[Body]):
    """A request that has passed every check: credentials, path, query, body and precondition.

    `if_match` is the ETag that a change is based on, None where a new file is to be made.
    """

    services: Services
    path: Mapping[str, str]
    query: Mapping[str, str | int | None]
    body: Body
    if_match: str | None = None
    session: Session | None = None

    async def project(self) -> OpenProject:
        """Return the project that the path names, waiting while it is being opened. Raises: NotFound."""
        return await self.services.shelf.project(self.path["project"])

    def text(self, name: str) -> str | None:
        """Return a text of the query string, None where it was left out."""
        value = self.query[name]
        return value if isinstance(value, str) else None

    def number(self, name: str) -> int:
        """Return a whole number of the query string, its default where it was left out."""
        value = self.query[name]
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Reply(Generic[Answer]):
    """An answer: a value of the route's answer type."""

    answer: Answer
    etag: str | None = None
    begins: NewSession | None = None
    """A session whose cookie goes with the answer."""
    ends_session: bool = False


@dataclass(frozen=True, slots=True)
class RawReply:
    """An answer whose bytes are sent as they are: Arrow, or JSON that was text already."""

    content: bytes
