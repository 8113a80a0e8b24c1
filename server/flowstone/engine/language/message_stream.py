"""Messages of the language server protocol on a pipe: a header with the length, then JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]

MAX_HEADER_BYTES = 4_096
MAX_MESSAGE_BYTES = 32 << 20
LENGTH = b"content-length:"


class StreamBroken(Exception):
    """What came through the pipe is no message of the protocol, or one without end."""


def framed(message: Mapping[str, Any]) -> bytes:
    """Return a message as it goes through a pipe."""
    content = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


async def read_message(stream: asyncio.StreamReader) -> Message | None:
    """Return the next message, None at the end. Raises: StreamBroken."""
    try:
        head = await stream.readuntil(b"\r\n\r\n")
        content = await stream.readexactly(_length(head))
        found = json.loads(content)
    except asyncio.IncompleteReadError:
        return None
    except (asyncio.LimitOverrunError, ValueError) as wrong:
        raise StreamBroken from wrong
    if not isinstance(found, dict):
        raise StreamBroken
    return found


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            length = int(line.removeprefix(LENGTH))
            if 0 <= length <= MAX_MESSAGE_BYTES:
                return length
    raise ValueError(head[:100])
