"""JSON values written as YAML on one line, so that every YAML reader takes them for the same."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from flowstone.store.yaml_values import is_text_everywhere

PLAIN = re.compile(r"[A-Za-z0-9_./$][A-Za-z0-9_./$()%;+<>=~^ -]*")
"""Texts that need no quotes anywhere, flow lists included; no indicator, no comma, no colon, no comment mark."""
ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def write_value(value: Any) -> str:
    """Return a JSON value as YAML in flow style. Raises: ValueError, for what JSON or Unicode does not have."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case str():
            return write_text(value)
        case list() | tuple():
            return f"[{', '.join(write_value(item) for item in value)}]"
        case Mapping():
            return f"{{{', '.join(f'{write_text(str(key))}: {write_value(item)}' for key, item in value.items())}}}"
        case _:
            raise ValueError(f"{type(value).__name__} is no JSON value")


def write_text(text: str) -> str:
    """Return a text as a YAML scalar, in quotes only where it needs them. Raises: ValueError, for lone surrogates."""
    if PLAIN.fullmatch(text) and not text.endswith(" ") and is_text_everywhere(text) and len(text) <= 512:
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Return a text in double quotes on one line. Raises: ValueError, for lone surrogates."""
    text.encode("utf-8")
    return ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def _number(value: float) -> str:
    """Return a float with the point, and the sign in its exponent, that YAML 1.1 needs to see a number."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no JSON number")
    digits, mark, exponent = repr(value).partition("e")
    if not mark:
        return digits
    sign = "" if exponent[0] in "+-" else "+"
    return f"{digits if '.' in digits else digits + '.0'}e{sign}{exponent}"
