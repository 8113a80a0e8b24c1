"""The one base class of everything that answers: what is decided once is decided here, for HTTP and sockets alike.

Host, Origin, Sec-Fetch-Site, credentials, the size and kind of bodies, the shape of errors and the headers of
every answer. A handler opts out of credentials by name; none has to remember to opt in.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError, RequestHandler, stream_request_body

from flowstone.errors.base import FlowstoneError
from flowstone.errors.web import BodyTooLarge, Forbidden, NotSignedIn, RequestRefused
from flowstone.web.control import CONTROL_HEADER
from flowstone.web.gate import Arrival
from flowstone.web.route import JSON
from flowstone.web.status_codes import status_of

if TYPE_CHECKING:
    from flowstone.web.sessions import Session
    from flowstone.web.site import Site

log = logging.getLogger("flowstone.web")

KEY_HEADER = "X-Flowstone-Key"
DRAINED_BYTES = 4 << 20
"""How much of a refused body is read and dropped, so that its sender comes to read the answer."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


class MediaTypeRefused(RequestRefused):
    """A body is of a type or coding that is not taken."""

    code = "media_type"
    status = 415


class ExpectationFailed(RequestRefused):
    """A request expects something that the server does not do."""

    code = "expectation"
    status = 417


@stream_request_body
class GuardedHandler(RequestHandler):
    """Answers requests that came the right way, with the right credentials and a body within its bound."""

    max_body_bytes = 0
    media_type = JSON
    needs_origin = False
    may_navigate = False

    def initialize(self, site: Site) -> None:
        """Take what the server's handlers share."""
        self.site = site
        self.session: Session | None = None
        self.body = bytearray()
        self._refusal: FlowstoneError | None = None
        self._received_bytes = 0

    def set_default_headers(self) -> None:
        """Give every answer, errors too, the headers that keep a browser careful."""
        self.clear_header("Server")
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)

    def needs_session(self) -> bool:
        """Say whether a request must be signed in: yes, unless a handler says otherwise."""
        return True

    def takes_control(self) -> bool:
        """Say whether a request must show the server's control key instead of being signed in."""
        return False

    def admit(self) -> None:
        """Check, before any of the body is read, what else a handler asks of a request. Raises: FlowstoneError."""

    def prepare(self) -> None:
        """Decide on a request by its headers alone.

        While the server stops there is no answer at all: to its clients it is gone, as it will be in a moment.
        Raises: the refusal, unless there is a small body: that is dropped first, and the refusal raised after it.
        """
        if self.site.answering.is_stopping:
            self.cut_off()
            return
        self.site.answering.began(self)
        try:
            self._check_arrival()
            self._check_credentials()
            self.admit()
            self._check_body_headers()
        except FlowstoneError as refused:
            if not 0 < self._declared_bytes() <= DRAINED_BYTES or "Expect" in self.request.headers:
                raise
            self._refusal = refused

    def cut_off(self) -> None:
        """Close the connection with the answer as it is: whoever asked sees that it is not whole."""
        self._auto_finish = False
        self.site.answering.ended(self)  # Tornado tells nobody of the end of a connection that it has let go
        self.detach().close()

    def on_finish(self) -> None:
        """Take note that the answer is given."""
        self.site.answering.ended(self)

    def on_connection_close(self) -> None:
        """Take note that nobody waits for the answer."""
        self.site.answering.ended(self)
        super().on_connection_close()

    def data_received(self, chunk: bytes) -> None:
        """Keep a piece of the body, up to the bound. Raises: BodyTooLarge, for one that does not stop."""
        self._received_bytes += len(chunk)
        if self._received_bytes > self.max_body_bytes and self._refusal is None:
            self._refusal = self._too_large()
            self.body.clear()
        if self._refusal is None:
            self.body += chunk
        elif self._received_bytes > self.max_body_bytes + DRAINED_BYTES and not self._finished:
            self.send_error(413, exc_info=(type(self._refusal), self._refusal, None))

    def raise_refusal(self) -> None:
        """Raise what was found wrong before or while the body was read."""
        if self._refusal is not None:
            raise self._refusal

    def _check_arrival(self) -> None:
        headers = self.request.headers
        arrival = Arrival(
            target=self.request.uri or "",
            hosts=headers.get_list("Host"),
            origins=headers.get_list("Origin"),
            fetch_site=headers.get("Sec-Fetch-Site"),
            fetch_mode=headers.get("Sec-Fetch-Mode"),
        )
        self.site.gate.check(arrival, needs_origin=self.needs_origin, may_navigate=self.may_navigate)

    def _check_credentials(self) -> None:
        if self.takes_control():
            self._check_control()
            return
        if not self.needs_session():
            return
        self.session = self.site.services.sessions.find(self.get_cookie(self.site.cookie_name))
        if self.session is None or not self.shows_key(self.session):
            self.session = None
            self.refuse_stranger()

    def _check_control(self) -> None:
        services = self.site.services
        services.throttle.check()
        if not services.control.is_near(self.request.remote_ip or ""):
            raise Forbidden("Only commands on the server's own machine may ask this")
        if not services.control.admits(self.request.headers.get(CONTROL_HEADER)):
            services.throttle.count()
            raise NotSignedIn("That is not this server's control key", hint="Ask with `flowstone link`.")

    def shows_key(self, session: Session) -> bool:
        """Say whether the request carries the session's key: a cookie alone, which any local port sees, is nothing."""
        return session.has_key(self.request.headers.get(KEY_HEADER))

    def refuse_stranger(self) -> None:
        """Refuse a request that shows no session. Raises: NotSignedIn."""
        raise NotSignedIn("You are not signed in", hint="Open the link that `flowstone link` prints.")

    def _declared_bytes(self) -> int:
        """Return how long the body says it is; 0 for none, and for a chunked one, which does not say."""
        declared = self.request.headers.get("Content-Length", "0")
        return int(declared) if declared.isascii() and declared.isdecimal() and len(declared) < 20 else 0

    def _check_body_headers(self) -> None:
        headers = self.request.headers
        if headers.get("Expect", "100-continue").lower() != "100-continue":
            raise ExpectationFailed("Only 100-continue can be expected")
        if self._declared_bytes() == 0 and "Transfer-Encoding" not in headers:
            return
        if headers.get("Content-Encoding", "identity").lower() != "identity":
            raise MediaTypeRefused("A compressed body is not taken", hint="Send it as it is.")
        if self._declared_bytes() > self.max_body_bytes:
            raise self._too_large()
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() != self.media_type:
            raise MediaTypeRefused(f"A body must be {self.media_type}")

    def _too_large(self) -> BodyTooLarge:
        limit = self.max_body_bytes
        return BodyTooLarge(f"The body is over its limit of {limit:,} bytes", details={"limit_bytes": limit})

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer an error in the one shape that errors have; an unforeseen one says nothing of the inside."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        body = {"code": "internal", "message": "Something went wrong inside Flowstone", "details": {}, "hint": ""}
        if isinstance(error, FlowstoneError):
            status_code = status_of(error)
            body = {"code": error.code, "message": error.message, "details": error.details, "hint": error.hint}
        elif isinstance(error, HTTPError) or status_code < 500:
            body |= {"code": "bad_request", "message": f"The request is refused: {self._reason.lower()}"}
        else:
            body["hint"] = "The server's log has the details."
        self.set_status(status_code)
        self._write_error_body(body)

    def _write_error_body(self, body: dict[str, Any]) -> None:
        import json

        if self._received_bytes < self._declared_bytes():
            self.set_header("Connection", "close")
        self.set_header("Content-Type", JSON)
        # Details may quote what a stranger sent, half surrogates too: ASCII carries everything.
        self.finish(json.dumps({"error": body}, default=str))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log what was not foreseen, with its path only: queries and headers may hold what a log must not."""
        if isinstance(value, HTTPError) or (isinstance(value, FlowstoneError) and status_of(value) < 500):
            return
        assert typ is not None
        assert value is not None
        log.error("%s %s failed", self.request.method, self.request.path, exc_info=(typ, value, tb))
