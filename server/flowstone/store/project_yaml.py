"""`flowstone.yaml` and `connections.yaml` as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowstone.errors.base import Place, Problem, SourceError
from flowstone.errors.cluster import ExecutorUnknown
from flowstone.errors.source import ConnectionInvalid, WrongValue
from flowstone.model.executor_address import scheduler_address
from flowstone.model.ids import ProjectId, is_id
from flowstone.model.project import DEFAULT_PROFILE, ConnectionEntry, Profile, Project
from flowstone.store.literal_secrets import warn_of_secrets
from flowstone.store.placeholders import PLACEHOLDER
from flowstone.store.retention_yaml import read_retention
from flowstone.store.rules_yaml import read_resources
from flowstone.store.yaml_nodes import Entry, Mapping, Node, Scalar, Sequence, parse_document
from flowstone.store.yaml_values import Reading, did_you_mean, read_root

if TYPE_CHECKING:
    from flowstone.model.alerts import Alerts

PROJECT_FILE = "flowstone.yaml"
CONNECTIONS_FILE = "connections.yaml"
PROJECT_KEYS = (
    *("name", "id", "description", "profile", "params", "alerts", "limits"),
    *("executor", "artifacts", "retention"),
)
CONNECTIONS_KEYS = ("profiles",)
MAX_PROFILES = 100

PLACEHOLDER_START = re.compile(r"\$\{[^}]*\}?")

LOCAL_PROFILE = Profile(
    DEFAULT_PROFILE,
    (
        ConnectionEntry("lake", "local", {"path": "lake"}),
        ConnectionEntry("warehouse", "duckdb", {"path": "warehouse.duckdb"}),
    ),
)
"""The world of a project that says nothing of connections: a folder and a file, so that it runs at once."""


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was read from files, and what is wrong with them."""

    project: Project
    problems: tuple[Problem, ...]
    error: SourceError | None


def read_project(root: Path, project_text: str, connections_text: str | None) -> Read:
    """Read a project's two files, gathering what is wrong in them.

    Raises: SyntaxInvalid, YamlRefused, FileTooLarge, NewerVersion, WrongType, when nothing can be told.
    """
    reading, found = read_root(parse_document(project_text, file=PROJECT_FILE), "a project", PROJECT_KEYS)
    profiles, connections = _profiles(connections_text)
    fields = {entry.key.text: entry.value for entry in found.entries}
    name = reading.text(fields["name"], "name") if "name" in fields else ""
    project = Project(
        id=_id(reading, fields, name or root.name),
        name=name or root.name,
        root=str(root),
        description=reading.text(fields["description"], "description") if "description" in fields else "",
        profile=_profile(reading, fields.get("profile"), [profile.name for profile in profiles]),
        profiles=profiles,
        params=_params(reading, fields.get("params")),
        alerts=_alerts(reading, fields.get("alerts")),
        limits=read_resources(reading, fields.get("limits"), "limits"),
        executor=_address(reading, fields, "executor"),
        artifacts=_address(reading, fields, "artifacts"),
        retention=read_retention(reading, fields.get("retention")),
    )
    readings = [reading, *([connections] if connections else [])]
    problems = tuple(problem for each in readings for problem in each.problems())
    errors = [error for each in readings if (error := each.first_error())]
    return Read(project, problems, errors[0] if errors else None)


def _address(reading: Reading, fields: dict[str, Node], key: str) -> str:
    if key not in fields:
        return ""
    _check_placeholders(reading, fields[key])
    found = reading.text(fields[key], key)
    if key == "executor" and "${" not in found:
        try:
            scheduler_address(found)
        except ExecutorUnknown as unknown:
            reading.wrong(WrongValue, unknown.message, fields[key], hint=unknown.hint)
    return found


def _id(reading: Reading, fields: dict[str, Node], name: str) -> ProjectId:
    found = reading.identifier(fields["id"], "project") if "id" in fields else None
    return ProjectId(found or slug(name))


