"""What a block gave: values that name stored content without holding it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flowstone.model.ids import ArtifactHash


class OutputKind(StrEnum):
    """The form an output is stored in."""

    TABLE = "table"
    """An Arrow IPC file."""
    JSON = "json"
    """Any JSON-like value."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and Arrow type, as text."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Output:
    """A stored output, named by the hash of its content. Units: size_bytes as stored; rows None if no table."""

    name: str
    kind: OutputKind
    hash: ArtifactHash
    size_bytes: int
    rows: int | None = None
    columns: tuple[Column, ...] = ()
    warnings: tuple[str, ...] = ()
    """What had to be changed to store it, in words for its author."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an exporter's write did, as the service confirmed it.

    Units: size_bytes in bytes written, seconds of wall clock. `target` is a URL-like name for people.
    """

    target: str
    rows: int | None = None
    size_bytes: int | None = None
    seconds: float = 0.0
    action: str = "write"
    job_ids: tuple[str, ...] = ()
    generations: Mapping[str, int] = field(default_factory=dict)
    """The object generation that each path of a lake got."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else a service says of the write that a person may want to see."""
