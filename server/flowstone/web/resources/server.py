"""The server itself: that it is there, what it offers, and who is signed in."""

from __future__ import annotations

import asyncio

from flowstone import __version__
from flowstone.errors.web import NotSignedIn, RequestRefused
from flowstone.web import wire_types as wire
from flowstone.web.call import Call, RawReply, Reply


async def health(call: Call[None]) -> Reply[wire.Health]:  # noqa: ARG001
    """Say that the server is there."""
    return Reply(wire.Health(version=__version__))


async def openapi(call: Call[None]) -> RawReply:  # noqa: ARG001
    """Give the document of the API."""
    from flowstone.web.openapi import text

    return RawReply((await asyncio.to_thread(text)).encode())


async def sign_in(call: Call[wire.SignIn]) -> Reply[wire.SignedIn]:
    """Begin a session. Raises: NotSignedIn, for a wrong or spent token; TooManyFailures; DiskFull."""
    services = call.services
    services.throttle.check()
    if not await _is_welcome(call):
        services.throttle.count()
        raise NotSignedIn(
            "This link has been used, or is too old",
            hint="Ask for a new one with `flowstone link`: each is good once, for ten minutes.",
        )
    begun = await services.sessions.begin()
    return Reply(wire.SignedIn(key=begun.key), begins=begun)


async def _is_welcome(call: Call[wire.SignIn]) -> bool:
    if call.body.token is not None:
        return call.services.tokens.redeem(call.body.token)
    if call.body.password is not None:
        # Looking takes 50 ms of hashing on purpose: beside the loop.
        return await asyncio.to_thread(call.services.sessions.accepts_password, call.body.password)
    raise RequestRefused("A sign-in has a token or a password")


async def make_link(call: Call[None]) -> Reply[wire.LinkToken]:
    """Issue a token for a start link."""
    return Reply(wire.LinkToken(token=call.services.tokens.issue()))


async def sign_out(call: Call[None]) -> Reply[None]:
    """End the session, its sockets too. Raises: DiskFull."""
    if call.session is not None:
        await call.services.sessions.end(call.session)
    return Reply(None, ends_session=True)