def slug(name: str) -> str:
    """Make an id of a name: lower-case letters, digits and underscores, a letter first."""
    text = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:60]
    return text if is_id(text) else f"p_{text}".rstrip("_")


def _profile(reading: Reading, node: Node | None, known: list[str]) -> str:
    if node is None:
        return DEFAULT_PROFILE
    found = reading.identifier(node, "profile") or DEFAULT_PROFILE
    if found not in known:
        hint = did_you_mean(found, known)
        reading.wrong(WrongValue, f"{CONNECTIONS_FILE} has no profile {found!r}", node, hint=hint)
    return found


def _params(reading: Reading, node: Node | None) -> dict[str, Any]:
    found = None if node is None else reading.mapping(node, "params")
    if found is None:
        return {}
    warn_of_secrets(reading, found)
    return {
        name: reading.value(entry.value)
        for entry in found.entries
        if (name := reading.identifier(entry.key, "param")) is not None
    }


def _alerts(reading: Reading, node: Node | None) -> Alerts | None:
    if node is None:
        return None
    from flowstone.store.alerts_yaml import read_alerts

    return read_alerts(reading, node)


def _profiles(text: str | None) -> tuple[tuple[Profile, ...], Reading | None]:
    if text is None:
        return (LOCAL_PROFILE,), None
    document = parse_document(text, file=CONNECTIONS_FILE)
    reading, root = read_root(document, "connections", CONNECTIONS_KEYS)
    entry = root.get("profiles")
    found = reading.mapping(entry.value, "profiles") if entry else None
    entries = found.entries if found else ()
    if len(entries) > MAX_PROFILES and found:
        reading.wrong(WrongValue, f"there are at most {MAX_PROFILES} profiles", found)
    profiles = [profile for each in entries[:MAX_PROFILES] if (profile := _one_profile(reading, each))]
    if all(profile.name != DEFAULT_PROFILE for profile in profiles):
        profiles.insert(0, LOCAL_PROFILE)
    return tuple(profiles), reading


def _one_profile(reading: Reading, entry: Entry) -> Profile | None:
    name = reading.identifier(entry.key, "profile")
    found = reading.mapping(entry.value, f"profile {entry.key.text[:64]}")
    if name is None or found is None:
        return None
    connections = [connection for each in found.entries if (connection := _connection(reading, each))]
    return Profile(name, tuple(connections))


def _connection(reading: Reading, entry: Entry) -> ConnectionEntry | None:
    name = reading.identifier(entry.key, "connection")
    found = reading.mapping(entry.value, f"connection {entry.key.text[:64]}")
    if name is None or found is None:
        return None
    kind = found.get("type")
    if kind is None:
        hint = "Write `type: local`, gcs, duckdb, bigquery or postgres."
        reading.wrong(ConnectionInvalid, f"connection {name} has no type", entry.key, hint=hint)
        return None
    options = Mapping(found.start, found.end, tuple(each for each in found.entries if each is not kind), is_flow=False)
    _check_placeholders(reading, options)
    warn_of_secrets(reading, options)
    values = {reading.key(each): reading.value(each.value) for each in options.entries}
    return ConnectionEntry(name, reading.text(kind.value, "type"), values, _place(reading, entry))


def _place(reading: Reading, entry: Entry) -> Place:
    return reading.place(entry.key)


def _check_placeholders(reading: Reading, node: Node) -> None:
    if isinstance(node, Mapping):
        for entry in node.entries:
            _check_placeholders(reading, entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            _check_placeholders(reading, item)
    else:
        _check_placeholder(reading, node)


def _check_placeholder(reading: Reading, scalar: Scalar) -> None:
    for match in PLACEHOLDER_START.finditer(scalar.text):
        if PLACEHOLDER.fullmatch(match[0]) is None:
            reading.wrong(
                ConnectionInvalid,
                f"{match[0][:60]!r} is no placeholder",
                scalar,
                hint="Write ${env:NAME}, ${env:NAME:-default} or ${secret:NAME}.",
            )
