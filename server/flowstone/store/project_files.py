"""A project's folder, read: its settings, its pipelines and their blocks, and everything that is wrong with them."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from flowstone.errors.base import FlowstoneError, Place, Problem, SourceError
from flowstone.errors.source import BlockFileMissing, VariableMissing
from flowstone.errors.store import NotFound, PathRefused
from flowstone.model.block import Block, Language
from flowstone.model.graph import inputs_of
from flowstone.model.ids import ID_HINT, BlockId, PipelineId, is_id
from flowstone.model.pipeline import Pipeline
from flowstone.model.project import Project
from flowstone.model.python_source import read_python
from flowstone.model.source import BlockSource
from flowstone.model.sql_source import read_markdown, read_sql
from flowstone.store.block_checks import block_problems, connection_problems, import_problems
from flowstone.store.paths import Beneath
from flowstone.store.pipeline_yaml import PipelineText, read_pipeline
from flowstone.store.project_yaml import CONNECTIONS_FILE, PROJECT_FILE, Read, read_project
from flowstone.store.rule_checks import rule_problems
from flowstone.store.settings import connection_settings
from flowstone.store.texts import TextFile, read_beneath
from flowstone.store.yaml_nodes import BYTE_ORDER_MARK

PIPELINES = "pipelines"
PIPELINE_SUFFIX = ".yaml"
MAX_NAMED = 20
"""How many pipelines a message names."""


@dataclass(frozen=True, slots=True)
class LoadedBlock:
    """A block with its file as it is now; what could not be read is None, and `problems` says why."""

    block: Block
    text: str | None
    etag: str | None
    source: BlockSource | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedPipeline:
    """A pipeline with its text and its blocks' files; `problems` are all there are, the blocks' included."""

    pipeline: Pipeline
    text: str
    etag: str
    blocks: tuple[LoadedBlock, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it may run: warnings do not count."""
        return all(problem.is_warning for problem in self.problems)


def pipeline_file(pipeline_id: str) -> str:
    """Return where a pipeline's YAML is, relative to the project."""
    return f"{PIPELINES}/{pipeline_id}{PIPELINE_SUFFIX}"


def load_project(root: Path) -> Project:
    """Read what a project's own files say; nothing of it runs.

    Raises: NotFound, when the folder has no flowstone.yaml; a SourceError, for the first thing that is wrong.
    """
    read = _read_project(root)
    if read.error is not None:
        raise read.error
    return read.project


def _read_project(root: Path) -> Read:
    root = root.absolute()
    try:
        with Beneath(root) as beneath:
            project = read_beneath(beneath, PROJECT_FILE)
            connections = _read_if_there(beneath, CONNECTIONS_FILE)
    except (NotFound, OSError) as gone:
        hint = "Name the project with `--project DIR`, or make one with `flowstone init DIR`"
        raise NotFound("project", str(root), hint=hint) from gone
    return read_project(root, project.text, connections.text if connections else None)


def _read_if_there(beneath: Beneath, path: str) -> TextFile | None:
    try:
        return read_beneath(beneath, path)
    except NotFound:
        return None


def pipeline_ids(root: Path) -> tuple[PipelineId, ...]:
    """Return the ids of a project's pipelines, in order, by their files' names alone."""
    return tuple(PipelineId(name) for name in _pipeline_names(root) if is_id(name))


def _pipeline_names(root: Path) -> list[str]:
    try:
        names = os.listdir(root / PIPELINES)  # noqa: PTH208 - the names are all that is needed of 10,000 files
    except OSError:
        return []
    return sorted(name.removesuffix(PIPELINE_SUFFIX) for name in names if name.endswith(PIPELINE_SUFFIX))


def load_pipeline(root: Path, pipeline_id: str) -> LoadedPipeline:
    """Read a pipeline and the files of its blocks; nothing of them runs, and their texts' parses are remembered.

    Raises: NotFound; PathRefused; a SourceError, when the YAML is such that nothing can be told of it.
    """
    if not is_id(pipeline_id):
        raise NotFound("pipeline", pipeline_id[:80])
    with Beneath(root) as beneath:
        try:
            file = read_beneath(beneath, pipeline_file(pipeline_id))
        except NotFound as gone:
            known = ", ".join(pipeline_ids(root)[:MAX_NAMED]) or "none yet"
            raise NotFound("pipeline", pipeline_id, hint=f"The project has: {known}.") from gone
        read = read_pipeline(file.text, pipeline_id=PipelineId(pipeline_id), file=file.path)
        inputs = inputs_of(read.pipeline)
        blocks = tuple(_load_block(beneath, read, block, inputs[block.id]) for block in read.pipeline.blocks)
    return LoadedPipeline(read.pipeline, file.text, file.etag, blocks, _all_problems(root, read, blocks))


