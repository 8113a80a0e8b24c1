"""An imported pipeline, written into a project: all of it or nothing."""

from __future__ import annotations

from pathlib import Path

from flowstone.errors.notebook import NotebookUnreadable
from flowstone.errors.store import AlreadyExists
from flowstone.interop.notebook_import.importing import ImportedPipeline, import_notebook, wanted_name
from flowstone.model.ids import ID_HINT, is_id
from flowstone.store.paths import resolve_beneath
from flowstone.store.project_files import pipeline_file
from flowstone.store.texts import list_files, save_text


def import_into(root: Path, content: bytes, *, file: str, name: str | None = None) -> ImportedPipeline:
    """Make a pipeline of a notebook in a project; without a name it is called after the file.

    Raises: NotebookUnreadable; AlreadyExists, when there is a pipeline of that name; PathRefused; DiskFull.
    """
    wanted = wanted_name(file) if name is None else name
    if not is_id(wanted):
        raise NotebookUnreadable(file, f"{wanted[:80]!r} cannot be a pipeline's name", hint=ID_HINT)
    taken = {entry.path for entry in list_files(root)[0]}
    if pipeline_file(wanted) in taken:
        raise AlreadyExists("pipeline", wanted)
    pipeline = import_notebook(content, file=file.rpartition("/")[2], name=wanted, taken=taken)
    _write(root, pipeline)
    return pipeline


def _write(root: Path, pipeline: ImportedPipeline) -> None:
    """Write the files, the pipeline's own last; what is written goes again when one cannot be. Raises: as save_text."""
    written: list[str] = []
    try:
        for path, text in pipeline.files.items():
            save_text(root, path, text, if_match=None)
            written.append(path)
    except BaseException:
        for path in written:
            resolve_beneath(root, path).unlink(missing_ok=True)
        raise
