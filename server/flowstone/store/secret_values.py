"""Which values of a run are secrets, so that they can be kept out of what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowstone.model.connections import ConnectionSettings
from flowstone.store.literal_secrets import NOT_SECRET_NAME, SECRET_NAME

MIN_CHARACTERS = 5
"""A shorter one would be found in every other word."""
URL_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")


def secret_values(connections: Iterable[ConnectionSettings], environment: Mapping[str, str]) -> frozenset[str]:
    """Return what connections and the environment hold under a name like `password`, and passwords in URLs."""
    named = [pair for settings in connections for pair in _texts("", settings.options)]
    found = (secret for name, text in (*named, *environment.items()) for secret in _secrets(name, text))
    return frozenset(secret for secret in found if len(secret) >= MIN_CHARACTERS)


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case Mapping():
            for key, inner in value.items():
                yield from _texts(str(key), inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(name, inner)


def _secrets(name: str, text: str) -> Iterator[str]:
    if SECRET_NAME.search(name) and not NOT_SECRET_NAME.search(name):
        yield text
        yield from (line.strip() for line in text.splitlines() if "-----" not in line)  # a key of many lines
    yield from URL_PASSWORD.findall(text)
