"""Block files that come and go with an edit, but never over what somebody wrote since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flowstone.errors.base import FlowstoneError
from flowstone.errors.store import AlreadyExists, EditConflict, NotFound, PathRefused
from flowstone.model.block import LANGUAGE_BY_SUFFIX
from flowstone.store.pipeline_yaml import read_pipeline
from flowstone.store.project_files import pipeline_file, pipeline_ids
from flowstone.store.texts import check_unchanged, etag_of, read_text, save_text
from flowstone.store.trash import delete


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of a block's file; None is no file."""

    path: str
    was: str | None
    becomes: str | None


def put_file_change(root: Path, change: FileChange) -> bool:
    """Make a change of a block's file, if it is as the change expects; say whether it now is as wanted.

    A file that a block uses is not deleted. Raises: PathRefused, for what is no block file; DiskFull.
    """
    if PurePosixPath(change.path).suffix not in LANGUAGE_BY_SUFFIX:
        raise PathRefused(change.path, "it is no block file")
    there = _text(root, change.path)
    if there == change.becomes:
        return True
    if there != change.was:
        return False
    try:
        return _put(root, change)
    except (EditConflict, AlreadyExists, NotFound):
        return False


def _put(root: Path, change: FileChange) -> bool:
    etag = None if change.was is None else etag_of(change.was.encode())
    if change.becomes is not None:
        save_text(root, change.path, change.becomes, if_match=etag)
        return True
    if etag is None or is_used(root, change.path):
        return False
    try:
        delete_text(root, change.path, if_match=etag)
    except PathRefused:
        return False  # it is reached by a link, which the trash does not follow
    return True


def _text(root: Path, path: str) -> str | None:
    try:
        return read_text(root, path).text
    except NotFound:
        return None


def delete_text(root: Path, path: str, *, if_match: str) -> None:
    """Put a text file into the trash, if it is still the version that was meant.

    Raises: EditConflict; NotFound; PathRefused; DiskFull; OSError.
    """
    delete(root, path, last_look=lambda beneath: check_unchanged(beneath, path, if_match))


def is_used(root: Path, path: str) -> bool:
    """Say whether a block of any pipeline uses a file; a pipeline that cannot be read might."""
    for pipeline in pipeline_ids(root):
        file = pipeline_file(pipeline)
        try:
            read = read_pipeline(read_text(root, file).text, pipeline_id=pipeline, file=file)
        except NotFound:
            continue
        except FlowstoneError:
            return True
        if any(block.file == path for block in read.pipeline.blocks):
            return True
    return False
