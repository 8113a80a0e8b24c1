"""Messages that nobody else could have sent: each carries keyed hashes of its length, its content and its place.

A block inherits the socket its worker speaks through, and may write to it by mistake or on purpose. What it writes
has no such hashes, so it cannot pass for the worker's answer, and the first twenty bytes of it give it away. This
guards against accidents and tricks, not against code that searches the worker's memory for the key: blocks run with
the worker's rights.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from typing import TYPE_CHECKING

from flowstone.engine.framing import LENGTH, MAX_MESSAGE_BYTES, StreamBroken

if TYPE_CHECKING:
    import asyncio

KEY_BYTES = 32
MARK_BYTES = 16


class SignatureWrong(Exception):  # an event for the reader of a stream, not a person's failure
    """A message was not signed with the key, or not in this place of the order."""


def new_key() -> bytes:
    """Return a key that nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


class Signature:
    """One direction of a connection: its sender signs with it, its reader checks with another of the same key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._count = 0
        self.turn = threading.Lock()
        """To be held while a message is signed and sent, so that the order sent is the order signed."""

    def packed(self, message: bytes) -> bytes:
        """Return the next message as it travels: its length and that length's mark, its own mark, and itself."""
        self._count += 1
        length = LENGTH.pack(len(message))
        return length + self._mark(b"length", length) + self._mark(b"message", message) + message

    async def read(self, stream: asyncio.StreamReader) -> bytes:
        """Wait for the next message. Raises: StreamBroken, at the end of the stream; SignatureWrong."""
        self._count += 1
        try:
            length = await stream.readexactly(LENGTH.size)
            self._check(await stream.readexactly(MARK_BYTES), b"length", length)
            mark = await stream.readexactly(MARK_BYTES)
            message = await stream.readexactly(min(LENGTH.unpack(length)[0], MAX_MESSAGE_BYTES))
        except (EOFError, ConnectionError) as ended:
            raise StreamBroken("the other end is gone") from ended
        self._check(mark, b"message", message)
        return message

    def _check(self, mark: bytes, part: bytes, content: bytes) -> None:
        if not hmac.compare_digest(mark, self._mark(part, content)):
            raise SignatureWrong("something else than the worker wrote to its connection")

    def _mark(self, part: bytes, content: bytes) -> bytes:
        order = self._count.to_bytes(8, "big")
        return hashlib.blake2b(order + content, key=self._key, digest_size=MARK_BYTES, person=part).digest()
