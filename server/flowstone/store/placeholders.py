"""`${env:NAME}` and `${env:NAME:-default}` in a project's files: the one place where they are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\$\{(?P<kind>env|secret):(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")


class Unset(LookupError):
    """A variable that a text needs is not there, or is empty, and has no default."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind_word = "secret" if kind == "secret" else "variable"
        self.name = name
        super().__init__(f"the {self.kind_word} {name} is not set")


def filled(text: str, environment: Mapping[str, str], secrets: Mapping[str, str] | None = None) -> str:
    """Put variables and secrets into a text; one that is empty counts as not set.

    Raises: Unset, for a variable or secret that is not set and has no default.
    """
    return PLACEHOLDER.sub(lambda match: _value(match, environment, secrets or {}), text)


def names_secrets(text: str) -> bool:
    """Say whether a text has a `${secret:NAME}`."""
    return any(match["kind"] == "secret" for match in PLACEHOLDER.finditer(text))


def variables_in(text: str, environment: Mapping[str, str]) -> frozenset[str]:
    """Return the values of the variables that a text names and that are set."""
    found = (environment.get(match["name"], "") for match in PLACEHOLDER.finditer(text))
    return frozenset(value for value in found if value)


def _value(match: re.Match[str], environment: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    kind, name, default = match["kind"], match["name"], match["default"]
    value = (environment if kind == "env" else secrets).get(name) or default
    if value is None:
        raise Unset(kind, name)
    return value
