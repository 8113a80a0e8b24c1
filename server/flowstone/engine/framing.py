"""Messages on a stream socket: four bytes of length, big-endian, and that many bytes."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

LENGTH = struct.Struct(">I")
MAX_MESSAGE_BYTES = 256 << 20
"""More than any honest message; a length beyond it means that something else wrote to the socket."""


class StreamBroken(Exception):  # an end of the stream is an event for its reader, not a person's failure
    """The other end is gone, or what it sent is no message."""


def pack(message: bytes) -> bytes:
    """Return a message as it travels."""
    return LENGTH.pack(len(message)) + message


def receive(connection: socket.socket) -> bytes:
    """Wait for a message. Raises: StreamBroken, at the end of the stream."""
    (length,) = LENGTH.unpack(_receive_exactly(connection, LENGTH.size))
    return _receive_exactly(connection, _checked(length))


async def read(stream: asyncio.StreamReader) -> bytes:
    """Wait for a message without blocking the loop. Raises: StreamBroken, at the end of the stream."""
    try:
        (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        return await stream.readexactly(_checked(length))
    except (EOFError, ConnectionError) as ended:
        raise StreamBroken("the other end is gone") from ended


def _checked(length: int) -> int:
    if length > MAX_MESSAGE_BYTES:
        raise StreamBroken(f"a message of {length} bytes was announced")
    return length


def _receive_exactly(connection: socket.socket, count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        try:
            part = connection.recv(min(count, 1 << 20))
        except ConnectionError as ended:
            raise StreamBroken("the other end is gone") from ended
        if not part:
            raise StreamBroken("the other end is gone")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
