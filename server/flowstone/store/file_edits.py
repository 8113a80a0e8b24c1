"""What a person does to the project's files as a whole: each edit gives the one that takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from flowstone.errors.base import FlowstoneError, Place
from flowstone.errors.source import BadId
from flowstone.model.ids import ID_HINT, is_id
from flowstone.store.file_uses import uses_of, with_renamed
from flowstone.store.moves import make_folder, move
from flowstone.store.project_files import PIPELINE_SUFFIX, PIPELINES
from flowstone.store.texts import TextFile, save_text
from flowstone.store.trash import delete, restore


@dataclass(frozen=True, slots=True)
class Move:
    """Give a file or folder another path."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Put a file or folder into the trash."""

    path: str


@dataclass(frozen=True, slots=True)
class Restore:
    """Take something out of the trash again; `path` is where it was, for people."""

    deleted: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """Make a folder."""

    path: str


FileEdit: TypeAlias = Move | Delete | Restore | MakeFolder


@dataclass(frozen=True, slots=True)
class FilesEdited:
    """What an edit did: the one that takes it back, the paths that are news, and the pipelines that use them."""

    undo: FileEdit
    paths: tuple[str, ...]
    pipelines: tuple[str, ...] = ()


def edit_files(root: Path, edit: FileEdit) -> FilesEdited:
    """Do an edit. A block file that moves keeps its blocks: the pipelines that use it name its new path.

    Raises: NotFound; AlreadyExists; PathRefused; BadId, for a pipeline's file that would have no id; EditConflict,
    when a pipeline changed in the meantime, with nothing moved; DiskFull; OSError.
    """
    match edit:
        case Move(path, to):
            return _moved(root, path, to)
        case Delete(path):
            pipelines = tuple(use.pipeline for use in uses_of(root, path))
            return FilesEdited(Restore(delete(root, path).id, path), (path,), pipelines)
        case Restore(deleted):
            back = restore(root, deleted)
            return FilesEdited(Delete(back.path), (back.path,))
        case MakeFolder(path):
            make_folder(root, path)
            return FilesEdited(Delete(path), (path,))


def _moved(root: Path, path: str, to: str) -> FilesEdited:
    _refuse_pipeline_name(path, to)
    uses = uses_of(root, path)
    texts = [with_renamed(use.yaml, path, to) for use in uses]
    move(root, path, to)
    saved: list[TextFile] = []
    try:
        for use, text in zip(uses, texts, strict=True):
            saved.append(save_text(root, use.yaml.path, text, if_match=use.yaml.etag))
    except (FlowstoneError, OSError):
        # All or nothing: those that name the new path go back, and the file too.
        for now, use in zip(saved, uses, strict=False):
            save_text(root, use.yaml.path, use.yaml.text, if_match=now.etag)
        move(root, to, path)
        raise
    return FilesEdited(Move(to, path), (path, to, *(file.path for file in saved)), tuple(use.pipeline for use in uses))


def _refuse_pipeline_name(path: str, to: str) -> None:
    """See that a file that becomes a pipeline has a name that is an id. Raises: BadId."""
    name = to.removeprefix(f"{PIPELINES}/").removesuffix(PIPELINE_SUFFIX)
    is_pipeline = to == f"{PIPELINES}/{name}{PIPELINE_SUFFIX}" and path.startswith(f"{PIPELINES}/")
    if is_pipeline and not is_id(name):
        raise BadId(f"{name[:80]!r} cannot name a pipeline", place=Place(to), hint=ID_HINT)
