"""Read JSON from strangers: what is no JSON, and what only Python takes for JSON, is refused."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

from flowstone.errors.web import BodyTooLarge, RequestRefused
from flowstone.web.route import MAX_BODY_BYTES

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_DEPTH = 100
STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


class JsonRefused(RequestRefused):
    """A body or message is not the JSON that was asked for."""

    code = "bad_json"


def decode(content: bytes | str, adapter: TypeAdapter[Any]) -> Any:
    """Return the value that a text is, as the type that the adapter is for.

    Raises: BodyTooLarge; JsonRefused, for bad JSON, NaN, numbers out of bounds, lone surrogates, depth over 100,
    and for a value that is not of the type: then `details` has a line for each thing that is wrong.
    """
    from pydantic import ValidationError

    _check(content)
    try:
        return adapter.validate_json(content, strict=True)
    except ValidationError as wrong:
        problems = wrong.errors(include_url=False, include_context=False, include_input=False)
        shown = [{"at": ".".join(map(str, problem["loc"])), "message": problem["msg"]} for problem in problems[:20]]
        first = f"{shown[0]['at']}: {shown[0]['message']}" if shown[0]["at"] else shown[0]["message"]
        raise JsonRefused(f"The request is not as it must be: {first}", details={"problems": shown}) from wrong


def _check(content: bytes | str) -> None:
    """Refuse what pydantic's own reader would let pass."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        if len(text) > MAX_BODY_BYTES:
            _refuse_bulk(text)
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_once)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as lone:
        raise JsonRefused("The text has half a surrogate pair, which no file can hold") from lone
    except UnicodeDecodeError as undecodable:
        raise JsonRefused("The body is not UTF-8") from undecodable
    except RecursionError as deep:
        raise JsonRefused("The JSON is nested too deeply") from deep
    except ValueError as wrong:
        raise JsonRefused(f"The body is not JSON: {wrong}") from wrong
    if _depth(value) > MAX_DEPTH:
        raise JsonRefused(f"The JSON is nested more than {MAX_DEPTH} deep")


def _refuse_bulk(text: str) -> None:
    """Refuse a long text that is more than long strings: millions of small values would hold up the server.

    A file of 13 MiB of JSON is read in 60 ms; as many bytes of empty lists take three seconds.
    """
    outside, at = 0, 0
    while outside <= MAX_BODY_BYTES:
        quote = text.find('"', at)
        if quote < 0:
            outside += len(text) - at
            break
        outside += quote - at
        string = STRING.match(text, quote)
        if string is None:
            raise ValueError("a string does not end")
        at = string.end()
    if outside > MAX_BODY_BYTES:
        raise BodyTooLarge(f"The body has more than {MAX_BODY_BYTES:,} bytes beside its texts")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON's")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a mapping, unless a key is there twice: two readers would see two different messages."""
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise ValueError("a key is there twice")
    return mapping


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            item
            for holder in level
            if isinstance(holder, list | dict)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
    return depth
