"""New projects: an empty one that runs, or a copy of an example."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from flowstone.disk.publish import publish
from flowstone.errors.store import AlreadyExists, NotFound
from flowstone.model.ids import PipelineId
from flowstone.store.paths import resolve_beneath
from flowstone.store.project_files import pipeline_ids
from flowstone.store.project_yaml import PROJECT_FILE, slug
from flowstone.store.snapshots import BLOCK_SUFFIXES
from flowstone.store.texts import SKIPPED_FOLDERS
from flowstone.store.yaml_scalars import write_value

TEMPLATE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
NOT_COPIED = frozenset({"lake", "warehouse.duckdb", "warehouse.duckdb.wal"})
"""What an example's own runs leave behind."""
SAMPLE = "flights"
SAMPLE_PIPELINE = PipelineId("delays")
SAMPLE_PARTS = frozenset({"connections.yaml", "data", "exporters", "loaders", "pipelines", "transformers"})
"""What of the sample project goes into one that is there already."""
IGNORED_BY_GIT = ".flowstone/\n__pycache__/\nlake/\nwarehouse.duckdb*\n.env\n"


def template_names() -> tuple[str, ...]:
    """Return the names that `create_project` takes as a template."""
    folder = _templates_folder()
    if folder is None:
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if (path / PROJECT_FILE).is_file()))


def create_project(target: Path, *, template: str | None) -> None:
    """Make a project in a folder that is not there yet or empty. The file that makes it a project comes last.

    Raises: AlreadyExists, when the folder has something in it; NotFound, for an unknown template; DiskFull; OSError.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AlreadyExists("folder with something in it", str(target))
    if template is None:
        _write_first_project(target)
    else:
        _copy(_template(template), target)


def add_sample(root: Path) -> PipelineId:
    """Put the sample pipeline, its blocks and its data into a project that has no pipeline; the pipeline comes last.

    What is there already stays as it is. Raises: AlreadyExists, when the project has a pipeline, or a block's file of
    a sample's name; PathRefused, when a link leads out of the project; NotFound; DiskFull; OSError.
    """
    if pipeline_ids(root):
        raise AlreadyExists("pipeline in this project", str(root))
    source = _template(SAMPLE)
    files = [path for path in _files(source) if path.relative_to(source).parts[0] in SAMPLE_PARTS]
    targets = {path: resolve_beneath(root, path.relative_to(source).as_posix()) for path in files}
    for path, target in targets.items():
        if target.exists() and path.suffix in BLOCK_SUFFIXES:
            raise AlreadyExists("file", path.relative_to(source).as_posix())
    for path in sorted(files, key=lambda path: path.parent.name == "pipelines"):
        if not targets[path].exists():
            publish(targets[path], partial(_pour, path))
    return SAMPLE_PIPELINE


def _templates_folder() -> Path | None:
    package = Path(__file__).resolve().parents[1]
    folders = (package / "templates", package.parents[1] / "projects")
    return next((folder for folder in folders if folder.is_dir()), None)


def _template(name: str) -> Path:
    folder = _templates_folder()
    if folder is not None and TEMPLATE_NAME.fullmatch(name) and (folder / name / PROJECT_FILE).is_file():
        return folder / name
    raise NotFound("template", name[:80], hint=f"There are: {', '.join(template_names()) or 'none'}.")


def _copy(source: Path, target: Path) -> None:
    files = sorted(_files(source), key=lambda path: path == source / PROJECT_FILE)
    has_ignores = False
    for path in files:
        has_ignores = has_ignores or path == source / ".gitignore"
        publish(target / path.relative_to(source), partial(_pour, path))
    if not has_ignores:
        publish(target / ".gitignore", IGNORED_BY_GIT.encode())


def _pour(source: Path, target: BinaryIO) -> None:
    with source.open("rb") as file:
        shutil.copyfileobj(file, target)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in NOT_COPIED or path.name in SKIPPED_FOLDERS:
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _write_first_project(target: Path) -> None:
    name = target.absolute().name
    texts = {
        ".gitignore": IGNORED_BY_GIT,
        "loaders/numbers.py": _LOADER,
        "transformers/squares.py": _TRANSFORMER,
        "pipelines/first.yaml": _PIPELINE,
        PROJECT_FILE: f"name: {write_value(name)}\nid: {write_value(slug(name))}\n",
    }
    for path, text in texts.items():
        publish(target / path, text.encode())


_LOADER = '''\
import pandas as pd
from flowstone import loader


@loader
def numbers(*, count: int = 10) -> pd.DataFrame:
    """Numbers from one on."""
    return pd.DataFrame({"number": range(1, count + 1)})
'''
_TRANSFORMER = '''\
import pandas as pd
from flowstone import check, transformer


@transformer
def squares(numbers: pd.DataFrame) -> pd.DataFrame:
    """Each number with its square."""
    return numbers.assign(square=numbers["number"] ** 2)


@check
def squares_are_not_negative(output: pd.DataFrame) -> None:
    assert (output["square"] >= 0).all(), "a negative square"
'''
_PIPELINE = """\
# Each entry is a block: the file it is in, and the blocks it reads.
description: A first pipeline
blocks:
  numbers: {file: loaders/numbers.py, params: {count: 10}}
  squares: {file: transformers/squares.py, upstream: [numbers]}
"""
