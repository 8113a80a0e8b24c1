"""Connections put into `connections.yaml`, or taken out: the text that its author wrote, with just that changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowstone.errors.base import Place
from flowstone.errors.source import BadId, DuplicateKey, WrongValue
from flowstone.errors.store import NotFound
from flowstone.model.ids import ID_HINT, is_id
from flowstone.model.project import DEFAULT_PROFILE, ConnectionEntry
from flowstone.store import yaml_nodes
from flowstone.store.project_yaml import CONNECTIONS_FILE, LOCAL_PROFILE, read_project
from flowstone.store.yaml_nodes import Entry, parse_document
from flowstone.store.yaml_scalars import write_value
from flowstone.store.yaml_splice import STEP, Splice


def set_connection(text: str | None, profile: str, connection: ConnectionEntry, *, was: str | None = None) -> str:
    """Return connections.yaml with a connection in a profile, in place of the one called `was`, if there is one.

    Raises: BadId; NotFound, when `was` is not there; DuplicateKey, when the name is taken; SourceError, when the text
    cannot be read; WrongValue, when what comes out would be wrong; EditImpossible.
    """
    for name in (profile, connection.name):
        if not is_id(name):
            raise BadId(f"{name[:80]!r} cannot be a name", place=Place(CONNECTIONS_FILE), hint=ID_HINT)
    before = _begun(text, profile)
    splice = Splice(parse_document(before, file=CONNECTIONS_FILE))
    profiles, found = _profile(splice, profile)
    entries = {entry.key.text: entry for entry in _entries(found)}
    if connection.name in entries and connection.name != was:
        raise DuplicateKey(
            f"the profile {profile} has a connection {connection.name} already", place=Place(CONNECTIONS_FILE)
        )
    if was is not None:
        if was not in entries:
            raise NotFound("connection", was)
        _change(splice, entries[was], connection, was=_read(before, profile, was))
    else:
        _add(splice, profiles, found, profile, connection)
    return _checked(splice.result(), before)


def remove_connection(text: str | None, profile: str, name: str) -> str:
    """Return connections.yaml without a connection. Raises: NotFound; as set_connection."""
    before = _begun(text, profile)
    splice = Splice(parse_document(before, file=CONNECTIONS_FILE))
    _, found = _profile(splice, profile)
    if found is None or not isinstance(found.value, yaml_nodes.Mapping) or found.value.get(name) is None:
        raise NotFound("connection", name)
    if len(found.value.entries) == 1:
        splice.set_empty(found, found.value)
    else:
        splice.remove(found.value, {name})
    return _checked(splice.result(), before)


def _begun(text: str | None, profile: str) -> str:
    """Write out what a project has by itself, for a profile that is in the file has only what stands there."""
    if text is not None and text.strip():
        if profile != DEFAULT_PROFILE or _has_profile(text, profile):
            return text
        local = [f"{STEP}{line}" for line in _local_lines()]
        return text.rstrip("\n") + "\n" + "\n".join(local) + "\n" if _ends_with_profiles(text) else text
    return "profiles:\n" + "".join(f"{STEP}{line}\n" for line in _local_lines())


def _local_lines() -> list[str]:
    lines = [f"{LOCAL_PROFILE.name}:"]
    return lines + [f"{STEP}{entry.name}: {_flow(entry)}" for entry in LOCAL_PROFILE.connections]


def _has_profile(text: str, profile: str) -> bool:
    _, found = _profile(Splice(parse_document(text, file=CONNECTIONS_FILE)), profile)
    return found is not None


def _ends_with_profiles(text: str) -> bool:
    """Say whether lines at the end of a text are the profiles': it is in block style, two spaces deep."""
    root = parse_document(text, file=CONNECTIONS_FILE).root
    profiles = root.get("profiles") if isinstance(root, yaml_nodes.Mapping) else None
    if profiles is None or not isinstance(profiles.value, yaml_nodes.Mapping) or profiles.value.is_flow:
        return False
    return (
        bool(profiles.value.entries)
        and Splice(parse_document(text, file=CONNECTIONS_FILE)).indent_of(profiles.value.entries[0]) == STEP
    )


def _profile(splice: Splice, profile: str) -> tuple[Entry, Entry | None]:
    root = splice.document.root
    profiles = root.get("profiles") if isinstance(root, yaml_nodes.Mapping) else None
    if profiles is None:
        raise splice.impossible(0)
    found = profiles.value.get(profile) if isinstance(profiles.value, yaml_nodes.Mapping) else None
    return profiles, found


def _entries(profile: Entry | None) -> tuple[Entry, ...]:
    return profile.value.entries if profile is not None and isinstance(profile.value, yaml_nodes.Mapping) else ()


def _read(text: str, profile: str, name: str) -> ConnectionEntry:
    """Return a connection as the file has it. Raises: NotFound."""
    found = read_project(Path("/project"), "name: project\n", text).project.connections(profile)
    for entry in found:
        if entry.name == name:
            return entry
    raise NotFound("connection", name)


def _change(splice: Splice, entry: Entry, connection: ConnectionEntry, *, was: ConnectionEntry) -> None:
    if not isinstance(entry.value, yaml_nodes.Mapping):
        raise splice.impossible(entry.value.start)
    if entry.key.text != connection.name:
        splice.rename(entry.key, connection.name)
    there = {"type": was.type, **was.options}
    wanted = {"type": connection.type, **connection.options}
    changes = {name: write_value(value) for name, value in wanted.items() if name not in there or there[name] != value}
    gone = dict.fromkeys(name for name in there if name not in wanted)
    if changes or gone:
        splice.set_fields(entry.value, {**changes, **gone})


def _add(splice: Splice, profiles: Entry, found: Entry | None, profile: str, connection: ConnectionEntry) -> None:
    flow = _flow(connection)
    line = f"{connection.name}: {flow}"
    if found is None:
        if isinstance(profiles.value, yaml_nodes.Mapping) and profiles.value.entries:
            splice.append(profiles.value, profile, [f"{profile}:", f"{STEP}{line}"], f"{{{line}}}")
        else:
            splice.set_value(profiles, f"{{{profile}: {{{line}}}}}")
    elif isinstance(found.value, yaml_nodes.Mapping) and found.value.entries:
        splice.append(found.value, connection.name, [line], flow)
    else:
        splice.set_value(found, f"{{{line}}}")


def _flow(connection: ConnectionEntry) -> str:
    return write_value({"type": connection.type, **connection.options})


def _checked(text: str, before: str) -> str:
    """See that a text is read without errors that were not there before. Raises: WrongValue."""
    known = {problem.message for problem in _problems(before)}
    for problem in _problems(text):
        if not problem.is_warning and problem.message not in known:
            raise WrongValue(problem.message, place=problem.place, hint=problem.hint)
    return text


def _problems(text: str) -> tuple[Any, ...]:
    return read_project(Path("/project"), "name: project\n", text).problems
