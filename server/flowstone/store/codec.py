"""Values of the model to JSON and back, as the ledger, the manifests and the workers' messages hold them."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

Value = TypeVar("Value")


class Undecodable(ValueError):
    """Text that is not a value of the wanted type; its reader says in its own words what that means."""


@cache
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("Any", kind))


def encode(value: object) -> bytes:
    """Return a value as JSON.

    Raises: ValueError, for a value with something inside that JSON cannot say.
    """
    try:
        return msgspec.json.encode(value)
    except (TypeError, RecursionError) as wrong:
        raise ValueError(str(wrong)) from wrong


def encode_text(value: object) -> str:
    """Return a value as JSON text. Raises: ValueError, like `encode`."""
    return encode(value).decode()


def decode(kind: type[Value], text: str | bytes) -> Value:
    """Read a value of that type from JSON. Raises: Undecodable, when the text is not such a value."""
    try:
        return cast(Value, _decoder(cast("Hashable", kind)).decode(text))
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Undecodable(str(wrong)) from wrong
