"""Messages that only their sender could have sent."""

from __future__ import annotations

import asyncio

import pytest

from flowstone.engine.framing import StreamBroken, pack
from flowstone.engine.signing import Signature, SignatureWrong, new_key

KEY = new_key()


def stream_of(*pieces: bytes) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    stream.feed_data(b"".join(pieces))
    stream.feed_eof()
    return stream


async def two_messages(reader: Signature, stream: asyncio.StreamReader) -> None:
    for _ in range(2):
        await reader.read(stream)


async def test_messages_arrive_in_their_order() -> None:
    """Nothing that is sent may be lost by being signed."""
    sender, reader = Signature(KEY), Signature(KEY)
    stream = stream_of(sender.packed(b"one"), sender.packed(b""), sender.packed(b"x" * 100_000))

    assert [await reader.read(stream) for _ in range(3)] == [b"one", b"", b"x" * 100_000]
    with pytest.raises(StreamBroken):
        await reader.read(stream)


@pytest.mark.parametrize(
    "harm",
    {
        "garbage before it": lambda sender: b"\x00\x10" + sender.packed(b"done"),
        "garbage alone": lambda sender: b"garbage that is longer than a length and its mark",
        "a length of its own making": lambda sender: pack(b"x" * 200),
        "another key": lambda sender: Signature(new_key()).packed(b"done"),
        "a changed message": lambda sender: sender.packed(b"done")[:-1] + b"t",
        "a message said twice": lambda sender: (said := sender.packed(b"done")) + said,
        "a message left out": lambda sender: (sender.packed(b"lost"), sender.packed(b"done"))[1],
    }.items(),
    ids=lambda harm: harm[0],
)
async def test_what_was_not_signed_in_its_place_is_refused(harm: tuple[str, object]) -> None:
    """A block that writes to the socket must not be able to say that it is done."""
    make = harm[1]
    assert callable(make)
    stream, reader = stream_of(make(Signature(KEY))), Signature(KEY)

    with pytest.raises(SignatureWrong):
        await two_messages(reader, stream)
