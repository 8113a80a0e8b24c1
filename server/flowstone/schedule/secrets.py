"""Which texts must not leave the project, and taking them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from flowstone.errors.base import FlowstoneError
from flowstone.store.paths import Beneath
from flowstone.store.project_yaml import CONNECTIONS_FILE, PLACEHOLDER
from flowstone.store.texts import read_beneath

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


def project_secrets(root: Path, environment: Mapping[str, str]) -> Secrets:
    """Return the values of the variables that the project's connections name."""
    try:
        with Beneath(root) as beneath:
            text = read_beneath(beneath, CONNECTIONS_FILE).text
    except (FlowstoneError, OSError):
        return Secrets()
    return secrets_of(environment.get(match["name"], "") for match in PLACEHOLDER.finditer(text))


def filled(text: str, environment: Mapping[str, str]) -> str:
    """Fill in `${env:NAME}` and `${env:NAME:-default}`. Raises: KeyError, with the name that is not set."""

    def value(match: re.Match[str]) -> str:
        default = match["default"]
        return environment.get(match["name"]) or default if default is not None else environment[match["name"]]

    return PLACEHOLDER.sub(value, text)
