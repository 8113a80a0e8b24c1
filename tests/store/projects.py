"""Small projects written to a folder, for tests that read them back."""

from __future__ import annotations

from pathlib import Path

from flowstone.errors.base import Problem, SourceError
from flowstone.store.project_files import LoadedPipeline, load_pipeline

LOADER = """\
import pandas as pd
from flowstone import loader


@loader
def load() -> pd.DataFrame:
    return pd.DataFrame({"a": [1]})
"""
TRANSFORMER = """\
import pandas as pd
from flowstone import transformer


@transformer
def clean(table: pd.DataFrame, *, at_least: float = 0.0) -> pd.DataFrame:
    return table[table.a > at_least]
"""
PIPELINE = """\
description: Two blocks
blocks:
  load: {file: loaders/load.py}
  clean: {file: transformers/clean.py, upstream: [load]}
"""


def write_project(root: Path, *, pipeline: str | bytes = PIPELINE, **files: str | bytes) -> Path:
    """Write a project of two blocks; `files` are more, or others, by path with / as two underscores."""
    contents: dict[str, str | bytes] = {
        "flowstone.yaml": "name: small\n",
        "loaders/load.py": LOADER,
        "transformers/clean.py": TRANSFORMER,
        "pipelines/small.yaml": pipeline,
    }
    contents |= {name.replace("__", "/"): content for name, content in files.items()}
    for name, content in contents.items():
        write(root / name, content)
    return root


def write(path: Path, content: str | bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def loaded(root: Path) -> LoadedPipeline:
    """Load the small pipeline."""
    return load_pipeline(root, "small")


def problems_of(root: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the small pipeline, also where nothing can be told of it."""
    try:
        return loaded(root).problems
    except SourceError as wrong:
        return (wrong.problem(),)


def names_in(folder: Path) -> list[str]:
    """Return the names of what a folder holds."""
    return sorted(path.name for path in folder.iterdir())
