"""A project: a name, its profiles of connections, and the params that its pipelines share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowstone.errors.base import Place
from flowstone.model.ids import ProjectId
from flowstone.model.retention import Retention

if TYPE_CHECKING:
    from flowstone.model.alerts import Alerts

DEFAULT_PROFILE = "local"


@dataclass(frozen=True, slots=True)
class ConnectionEntry:
    """A connection as `connections.yaml` has it, its `${env:NAME}` and `${secret:NAME}` not yet filled in."""

    name: str
    type: str
    options: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of connections: the same blocks, another world."""

    name: str
    connections: tuple[ConnectionEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """What `flowstone.yaml` and `connections.yaml` say. `root` is the absolute path of its folder."""

    id: ProjectId
    name: str
    root: str
    description: str = ""
    profile: str = DEFAULT_PROFILE
    profiles: tuple[Profile, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    alerts: Alerts | None = None
    """Who is told of failures, where a pipeline does not say."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """What there is of each named resource, for all runs of a server together; `memory` in bytes."""
    executor: str = ""
    """Where blocks run, as written: empty or `local` for this machine, `dask://host:port` for a cluster."""
    artifacts: str = ""
    """Where outputs lie, as written: empty for the project's own folder, else another folder or a URL."""
    retention: Retention = field(default_factory=Retention)
    """How long history and outputs are kept."""

    def connections(self, profile: str | None = None) -> tuple[ConnectionEntry, ...]:
        """Return a profile's connections, the default's if none is named.

        Raises: KeyError, when the project has no such profile.
        """
        wanted = profile or self.profile
        for candidate in self.profiles:
            if candidate.name == wanted:
                return candidate.connections
        if wanted == DEFAULT_PROFILE:
            return ()
        raise KeyError(wanted)
