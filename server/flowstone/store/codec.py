"""Values of the model to JSON and back, as the ledger, the manifests and the workers' messages hold them."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

Value = TypeVar("Value")


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, kind))


def encode(kind: Any, value: object) -> str:
    """Return a value of that type as JSON text."""
    return _adapter(kind).dump_json(value).decode()


def decode(kind: type[Value], text: str | bytes) -> Value:
    """Read a value of that type from JSON text.

    Raises: pydantic.ValidationError, when the text is not such a value.
    """
    found: Value = _adapter(cast(Hashable, kind)).validate_json(text)
    return found


def to_plain(kind: Any, value: object) -> Any:
    """Return a value of that type as lists, dicts and scalars."""
    return _adapter(kind).dump_python(value, mode="json")


def from_plain(kind: type[Value], plain: Any) -> Value:
    """Build a value of that type from lists, dicts and scalars.

    Raises: pydantic.ValidationError, when they do not fit.
    """
    found: Value = _adapter(cast(Hashable, kind)).validate_python(plain)
    return found
