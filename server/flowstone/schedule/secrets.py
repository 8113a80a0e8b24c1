"""What of an alert's url must not be seen, and taking it out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

MIN_LENGTH = 4
"""A shorter text is in every other word."""
HIDDEN = "•••"
PIECES = re.compile(r"[/?&=:@,;#]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Texts that are not to be seen, in all the forms that they are written in."""

    texts: tuple[str, ...] = ()

    def hidden_in(self, text: str) -> str:
        """Return a text without them."""
        for secret in self.texts:
            text = text.replace(secret, HIDDEN)
        return text


def secrets_of(values: Iterable[str]) -> Secrets:
    """Return values as secrets, the longest first, so that no part of one is left."""
    forms = {form for value in values for form in (value, quote(value, safe=""), unquote(value))}
    return Secrets(tuple(sorted((form for form in forms if len(form) >= MIN_LENGTH), key=len, reverse=True)))


def url_secrets(url: str) -> Secrets:
    """Return everything of a url but its service: whichever part of it is the key."""
    _, _, rest = url.partition("://")
    return secrets_of([url, rest, *PIECES.split(rest)])
