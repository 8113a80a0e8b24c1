"""Answer the routes of the table: read what the route says it takes, call its action, send what it gives."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flowstone.errors.source import BadId
from flowstone.errors.store import EditConflict
from flowstone.errors.web import PreconditionRequired, RequestRefused
from flowstone.web.call import Call, RawReply, Reply
from flowstone.web.guarded import GuardedHandler
from flowstone.web.route import PATH_PARTS, IntegerQuery, Precondition, QueryPart, Route
from flowstone.web.routes import CONTROL_PATHS, OPEN_PATHS, PREFIX
from flowstone.web.sessions import SESSION_LIFE_S

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from flowstone.web.site import Site

OPEN = frozenset(PREFIX + path for path in OPEN_PATHS)
CONTROLLED = frozenset(PREFIX + path for path in CONTROL_PATHS)
MAX_QUERY_BYTES = 100_000
MAX_QUERY_PARTS = 20
ETAG = re.compile(r'"[\x21\x23-\x7e]{1,128}"')

Action = Callable[[Call[Any]], Awaitable[Reply[Any] | RawReply]]


class MethodRefused(RequestRefused):
    """A path does not have that method."""

    code = "method_not_allowed"
    status = 405


class PathUnknown(RequestRefused):
    """No route has that path."""

    code = "not_found"
    status = 404


@cache
def action_of(route: Route) -> Action:
    """Return the function that answers a route, imported at its first use."""
    module, _, function = route.action.partition(".")
    found: Action = getattr(import_module(f"flowstone.web.resources.{module}"), function)
    return found


@cache
def request_adapter(route: Route) -> TypeAdapter[Any]:
    """Return the reader of a route's bodies."""
    from pydantic import TypeAdapter

    return TypeAdapter(route.request)


@cache
def answer_adapter(route: Route) -> TypeAdapter[Any]:
    """Return the writer of a route's answers."""
    from pydantic import TypeAdapter

    return TypeAdapter(route.answer)


class ApiHandler(GuardedHandler):
    """One path of the table, with the methods that it has."""

    def initialize(self, site: Site, routes: Mapping[str, Route] | None = None) -> None:
        """Take the path's routes by method; none is a path that the table does not have."""
        super().initialize(site)
        self.routes = routes or {}

    def needs_session(self) -> bool:
        """Say whether the path needs a session: all but the few of the exact list do."""
        return self.request.path not in OPEN

    def takes_control(self) -> bool:
        """Say whether the path is one of the exact list that the control key opens."""
        return self.request.path in CONTROLLED

    def admit(self) -> None:
        """Find the method's route, and with it the bound of the body. Raises: PathUnknown, MethodRefused."""
        if not self.routes:
            raise PathUnknown("There is nothing at this path")
        method = self.request.method or ""
        if method not in self.routes:
            raise MethodRefused(f"This path does not take {method}", details={"allowed": sorted(self.routes)})
        self.route = self.routes[method]
        self.max_body_bytes = self.route.max_body_bytes

    async def answer(self, **path: str) -> None:
        """Answer a request whose body is here. Raises: FlowstoneError."""
        self.raise_refusal()
        call = Call(
            services=self.site.services,
            path=path_values(path),
            query=query_values(self.route.query, self.request.query),
            body=self._read_body(),
            if_match=self._precondition(),
            session=self.session,
        )
        try:
            reply = await action_of(self.route)(call)
        except EditConflict as conflict:
            # Both versions travel, so that the browser can show them side by side whatever it still has.
            conflict.details["yours"] = getattr(call.body, "text", None)
            raise
        self._send(reply)

    get = post = put = delete = head = patch = options = answer

    def _read_body(self) -> Any:
        if self.route.request is None:
            return None
        from flowstone.web.json_text import decode

        return decode(bytes(self.body), request_adapter(self.route))

    def _precondition(self) -> str | None:
        """Return the ETag that a change is based on. Raises: PreconditionRequired, when none is given."""
        if self.route.precondition is Precondition.NONE:
            return None
        tag = self.request.headers.get("If-Match")
        is_new = self.request.headers.get("If-None-Match") == "*"
        if tag is None and is_new and self.route.precondition is Precondition.MATCH_OR_NEW:
            return None
        if tag is None or is_new:
            raise PreconditionRequired(
                f"A save must say what it is based on: {self.route.precondition.value}",
                hint="Send the ETag that came with the text.",
            )
        # `*` would overwrite whatever is there, which is what the header is for preventing.
        if not ETAG.fullmatch(tag):
            raise RequestRefused("If-Match must be one strong ETag in its quotes")
        return tag

    def _send(self, reply: Reply[Any] | RawReply) -> None:
        self.set_status(self.route.status)
        if isinstance(reply, RawReply):
            self.set_header("Content-Type", self.route.media_type)
            self.finish(reply.content)
            return
        if reply.etag is not None:
            self.set_header("ETag", reply.etag)
        self._send_cookie(reply)
        if self.route.answer is None:
            self.clear_header("Content-Type")
            self.finish()
            return
        self.set_header("Content-Type", self.route.media_type)
        self.finish(answer_adapter(self.route).dump_json(reply.answer))

    def _send_cookie(self, reply: Reply[Any]) -> None:
        name = self.site.cookie_name
        if reply.begins is not None:
            life_s = int(SESSION_LIFE_S)
            self.set_cookie(name, reply.begins.cookie, httponly=True, samesite="Strict", path="/", max_age=life_s)
        elif reply.ends_session:
            self.clear_cookie(name, path="/", httponly=True, samesite="Strict")

    def compute_etag(self) -> str | None:
        """Compute none: ETags name what is on disk, not what was sent."""
        return None


