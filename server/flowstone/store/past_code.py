"""The code of an earlier run beside today's: what has changed since."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from flowstone.errors.base import SourceError
from flowstone.errors.store import NotFound, PathRefused
from flowstone.model.ids import PipelineId
from flowstone.store.paths import Beneath
from flowstone.store.project_files import LoadedPipeline, load_pipeline
from flowstone.store.snapshots import code_paths
from flowstone.store.state import StateFolder
from flowstone.store.texts import read_bytes, read_text

Change: TypeAlias = Literal["same", "changed", "gone", "new"]
MAX_CODE_FILES = 2_000
"""Of so many files of a run it is said what has become of them."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file and what has become of it since."""

    path: str
    change: Change


def code_folder(root: Path, snapshot: str) -> Path | None:
    """Return the folder with the code that a run of a project used; None where it is no longer kept."""
    folder = StateFolder(root).snapshots / snapshot
    return folder if snapshot and folder.is_dir() else None


def changes_since(root: Path, folder: Path) -> tuple[tuple[ChangedFile, ...], bool]:
    """Compare a run's code with a project's of today; also say whether there were more files than are compared.

    Raises: OSError, when a folder cannot be read.
    """
    then = sorted(path.relative_to(folder).as_posix() for path in code_paths(folder))
    now = {path.relative_to(root).as_posix() for path in code_paths(root)}
    paths = [*then, *sorted(now.difference(then))]
    found = (ChangedFile(path, _change(root, folder, path)) for path in paths[:MAX_CODE_FILES])
    return tuple(found), len(paths) > MAX_CODE_FILES


def _change(root: Path, folder: Path, path: str) -> Change:
    then, now = _content(folder, path), _content(root, path)
    if then is None:
        return "new"
    if now is None:
        return "gone"
    return "same" if then == now else "changed"


def _content(folder: Path, path: str) -> bytes | None:
    with suppress(NotFound, PathRefused, SourceError), Beneath(folder) as beneath:
        return read_bytes(beneath, path)
    return None


def text_in(folder: Path, path: str) -> str | None:
    """Return a text file of a folder, None where it has none. Raises: PathRefused, EncodingInvalid, FileTooLarge."""
    with suppress(NotFound):
        return read_text(folder, path).text
    return None


def pipeline_then(folder: Path, pipeline: PipelineId) -> LoadedPipeline | None:
    """Return a pipeline from a run's code; None where it cannot be read any more."""
    with suppress(SourceError, NotFound, PathRefused, OSError):
        return load_pipeline(folder, pipeline)
    return None
