"""From a pipeline's files to what a run needs: which blocks, in what order, called with what."""

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
from flowstone.engine.machine import Plan
from flowstone.engine.modules import ProjectModules
from flowstone.errors.base import InvalidProject, Place, Problem, SourceError
from flowstone.errors.engine import BlockUnready
from flowstone.errors.source import UpstreamMissing
from flowstone.model.block import DUCKDB, Block, BlockKind, Language
from flowstone.model.connections import ConnectionSettings, WriteContext
from flowstone.model.freshness import PENDING, Part
from flowstone.model.graph import Upstreams, ancestors, descendants, inputs_of, topological_order, upstreams_of
from flowstone.model.ids import BlockId, RunId, mapped_block
from flowstone.model.params import ResolvedParam, pipeline_values, resolve
from flowstone.model.pipeline import Pipeline
from flowstone.model.project import Project
from flowstone.model.rules import Isolation
from flowstone.model.run import BlockResult, Reuse, RunRequest
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


def selected_blocks(code: Code, request: RunRequest) -> tuple[BlockId, ...]:
    """Return the blocks of a run, each after those it waits for.

    Raises: UpstreamMissing, when a block is named that the pipeline lacks; InvalidProject, for what is wrong with them.
    """
    upstreams = upstreams_of(code.pipeline)
    for block_id in request.blocks:
        if block_id not in upstreams:
            raise UpstreamMissing(
                f"the pipeline {code.pipeline.id} has no block {block_id!r}",
                place=Place(code.pipeline.file),
                hint=f"It has: {', '.join(upstreams) or 'none yet'}.",
            )
    if not code.pipeline.blocks:
        raise InvalidProject((Problem(Place(code.pipeline.file), "empty", "the pipeline has no blocks yet"),))
    wanted = set(request.blocks or upstreams)
    if request.downstream:
        wanted |= descendants(upstreams, request.blocks)
    if request.up_to:
        wanted = _up_to(code, wanted, request.up_to)
    if not request.only:
        wanted |= ancestors(upstreams, wanted)
    _refuse_problems(code, wanted)
    order = topological_order(upstreams, file=code.pipeline.file)
    return tuple(block for block in order if block in wanted and not _is_note(code.block(block)))


def _up_to(code: Code, wanted: set[BlockId], last: tuple[BlockId, ...]) -> set[BlockId]:
    """Return those of some blocks that lead to the last ones. Raises: UpstreamMissing, where nothing leads there."""
    missing = [block for block in last if block not in wanted]
    if missing:
        raise UpstreamMissing(
            f"the block {missing[0]!r} is not below where the run is to begin",
            place=Place(code.pipeline.file),
            hint="Name a block that reads what it gives, directly or not.",
        )
    return wanted & (set(last) | ancestors(upstreams_of(code.pipeline), last))


def _is_note(loaded: LoadedBlock) -> bool:
    return loaded.source is not None and loaded.source.kind is BlockKind.NOTE


def _refuse_problems(code: Code, wanted: set[BlockId]) -> None:
    """Refuse what is wrong with the pipeline as a whole or with a block of the run; other blocks may be broken."""
    of_others = {
        problem for loaded in code.loaded.blocks if loaded.block.id not in wanted for problem in loaded.problems
    }
    problems = tuple(p for p in code.loaded.problems if not p.is_warning and p not in of_others)
    if problems:
        raise InvalidProject(problems)


def plan_of(code: Code, request: RunRequest, blocks: tuple[BlockId, ...], *, width: int) -> Plan:
    """Return what the machine needs to know of a run."""
    chosen = {block_id: code.block(block_id) for block_id in blocks}
    upstreams = {
        block_id: tuple(up for up in loaded.block.upstream if up in chosen) for block_id, loaded in chosen.items()
    }
    above_named = ancestors(upstreams_of(code.pipeline), request.blocks)
    return Plan(
        upstream=upstreams,
        may_reuse=frozenset(
            block_id
            for block_id, loaded in chosen.items()
            if _may_reuse(loaded, request, is_above_named=block_id in above_named)
        ),
        retries={block_id: loaded.block.retries for block_id, loaded in chosen.items()},
        timeouts_s={
            block_id: loaded.block.timeout_s
            for block_id, loaded in chosen.items()
            if loaded.block.timeout_s is not None
        },
        width=width,
    )


def _may_reuse(loaded: LoadedBlock, request: RunRequest, *, is_above_named: bool) -> bool:
    """Say whether a stored output will do: not for a named block, nor, but for editing, one that meets the world."""
    if request.reuse is Reuse.NEVER or loaded.block.id in request.blocks:
        return False
    if request.reuse is Reuse.EDITOR or is_above_named:
        return True
    return loaded.source is not None and loaded.source.kind is BlockKind.TRANSFORMER


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