def _all_problems(root: Path, read: PipelineText, blocks: tuple[LoadedBlock, ...]) -> tuple[Problem, ...]:
    sources = {loaded.block.id: loaded.source for loaded in blocks if loaded.source is not None}
    try:
        project: Project | None = _read_project(root).project
    except FlowstoneError:
        project = None
    return (
        *read.problems,
        *(problem for loaded in blocks for problem in loaded.problems),
        *import_problems(read.pipeline, sources),
        *(connection_problems(project, read, sources) if project else ()),
        *(rule_problems(project, read, sources) if project else ()),
    )


def _load_block(beneath: Beneath, read: PipelineText, block: Block, inputs: tuple[BlockId, ...]) -> LoadedBlock:
    place = read.places.get(("file", block.id), Place(read.pipeline.file))
    try:
        file = read_beneath(beneath, block.file)
    except SourceError as wrong:
        return LoadedBlock(block, None, None, None, (wrong.problem(),))
    except (NotFound, PathRefused) as gone:
        message = f"{block.file} is not there" if isinstance(gone, NotFound) else gone.message
        hint = "Make the file, or mend its path." if isinstance(gone, NotFound) else "Name a plain file of the project."
        return LoadedBlock(block, None, None, None, (BlockFileMissing(message, place=place, hint=hint).problem(),))
    fed = block if inputs == block.upstream else replace(block, upstream=inputs)  # a note gives it nothing
    try:
        source = source_of(fed, file.text)
    except SourceError as wrong:
        return LoadedBlock(block, file.text, file.etag, None, (wrong.problem(),))
    problems = (*source.warnings, *block_problems(read, fed, source))
    return LoadedBlock(block, file.text, file.etag, source, problems)


def source_of(block: Block, text: str) -> BlockSource:
    """Read what a block's text says of itself. The last texts are remembered.

    Raises: SyntaxInvalid, NoBlockFunction, SeveralBlockFunctions, SignatureInvalid, each with its place.
    """
    found = _remembered_source(text, block.file, block.language, bool(block.upstream))
    if isinstance(found, Problem):
        raise _ERRORS[found.code](found.message, place=found.place, hint=found.hint)
    return found


@functools.lru_cache(maxsize=8_192)
def _remembered_source(text: str, file: str, language: Language, has_upstream: bool) -> BlockSource | Problem:  # noqa: FBT001
    try:
        return _read_source(text.removeprefix(BYTE_ORDER_MARK), file, language, has_upstream=has_upstream)
    except SourceError as wrong:
        return wrong.problem()


def _read_source(text: str, file: str, language: Language, *, has_upstream: bool) -> BlockSource:
    match language:
        case Language.PYTHON:
            return read_python(text, file=file)
        case Language.SQL:
            return read_sql(text, file=file, has_upstream=has_upstream)
        case Language.MARKDOWN:
            return read_markdown(text)


def _kinds(base: type[SourceError]) -> Iterable[type[SourceError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


_ERRORS = {kind.code: kind for kind in _kinds(SourceError)}


def validate(root: Path, *, environment: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with a project's files, warnings included.

    With an environment, variables that the default profile needs and it lacks are problems too.
    Raises: NotFound, when the folder has no flowstone.yaml.
    """
    problems: list[Problem] = []
    try:
        read = _read_project(root)
        problems.extend(read.problems)
        if environment is not None:
            problems.extend(_missing_variables(read.project, environment))
    except SourceError as wrong:
        problems.append(wrong.problem())
    problems.extend(_misnamed(root))
    for pipeline_id in pipeline_ids(root):
        try:
            problems.extend(load_pipeline(root, pipeline_id).problems)
        except SourceError as wrong:
            problems.append(wrong.problem())
        except (NotFound, PathRefused) as refused:
            problems.append(Problem(Place(pipeline_file(pipeline_id)), refused.code, refused.message, refused.hint))
    return tuple(dict.fromkeys(problems))


def _missing_variables(project: Project, environment: Mapping[str, str]) -> list[Problem]:
    try:
        connection_settings(project, None, environment=environment)
    except VariableMissing as missing:
        return [missing.problem()]
    except FlowstoneError:
        return []
    return []


def _misnamed(root: Path) -> list[Problem]:
    """Name the files among the pipelines that are none because of their name."""
    try:
        names = sorted(os.listdir(root / PIPELINES))  # noqa: PTH208
    except OSError:
        return []
    problems = []
    for name in names:
        place = Place(f"{PIPELINES}/{name}")
        if name.endswith(".yml"):
            problems.append(
                Problem(place, "file_name", "a pipeline's file ends in .yaml", "Rename it.", is_warning=True)
            )
        elif name.endswith(PIPELINE_SUFFIX) and not is_id(name.removesuffix(PIPELINE_SUFFIX)):
            problems.append(Problem(place, "bad_id", f"{name[:80]!r} cannot name a pipeline", ID_HINT))
    return problems
