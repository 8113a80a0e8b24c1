"""What any object is, in JSON or in text, for people to look at: what the next block gets is the object itself."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np

MAX_TEXT_CHARACTERS = 10_000
MAX_SHOWN_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_SHORT_CHARACTERS = 1_000
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where an object happens to lie in memory: the same content must have the same text in every run."""


def described(value: Any) -> dict[str, Any]:
    """Return an object as `{"value": …}`, when it is made of what JSON knows, or else as `{"text": …}`."""
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes(bytes(value))
    if _has_parts(value):
        try:
            found = {"value": _plain(value, MAX_DEPTH)}
            if len(json.dumps(found, allow_nan=False)) <= MAX_SHOWN_BYTES:
                return found
        except Exception:  # noqa: BLE001, S110 - what it consists of is user code; its text will do
            pass
    return {"text": text_of_object(value)}


def _bytes(value: bytes) -> dict[str, Any]:
    return {"value": base64.b64encode(value[:MAX_SHOWN_BYTES]).decode(), "encoding": "base64", "size_bytes": len(value)}


def text_of_object(value: object, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Return how an object prints, cut; without its address, which is another one in every run."""
    try:
        text = repr(value)
    except Exception as wrong:  # noqa: BLE001 - how an object prints is user code
        return f"({type(value).__name__}, which cannot be shown: {type(wrong).__name__})"
    text = ADDRESS.sub("", text[: 10 * limit]).encode("utf-8", "replace").decode()
    return text if len(text) <= limit else text[:limit] + "…"


def _has_parts(value: Any) -> bool:
    is_record = dataclasses.is_dataclass(value) or hasattr(value, "model_dump")
    return is_record or isinstance(value, Mapping | list | tuple | set | frozenset | float | int | str | None)


def _plain(value: Any, depth: int) -> Any:
    if depth == 0:
        return "…"
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            return float(value) if np.isfinite(value) else str(value)
        case np.generic() if value.dtype.kind in "biuf":
            return _plain(value.item(), depth)
        case Mapping():
            return {_key(key): _plain(part, depth - 1) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part, depth - 1) for part in value]
        case set() | frozenset():
            return _sorted(_plain(part, depth - 1) for part in value)
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), depth - 1) for field in dataclasses.fields(value)}
    return _short(value)


def _sorted(parts: Iterable[Any]) -> list[Any]:
    return sorted(islice(parts, MAX_SHOWN_BYTES), key=lambda part: json.dumps(part, default=str))


def _key(key: Any) -> str:
    return key if isinstance(key, str) else _short(key)


def _short(value: Any) -> str:
    """Return a day, a number of another kind or a path as it is written; all else as it prints."""
    is_object = getattr(type(value), "__str__", None) is object.__str__
    text = text_of_object(value, MAX_SHORT_CHARACTERS) if is_object else ADDRESS.sub("", str(value))
    return text if len(text) <= MAX_SHORT_CHARACTERS else text[:MAX_SHORT_CHARACTERS] + "…"
