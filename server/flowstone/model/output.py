"""What a block gave: values that name stored content without holding it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flowstone.model.ids import ArtifactHash

MAX_BUNDLE_BYTES = 16 << 20
"""What the content of a rich output may have together: a page with its scripts in it has 5 MiB."""


class OutputKind(StrEnum):
    """The form in which an output is stored, and shown."""

    TABLE = "table"
    """An Arrow IPC file."""
    JSON = "json"
    """Any JSON-like value."""
    RICH = "rich"
    """A figure or page: JSON of content types and their content, binary ones in base64, as notebooks have them."""
    OBJECT = "object"
    """Any other object: JSON of its type and its text, cut."""
    PICKLE = "pickle"
    """What a shown output was exactly, for workers alone: see `Exact`. No block's output is of this kind itself."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name and Arrow type, as text."""

    name: str
    type: str
    is_index: bool = False
    """Whether it is a level of a pandas index, and no column of the frame."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Where an output is kept as the very object that was returned, when the form that is shown cannot say all of it.

    It is a pickle under a seal; workers open it, and nothing else does.
    """

    hash: ArtifactHash
    type: str
    """The object's class, such as `pandas.DataFrame`."""


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
    exact: Exact | None = None
    """What the next block is given instead of what is shown; None where they are the same."""
    content_types: tuple[str, ...] = ()
    """What a rich output has, the best one to show first."""


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
