"""A profile's connections with their variables filled in: the only place where a secret's value appears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowstone.errors.base import Place
from flowstone.errors.source import VariableMissing
from flowstone.errors.store import NotFound
from flowstone.model.connections import ConnectionSettings
from flowstone.model.project import ConnectionEntry, Project
from flowstone.store.placeholders import PLACEHOLDER, Unset, filled, names_secrets
from flowstone.store.project_yaml import CONNECTIONS_FILE


def connection_settings(
    project: Project, profile: str | None, *, environment: Mapping[str, str]
) -> tuple[ConnectionSettings, ...]:
    """Fill in a profile's `${env:NAME}`, `${env:NAME:-default}` and `${secret:NAME}`; an empty value counts as none.

    An option that is nothing but a placeholder and comes out empty is left out, so that a connector takes its own
    default. Raises: NotFound, when there is no such profile; VariableMissing, at the connection that needs it;
    SecretsUnreadable.
    """
    try:
        entries = project.connections(profile)
    except KeyError as gone:
        known = ", ".join(found.name for found in project.profiles)
        raise NotFound("profile", profile or project.profile, hint=f"The project has: {known}.") from gone
    values = _Values(environment, _secrets(project, entries))
    return tuple(ConnectionSettings(entry.name, entry.type, _filled(entry, values), project.root) for entry in entries)


@dataclass(frozen=True, slots=True)
class _Values:
    """What placeholders stand for."""

    environment: Mapping[str, str]
    secrets: Mapping[str, str]


def _secrets(project: Project, entries: tuple[ConnectionEntry, ...]) -> Mapping[str, str]:
    """Return the project's secrets if any of its connections asks for one: else nothing of them is opened."""
    if not any(names_secrets(str(value)) for entry in entries for value in entry.options.values()):
        return {}
    from flowstone.store.secrets import read_secrets

    return read_secrets(Path(project.root))


def _filled(entry: ConnectionEntry, environment: _Values) -> dict[str, Any]:
    options = {}
    for name, value in entry.options.items():
        found = _fill(value, entry, environment)
        is_left_out = found == "" and isinstance(value, str) and PLACEHOLDER.fullmatch(value) is not None
        if not is_left_out:
            options[name] = found
    return options


def _fill(value: Any, entry: ConnectionEntry, environment: _Values) -> Any:
    match value:
        case str():
            return _text(value, entry, environment)
        case list():
            return [_fill(item, entry, environment) for item in value]
        case dict():
            return {name: _fill(item, entry, environment) for name, item in value.items()}
        case _:
            return value


def _text(text: str, entry: ConnectionEntry, environment: _Values) -> str:
    try:
        return filled(text, environment.environment, environment.secrets)
    except Unset as missing:
        name = missing.name
        hint = f"Set the variable {name} where Flowstone runs, or give it a default: ${{env:{name}:-…}}."
        if missing.kind_word == "secret":
            hint = (
                f"Write it on the project's page of connections, or set FLOWSTONE_SECRET_{name} where Flowstone runs."
            )
        raise VariableMissing(
            f"connection {entry.name} needs the {missing.kind_word} {name}, which is not set",
            place=entry.place or Place(CONNECTIONS_FILE),
            hint=hint,
        ) from missing
