"""A profile's connections with their variables filled in: the only place where a secret's value appears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowstone.errors.base import Place
from flowstone.errors.source import VariableMissing
from flowstone.errors.store import NotFound
from flowstone.model.connections import ConnectionSettings
from flowstone.model.project import ConnectionEntry, Project
from flowstone.store.project_yaml import CONNECTIONS_FILE, PLACEHOLDER


def connection_settings(
    project: Project, profile: str | None, *, environment: Mapping[str, str]
) -> tuple[ConnectionSettings, ...]:
    """Fill in a profile's `${env:NAME}` and `${env:NAME:-default}`; a default stands in for an empty value too.

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
    filled = {}
    for name, value in entry.options.items():
        found = _fill(value, entry, environment)
        is_left_out = found == "" and isinstance(value, str) and PLACEHOLDER.fullmatch(value) is not None
        if not is_left_out:
            filled[name] = found
    return filled


def _fill(value: Any, entry: ConnectionEntry, environment: Mapping[str, str]) -> Any:
    match value:
        case str():
            return PLACEHOLDER.sub(
                lambda match: _value(match["kind"], match["name"], match["default"], entry, environment), value
            )
        case list():
            return [_fill(item, entry, environment) for item in value]
        case dict():
            return {name: _fill(item, entry, environment) for name, item in value.items()}
        case _:
            return value


def _value(kind: str, name: str, default: str | None, entry: ConnectionEntry, environment: Mapping[str, str]) -> str:
    if kind == "env":
        found = environment.get(name)
        if default is not None:
            return found or default
        if found is not None:
            return found
    place = entry.place or Place(CONNECTIONS_FILE)
    hint = f"Set the variable {name} where Flowstone runs, or give it a default: ${{env:{name}:-…}}."
    if kind == "secret":
        hint = f"Secrets by name come later: write ${{env:{name}}} and set that variable."
    raise VariableMissing(
        f"connection {entry.name} needs the {_WORDS[kind]} {name}, which is not set", place=place, hint=hint
    )


_WORDS = {"env": "variable", "secret": "secret"}
