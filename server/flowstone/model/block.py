"""A block: one step of a pipeline, what it is and not what has happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flowstone.errors.base import Place
from flowstone.model.ids import BlockId


class BlockKind(StrEnum):
    """What a block does with the outside world."""

    LOADER = "loader"
    TRANSFORMER = "transformer"
    EXPORTER = "exporter"
    SENSOR = "sensor"
    NOTE = "note"


class Language(StrEnum):
    """What a block is written in; its file's suffix says so."""

    PYTHON = "python"
    SQL = "sql"
    MARKDOWN = "markdown"


LANGUAGE_BY_SUFFIX = {".py": Language.PYTHON, ".sql": Language.SQL, ".md": Language.MARKDOWN}

DUCKDB = "duckdb"
"""The engine that runs a SQL block unless it names a warehouse connection."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a failing block is tried. Units: attempts counts the first try; delay_s in seconds."""

    attempts: int = 1
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """One entry under `blocks:` of a pipeline.

    Units: timeout_s and ttl_s in seconds; None is no limit. `file` is relative to the project's root.
    """

    id: BlockId
    file: str
    upstream: tuple[BlockId, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    retries: Retries = field(default_factory=Retries)
    timeout_s: float | None = None
    ttl_s: float | None = None
    engine: str = DUCKDB
    files: tuple[str, ...] = ()
    """Files, relative to the root, that the block reads and that its freshness depends on; globs allowed."""
    description: str = ""
    """What its author says of it beside the file's own title."""
    place: Place | None = field(default=None, compare=False)

    @property
    def language(self) -> Language:
        """What the block is written in. Raises: KeyError, for a suffix that no language has."""
        return LANGUAGE_BY_SUFFIX[self.file[self.file.rfind(".") :]]
