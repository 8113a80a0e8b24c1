"""A profile's connections with their variables filled in: the only place where a secret's value appears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowstone.errors.base import Place
from flowstone.errors.source import VariableMissing
from flowstone.errors.store import NotFound
from flowstone.model.connections import ConnectionSettings
from flowstone.model.project import ConnectionEntry, Project
from flowstone.store.placeholders import PLACEHOLDER, Unset, filled
from flowstone.store.project_yaml import CONNECTIONS_FILE


def connection_settings(
    project: Project, profile: str | None, *, environment: Mapping[str, str]
) -> tuple[ConnectionSettings, ...]:
    """Fill in a profile's `${env:NAME}` and `${env:NAME:-default}`; an empty value counts as none.

    An option that is nothing but a placeholder and comes out empty is left out, so that a connector takes its own
    default. Raises: NotFound, when there is no such profile; VariableMissing, at the connection that needs it.
    """
    try:
        entries = project.connections(profile)
    except KeyError as gone:
        known = ", ".join(found.name for found in project.profiles)
        raise NotFound("profile", profile or project.profile, hint=f"The project has: {known}.") from gone
    return tuple(
        ConnectionSettings(entry.name, entry.type, _filled(entry, environment), project.root) for entry in entries
    )


def _filled(entry: ConnectionEntry, environment: Mapping[str, str]) -> dict[str, Any]:
    options = {}
    for name, value in entry.options.items():
        found = _fill(value, entry, environment)
        is_left_out = found == "" and isinstance(value, str) and PLACEHOLDER.fullmatch(value) is not None
        if not is_left_out:
            options[name] = found
    return options


def _fill(value: Any, entry: ConnectionEntry, environment: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _text(value, entry, environment)
        case list():
            return [_fill(item, entry, environment) for item in value]
        case dict():
            return {name: _fill(item, entry, environment) for name, item in value.items()}
        case _:
            return value


def _text(text: str, entry: ConnectionEntry, environment: Mapping[str, str]) -> str:
    try:
        return filled(text, environment)
    except Unset as missing:
        name = missing.name
        hint = f"Set the variable {name} where Flowstone runs, or give it a default: ${{env:{name}:-…}}."
        if missing.kind_word == "secret":
            hint = f"Secrets by name come later: write ${{env:{name}}} and set that variable."
        raise VariableMissing(
            f"connection {entry.name} needs the {missing.kind_word} {name}, which is not set",
            place=entry.place or Place(CONNECTIONS_FILE),
            hint=hint,
        ) from missing
