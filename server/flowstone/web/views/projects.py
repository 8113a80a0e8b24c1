"""Projects and their connections, as they travel: never with a secret."""

from __future__ import annotations

from flowstone.model.project import ConnectionEntry, Project
from flowstone.web import wire_types as wire

SHOWN_OPTIONS = ("path", "bucket", "prefix", "project", "dataset", "schema", "location", "endpoint")
"""Options that say where a connection leads and hold no secret, in the order they are shown."""


def project_summary(project: Project) -> wire.ProjectSummary:
    """Return a project as a list has it."""
    return wire.ProjectSummary(id=project.id, name=project.name, root=project.root)


def connection_view(entry: ConnectionEntry) -> wire.ConnectionView:
    """Return a connection without its secrets, as `connections.yaml` has it: variables stay names."""
    shown = [str(entry.options[name]) for name in SHOWN_OPTIONS if name in entry.options]
    return wire.ConnectionView(name=entry.name, type=entry.type, summary=" · ".join(shown))


def connection_views(project: Project) -> list[wire.ConnectionView]:
    """Return the connections of the project's profile; none when it names a profile that it lacks."""
    try:
        return [connection_view(entry) for entry in project.connections()]
    except KeyError:
        return []
