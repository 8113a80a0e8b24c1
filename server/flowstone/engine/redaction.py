"""Keeps secrets out of what a block prints and of why it failed, in whatever form they are written."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

from flowstone.model.run import BlockResult, Failure

INSTEAD = "•••"
"""What stands where a secret was."""


class Redactor:
    """Takes secrets out of texts. Without any it hands texts on as they are."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, forms))) if forms else None

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return text if self._pattern is None else self._pattern.sub(INSTEAD, text)

    def failure(self, failure: Failure) -> Failure:
        """Return a failure that tells no secret."""
        if self._pattern is None:
            return failure
        frames = tuple(replace(frame, text=self.text(frame.text)) for frame in failure.frames)
        return replace(failure, message=self.text(failure.message), hint=self.text(failure.hint), frames=frames)

    def result(self, result: BlockResult) -> BlockResult:
        """Return a result whose checks and receipts tell no secret."""
        if self._pattern is None:
            return result
        checks = tuple(replace(check, message=self.text(check.message)) for check in result.checks)
        receipts = tuple(
            replace(receipt, target=self.text(receipt.target), facts=self._plain(receipt.facts))
            for receipt in result.receipts
        )
        return replace(result, checks=checks, receipts=receipts)

    def _plain(self, value: Any) -> Any:
        """Return lists, dicts and scalars without secrets."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {key: self._plain(one) for key, one in value.items()}
            case list() | tuple():
                return [self._plain(one) for one in value]
            case _:
                return value


def _forms(secret: str) -> Iterator[str]:
    """Return a secret as it may be written: plain, escaped, in a URL, in hexadecimal and in base 64."""
    content = secret.encode(errors="surrogateescape")
    yield secret
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    yield content.hex()
    yield content.hex().upper()
    for before in range(3):
        yield from _inside_base64(content, before)


def _inside_base64(content: bytes, before: int) -> Iterator[str]:
    """Return what is the same of a secret in base 64, whatever follows and however many bytes come before.

    Source: RFC 4648, section 4: three bytes make four characters, so a character with no bit of others stays.
    """
    encoded = base64.b64encode(bytes(before) + content)
    first = -(-before * 8 // 6)
    after = (before + len(content)) * 8 // 6
    inside = encoded[first:after].decode()
    if len(inside) > 5:
        yield inside
        yield inside.translate(str.maketrans("+/", "-_"))
