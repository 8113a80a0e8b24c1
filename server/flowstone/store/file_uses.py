"""Which pipelines name a file as a block's, and their YAML once the file has another name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flowstone.errors.base import FlowstoneError
from flowstone.store import yaml_nodes
from flowstone.store.paths import Beneath
from flowstone.store.project_files import pipeline_file, pipeline_ids
from flowstone.store.texts import TextFile, read_beneath
from flowstone.store.yaml_nodes import Scalar, parse_document
from flowstone.store.yaml_splice import Splice


@dataclass(frozen=True, slots=True)
class FileUse:
    """A pipeline's YAML and its blocks that a file, or a file of a folder, belongs to."""

    yaml: TextFile
    pipeline: str
    blocks: tuple[str, ...]


def uses_of(root: Path, path: str) -> tuple[FileUse, ...]:
    """Return which pipelines use a file or a file below a folder. Those that cannot be read are passed over."""
    found = []
    with Beneath(root) as beneath:
        for pipeline in pipeline_ids(root):
            try:
                file = read_beneath(beneath, pipeline_file(pipeline))
                blocks = tuple(block for block, scalar in _files(file) if renamed(scalar.text, path, path) is not None)
            except FlowstoneError:
                continue
            if blocks:
                found.append(FileUse(file, pipeline, blocks))
    return tuple(found)


def with_renamed(file: TextFile, was: str, to: str) -> str:
    """Return a pipeline's text with a block file's new path, or a folder's, wherever it is named.

    Raises: SourceError, when the text cannot be read; EditImpossible.
    """
    splice = Splice(parse_document(file.text, file=file.path))
    for _, scalar in _files(file):
        path = renamed(scalar.text, was, to)
        if path is not None and path != scalar.text:
            splice.rename(scalar, path)
    return splice.result()


def renamed(path: str, was: str, to: str) -> str | None:
    """Return a path as it is once `was` is called `to`; None where that does not concern it."""
    if path == was:
        return to
    return to + path[len(was) :] if path.startswith(f"{was}/") else None


def _files(file: TextFile) -> list[tuple[str, Scalar]]:
    root = parse_document(file.text, file=file.path).root
    blocks = root.get("blocks") if isinstance(root, yaml_nodes.Mapping) else None
    if blocks is None or not isinstance(blocks.value, yaml_nodes.Mapping):
        return []
    found = []
    for entry in blocks.value.entries:
        named = entry.value.get("file") if isinstance(entry.value, yaml_nodes.Mapping) else None
        if named is not None and isinstance(named.value, Scalar):
            found.append((entry.key.text, named.value))
    return found