def path_values(path: Mapping[str, str]) -> Mapping[str, str]:
    """Return a path's values as they are. Raises: BadId, for one that no thing of its kind can have."""
    from flowstone.errors.base import Place
    from flowstone.model.ids import ID_HINT

    for name, value in path.items():
        if not re.fullmatch(PATH_PARTS[name].pattern, value, re.DOTALL):
            raise _BadPath(f"{value[:80]!r} cannot be a {name}'s id", place=Place(""), hint=ID_HINT)
    return path


class _BadPath(BadId, RequestRefused):
    """An id in a path that cannot be one: the request is wrong, not a file."""

    status = 400


def query_values(parts: tuple[QueryPart, ...], query: str) -> dict[str, str | int | None]:
    """Return the values of a query string, defaults included.

    Raises: RequestRefused, for one that is unknown, there twice, out of its bounds, or not UTF-8.
    """
    given = _parsed(query)
    known = {part.name for part in parts}
    for name in given:
        if name not in known:
            raise RequestRefused(f"The query has an unknown part {name[:80]!r}", details={"known": sorted(known)})
    return {part.name: _value(part, given.get(part.name)) for part in parts}


def _parsed(query: str) -> dict[str, str]:
    if len(query) > MAX_QUERY_BYTES:
        raise RequestRefused("The query is too long")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_PARTS)
    except ValueError as wrong:
        raise RequestRefused("The query is not one") from wrong
    given = dict(pairs)
    if len(given) < len(pairs):
        raise RequestRefused("The query has a part twice")
    return given


def _value(part: QueryPart, text: str | None) -> str | int | None:
    if isinstance(part, IntegerQuery):
        return part.default if text is None else _integer(part, text)
    if text is None:
        return None
    if len(text) > part.max_length or (part.pattern and not re.fullmatch(part.pattern, text)):
        raise RequestRefused(f"The query's {part.name!r} cannot be {text[:80]!r}")
    return text


def _integer(part: IntegerQuery, text: str) -> int:
    is_number = re.fullmatch(r"-?[0-9]{1,19}", text) is not None
    if not is_number or not part.minimum <= int(text) <= part.maximum:
        raise RequestRefused(
            f"The query's {part.name!r} must be a whole number from {part.minimum} to {part.maximum}",
            details={"minimum": part.minimum, "maximum": part.maximum},
        )
    return int(text)
