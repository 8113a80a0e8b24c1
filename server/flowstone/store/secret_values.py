"""Which values of a run are secrets, so that they can be kept out of what is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flowstone.errors.base import FlowstoneError
from flowstone.model.connections import ConnectionSettings
from flowstone.store.literal_secrets import NOT_SECRET_NAME, SECRET_NAME
from flowstone.store.paths import Beneath
from flowstone.store.placeholders import variables_in
from flowstone.store.project_files import load_project
from flowstone.store.project_yaml import CONNECTIONS_FILE
from flowstone.store.texts import read_beneath

MIN_CHARACTERS = 5
"""A shorter one would be found in every other word."""
FOLDERS = frozenset({"PWD", "OLDPWD"})
"""Variables whose name looks like a password's and whose value is where a shell stands."""
URL_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
PEM_FRAME = re.compile(r"-----(BEGIN|END)[ A-Z0-9]*-----")
"""The lines around a key, which are the same for all keys. Source: RFC 7468, section 2."""


def secret_values(connections: Iterable[ConnectionSettings], environment: Mapping[str, str]) -> frozenset[str]:
    """Return what connections and the environment hold under a name like `password`, and passwords in URLs."""
    named = [pair for settings in connections for pair in _texts("", settings.options)]
    variables = ((name, text) for name, text in environment.items() if name not in FOLDERS)
    found = (secret for name, text in (*named, *variables) for secret in _secrets(name, text))
    return frozenset(secret for secret in found if len(secret) >= MIN_CHARACTERS)


def secrets_to_hide(root: Path, environment: Mapping[str, str]) -> frozenset[str]:
    """Return what must not leave a project: all of `secret_values`, and every variable that connections.yaml names.

    A file that cannot be read hides no less of the environment.
    """
    connections: list[ConnectionSettings] = []
    with suppress(FlowstoneError, OSError):
        project = load_project(root)
        entries = (entry for profile in project.profiles for entry in profile.connections)
        connections = [ConnectionSettings(entry.name, entry.type, entry.options, project.root) for entry in entries]
    named = _long_enough(variables_in(_connections_text(root), environment))
    return secret_values(connections, environment) | named | stored_secrets(root)


def stored_secrets(root: Path) -> frozenset[str]:
    """Return the secrets that are kept by name; those that cannot be read, nobody can fill in either."""
    from flowstone.store.secrets import read_secrets

    with suppress(FlowstoneError, OSError):
        return _long_enough(read_secrets(root).values())
    return frozenset()


def _connections_text(root: Path) -> str:
    with suppress(FlowstoneError, OSError), Beneath(root) as beneath:
        return read_beneath(beneath, CONNECTIONS_FILE).text
    return ""


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
        yield from _parts(text)
    yield from URL_PASSWORD.findall(text)


def _long_enough(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(part for text in texts for part in _parts(text) if len(part) >= MIN_CHARACTERS)


def _parts(text: str) -> Iterator[str]:
    """Return a secret and what of it may be printed alone, for logs are read line by line.

    Of JSON, such as a service account's, each text in it counts too: its key has lines that the JSON has not.
    """
    yield text
    for whole in (text, *(inner for _, inner in _texts("", _json(text)))):
        for part in (whole, *whole.splitlines()):
            if PEM_FRAME.fullmatch(part.strip()) is None:
                yield part.strip()


def _json(text: str) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    return None
