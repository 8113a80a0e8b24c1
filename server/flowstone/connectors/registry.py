"""Opens a connection by its type: ours and those of installed plugins are found the same way."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TypeAlias, cast

from flowstone.errors.connectors import ConnectorUnknown
from flowstone.model.connections import ConnectionSettings, Lake, Warehouse, WriteContext

GROUP = "flowstone.connectors"
Connect: TypeAlias = Callable[[ConnectionSettings, WriteContext], Lake | Warehouse]


def connection_types() -> tuple[str, ...]:
    """Return the types that a connection may have, plugins' included."""
    return tuple(sorted({entry.name for entry in entry_points(group=GROUP)}))


def open_connection(settings: ConnectionSettings, context: WriteContext) -> Lake | Warehouse:
    """Open the lake or warehouse that the settings name, importing only its own connector.

    Raises: ConnectorUnknown, when nothing installed offers the type; what the connector raises for its options.
    """
    connect = cast("Connect", _find(settings).load())
    return connect(settings, context)


def _find(settings: ConnectionSettings) -> EntryPoint:
    for entry in entry_points(group=GROUP, name=settings.type):
        return entry
    raise ConnectorUnknown(
        f"Connection {settings.name!r} is of type {settings.type!r}, which no connector offers",
        hint=f"Use one of {', '.join(connection_types()) or 'none: reinstall Flowstone'}.",
        details={"connection": settings.name, "type": settings.type},
    )
