"""A block: one step of a pipeline, what it is and not what has happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flowstone.errors.base import Place
from flowstone.model.chart import Chart
from flowstone.model.ids import BlockId
from flowstone.model.rules import Condition, Isolation, MapOver, OnFailure, Retries


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
class Block:
    """One entry under `blocks:` of a pipeline.

    Units: timeout_s and ttl_s in seconds, memory_bytes in bytes; None is no limit. `file` is relative to the
    project's root.
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
    when: Condition | None = None
    """It runs only if this holds, and is skipped otherwise."""
    on_failure: OnFailure = OnFailure.SKIP
    mapped: MapOver | None = None
    """It runs once for each item of a list or part of a table; None is once for all."""
    uses: Mapping[str, int] = field(default_factory=dict)
    """What it takes of the named resources while it runs; `memory` in bytes."""
    memory_bytes: int | None = None
    """What its worker's memory may grow to before it is ended."""
    isolation: Isolation = Isolation.SHARED
    charts: tuple[Chart, ...] = ()
    """What is drawn of its outputs, for those who look."""
    place: Place | None = field(default=None, compare=False)

    @property
    def language(self) -> Language:
        """What the block is written in. Raises: KeyError, for a suffix that no language has."""
        return LANGUAGE_BY_SUFFIX[self.file[self.file.rfind(".") :]]

    @property
    def is_note(self) -> bool:
        """Whether the block is a text for people: nothing runs, and nothing comes out."""
        return self.file.endswith(".md")
