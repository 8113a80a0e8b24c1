"""What each block of a run depends on, and what it is called with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flowstone.engine.file_hashes import FileHashes
from flowstone.engine.fingerprints import own_parts, upstream_parts
from flowstone.engine.jobs import BlockJob, InputRef
from flowstone.engine.modules import ProjectModules
from flowstone.errors.base import SourceError
from flowstone.errors.engine import BlockUnready
from flowstone.model.block import DUCKDB, Block, BlockKind, Language
from flowstone.model.connections import ConnectionSettings, WriteContext
from flowstone.model.freshness import PENDING, Part
from flowstone.model.graph import Upstreams, inputs_of
from flowstone.model.ids import BlockId, RunId, mapped_block
from flowstone.model.params import ResolvedParam, pipeline_values, resolve
from flowstone.model.pipeline import Pipeline
from flowstone.model.project import Project
from flowstone.model.rules import Isolation
from flowstone.model.run import BlockResult
from flowstone.model.source import BlockSource, argument_upstreams
from flowstone.store.project_files import LoadedBlock, LoadedPipeline


@dataclass(frozen=True)
class Code:
    """A pipeline as it is in some folder of code, and the project whose data and connections it uses."""

    project: Project
    loaded: LoadedPipeline
    code_root: Path
    connections: tuple[ConnectionSettings, ...] = ()

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline itself."""
        return self.loaded.pipeline

    def block(self, block_id: BlockId) -> LoadedBlock:
        """Return a block with its file. Raises: KeyError."""
        return self._by_id[block_id]

    @cached_property
    def _by_id(self) -> Mapping[BlockId, LoadedBlock]:
        return {loaded.block.id: loaded for loaded in self.loaded.blocks}

    @cached_property
    def inputs(self) -> Upstreams:
        """The upstreams that give each block something."""
        return inputs_of(self.pipeline)

    def values(self, overrides: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the pipeline's params. Raises: WrongValue."""
        return pipeline_values(self.pipeline, self.project.params, overrides)


class CodeParts:
    """What each block depends on apart from its upstreams."""

    def __init__(
        self, code: Code, values: Mapping[str, Any], *, files: FileHashes, logical_date: str | None = None
    ) -> None:
        self._code = code
        self._values = values
        self._files = files
        self._logical_date = logical_date
        self._modules = ProjectModules(code.code_root)
        self._connections = {settings.name: settings for settings in code.connections}

    def params(self, loaded: LoadedBlock, source: BlockSource) -> tuple[ResolvedParam, ...]:
        """Return a block's params with their values. Raises: WrongValue."""
        return resolve(source, _with_mapped_list(loaded.block, self._values), self._values)

    def own(self, loaded: LoadedBlock) -> tuple[Part, ...] | None:
        """Return a block's own parts; None while the block cannot run as it stands."""
        if loaded.source is None or loaded.text is None:
            return None
        try:
            return own_parts(
                loaded.block,
                loaded.source,
                loaded.text,
                upstream=self._code.inputs[loaded.block.id],
                params=self.params(loaded, loaded.source),
                connections=self._connections,
                modules=self._modules,
                project_root=Path(self._code.project.root),
                files=self._files,
                logical_date=self._logical_date,
            )
        except (SourceError, OSError):
            return None

    def all(self) -> dict[BlockId, tuple[Part, ...] | None]:
        """Return the own parts of every block."""
        return {loaded.block.id: self.own(loaded) for loaded in self._code.loaded.blocks}


def _with_mapped_list(block: Block, values: Mapping[str, Any]) -> Block:
    """Return a block that is mapped over a param's list with the whole list where an item is to be."""
    mapped = block.mapped
    if mapped is None or mapped.over in block.upstream or not mapped.into or mapped.over not in values:
        return block
    return replace(block, params={**block.params, mapped.into: values[mapped.over]})


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the jobs of one run have in common. Units: started_at in seconds since the epoch."""

    run: RunId
    artifacts: str
    started_at: float
    logical_date: str | None = None
    """In ISO 8601; None is the run's start."""
    sealing_key: str = field(default="", repr=False)

    @property
    def moment(self) -> str:
        """The logical date, or else the run's start, in ISO 8601."""
        return self.logical_date or datetime.fromtimestamp(self.started_at, UTC).isoformat()


class PreparedRun:
    """The driver's knowledge of a run's blocks: see `driver.Preparation`."""

    def __init__(self, code: Code, values: Mapping[str, Any], context: RunContext, *, files: FileHashes) -> None:
        self._code = code
        self._parts = CodeParts(code, values, files=files, logical_date=context.moment)
        self._context = context
        self._own: dict[BlockId, tuple[Part, ...]] = {}
        """Own parts that stay as they are for the whole run, for they lie in the snapshot."""

    @property
    def artifacts(self) -> str:
        """Where the run's outputs are."""
        return self._context.artifacts

    @property
    def moment(self) -> str:
        """The run's logical date, or else its start, in ISO 8601."""
        return self._context.moment

    def knows(self, block: BlockId) -> bool:
        """Say whether a block's `parts` can be told at once, with no file to read."""
        return block in self._own

    def acts_outside(self, block: BlockId) -> bool:
        """Say whether a block may change something outside the run, so that starting it again may do harm."""
        source = self._code.block(block).source
        return source is None or source.kind not in (BlockKind.LOADER, BlockKind.TRANSFORMER)

    def look_ahead(self, blocks: Iterable[BlockId]) -> None:
        """Find out what blocks depend on apart from their upstreams, but for files that a block may yet write."""
        for block in dict.fromkeys(map(mapped_block, blocks)):
            loaded = self._code.block(block)
            own = None if loaded.block.files else self._parts.own(loaded)
            if own is not None:
                self._own[block] = own

    def parts(self, block: BlockId, results: Mapping[BlockId, BlockResult | None]) -> tuple[Part, ...]:
        """Return everything that the block's output depends on. Raises: BlockUnready."""
        loaded = self._code.block(block)
        own = self._own.get(block) or self._parts.own(loaded)
        if own is None:
            raise BlockUnready(block)
        return (*own, *upstream_parts(self._code.inputs[block], results, pending=PENDING))

    def job(self, block: BlockId, attempt: int, results: Mapping[BlockId, BlockResult | None]) -> BlockJob:
        """Return what a worker needs to run an attempt. Raises: BlockUnready; WrongValue."""
        loaded = self._code.block(block)
        source = loaded.source
        if source is None:
            raise BlockUnready(block)
        params = self._parts.params(loaded, source)
        return BlockJob(
            context=WriteContext(self._code.project.id, self._code.pipeline.id, block, self._context.run),
            attempt=attempt,
            file=loaded.block.file,
            source=source,
            engine=loaded.block.engine,
            project_root=self._code.project.root,
            code_root=str(self._code.code_root),
            artifacts=self._context.artifacts,
            inputs=_inputs(source, self._code.inputs[block], results),
            params={param.name: param.value for param in params if param.origin != "default"},
            connections=_used(loaded, source, self._code.connections),
            logical_date=self._context.moment,
            sealing_key=self._context.sealing_key,
            memory_limit_bytes=loaded.block.memory_bytes,
            is_isolated=loaded.block.isolation is Isolation.BLOCK,
        )


def _inputs(
    source: BlockSource, inputs: tuple[BlockId, ...], results: Mapping[BlockId, BlockResult | None]
) -> tuple[InputRef, ...]:
    refs = []
    for parameter, upstream in argument_upstreams(source, inputs):
        result = results.get(BlockId(upstream))
        refs.append(InputRef(parameter, BlockId(upstream), result.outputs if result else ()))
    return tuple(refs)


def _used(
    loaded: LoadedBlock, source: BlockSource, connections: tuple[ConnectionSettings, ...]
) -> tuple[ConnectionSettings, ...]:
    """Give a worker the connections that its block asks for and no others: they hold secrets."""
    names = {use.connection for use in source.connections}
    if source.language is Language.SQL and loaded.block.engine != DUCKDB:
        names.add(loaded.block.engine)
    return tuple(settings for settings in connections if settings.name in names)
