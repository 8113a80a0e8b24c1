"""Data files of a project, looked at as tables: read row by row where they lie, by a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from flowstone.engine.worker.answers import to_stream
from flowstone.engine.worker.windows import TOTAL_ROWS
from flowstone.errors.engine import QueryRefused
from flowstone.store.paths import Beneath

MAX_LIMIT = 1_000
MAX_COLUMNS = 200
MAX_CELL = 500
TYPES = "flowstone-types"


@dataclass(frozen=True, slots=True)
class FilePreview:
    """Which rows of which file."""

    path: str
    offset: int = 0
    limit: int = 200


def preview(root: Path, asked: FilePreview) -> bytes:
    """Read a window of a table in a file of the project, as an Arrow IPC stream of which all columns are texts.

    Its metadata have the file's own types and its number of rows.
    Shapes: at most (1,000, 200). Raises: NotFound; PathRefused; QueryRefused, for what is no table.
    """
    reader = READERS.get(Path(asked.path).suffix.lower())
    if reader is None:
        raise QueryRefused(f"{asked.path} is not shown as a table")
    with Beneath(root) as beneath:
        descriptor, _ = beneath.open_file(asked.path)
        try:
            # By its descriptor, so that what was checked is what is read.
            return _window(reader(f"/proc/self/fd/{descriptor}"), asked)
        finally:
            os.close(descriptor)


def _window(source: str, asked: FilePreview) -> bytes:
    import duckdb

    with duckdb.connect() as db:
        db.execute("SET threads=1; SET memory_limit='1GB'; SET autoinstall_known_extensions=false")
        try:
            # The source is one of ours, around a number.
            described = db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()[:MAX_COLUMNS]  # noqa: S608
            names = [_quoted(str(name)) for name, *_ in described]
            texts = ", ".join(f"left(CAST({name} AS VARCHAR), {MAX_CELL}) AS {name}" for name in names)
            count = db.execute(f"SELECT count(*) FROM {source}").fetchone()  # noqa: S608
            rows: pa.Table = db.execute(
                f"SELECT {texts} FROM {source} LIMIT ? OFFSET ?",  # noqa: S608
                [min(asked.limit, MAX_LIMIT), asked.offset],
            ).to_arrow_table()
        except duckdb.Error as wrong:
            raise QueryRefused(f"{asked.path} cannot be read as a table: {_first_line(wrong)}") from wrong
    facts = {
        TOTAL_ROWS: str(0 if count is None else int(count[0])),
        TYPES: json.dumps([str(kind) for _, kind, *_ in described]),
    }
    return to_stream(rows.replace_schema_metadata(facts))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(wrong: Exception) -> str:
    return str(wrong).split("\n", maxsplit=1)[0].replace("/proc/self/fd/", "file ")


READERS: Mapping[str, Callable[[str], str]] = {
    ".parquet": lambda file: f"read_parquet('{file}')",
    ".csv": lambda file: f"read_csv('{file}')",
    ".tsv": lambda file: f"read_csv('{file}', delim='\t')",
    ".json": lambda file: f"read_json('{file}')",
    ".jsonl": lambda file: f"read_json('{file}', format='newline_delimited')",
    ".ndjson": lambda file: f"read_json('{file}', format='newline_delimited')",
}
