"""What a client of the server can be told."""

from __future__ import annotations

from flowstone.errors.base import FlowstoneError


class RequestRefused(FlowstoneError):
    """A request is not one that the server answers; `status` is the HTTP status code."""

    code = "bad_request"
    status = 400


class NotSignedIn(RequestRefused):
    """A request came without a session or its key."""

    code = "not_signed_in"
    status = 401


class Forbidden(RequestRefused):
    """A request came from a place that may not ask: a foreign Host, Origin or site."""

    code = "forbidden"
    status = 403


class BodyTooLarge(RequestRefused):
    """A body or message passes its limit."""

    code = "too_large"
    status = 413


class PreconditionRequired(RequestRefused):
    """A save came without If-Match."""

    code = "precondition_required"
    status = 428


class TooManyFailures(RequestRefused):
    """Too many wrong tokens, passwords or keys came in the last minute."""

    code = "too_many_failures"
    status = 429


class ServerMissing(FlowstoneError):
    """No server is running for a project."""

    code = "server_missing"

    def __init__(self, root: str) -> None:
        super().__init__(
            f"No server is running for {root}",
            hint=f"Start one: flowstone start {root}",
            details={"root": root},
        )


class ServerRefused(FlowstoneError):
    """A running server does not do what a command asks of it."""

    code = "server_refused"


class UnsafeBinding(FlowstoneError):
    """The server was asked to listen beyond this machine without a password."""

    code = "unsafe_binding"
