"""What a person can do to a pipeline: each edit is a value, and applying one gives a new pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from flowstone.errors.base import Place
from flowstone.errors.source import BadId, CycleFound, DuplicateKey, UpstreamMissing, WrongValue
from flowstone.model.block import Block
from flowstone.model.chart import Chart
from flowstone.model.condition import HINT as WHEN_HINT
from flowstone.model.condition import Condition, read_condition, renamed
from flowstone.model.drawing import (
    MAX_COORDINATE,
    MAX_TITLE,
    Group,
    Spot,
    renamed_in_groups,
    with_group,
    with_spots,
    without_block,
)
from flowstone.model.graph import cycle_in, upstreams_of
from flowstone.model.ids import ID_HINT, BlockId, is_id
from flowstone.model.pipeline import Pipeline, PipelineParam
from flowstone.model.rules import Backoff, OnFailure, Retries


@dataclass(frozen=True, slots=True)
class AddBlock:
    """Put a new block at the end of the list."""

    block: Block


@dataclass(frozen=True, slots=True)
class RemoveBlock:
    """Take a block out; what read it loses that upstream."""

    block: BlockId


@dataclass(frozen=True, slots=True)
class RenameBlock:
    """Give a block another id, wherever it is named."""

    block: BlockId
    to: BlockId


@dataclass(frozen=True, slots=True)
class Connect:
    """Make one block read another's output, after those it reads already."""

    upstream: BlockId
    downstream: BlockId


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Make one block no longer read another's output."""

    upstream: BlockId
    downstream: BlockId


@dataclass(frozen=True, slots=True)
class SetUpstream:
    """Give a block all its upstreams anew, in the order of its arguments."""

    block: BlockId
    upstream: tuple[BlockId, ...]


@dataclass(frozen=True, slots=True)
class SetParams:
    """Give a block all its own params anew."""

    block: BlockId
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetLimits:
    """Give a block anew how often it is tried, the delay between, and its timeout; its other rules stay.

    Units: timeout_s in seconds, None is no limit.
    """

    block: BlockId
    retries: Retries = field(default_factory=Retries)
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class SetRules:
    """Give a block anew how its delays grow, what follows its failure, when it runs, and its memory.

    Units: memory_bytes in bytes, None is no limit. `when` is an expression; the empty one is always.
    """

    block: BlockId
    backoff: Backoff = Backoff.CONSTANT
    jitter: float = 0.0
    on_failure: OnFailure = OnFailure.SKIP
    when: str = ""
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class SetCharts:
    """Give a block all its charts anew."""

    block: BlockId
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPipelineParams:
    """Give the pipeline all its params anew."""

    params: tuple[PipelineParam, ...]


@dataclass(frozen=True, slots=True)
class SetDescription:
    """Say anew what the pipeline is for."""

    text: str


@dataclass(frozen=True, slots=True)
class SetLayout:
    """Put blocks somewhere; None lets one go back to wherever there is room. The others stay."""

    spots: Mapping[BlockId, Spot | None]


@dataclass(frozen=True, slots=True)
class SetGroup:
    """Draw a group, or change the one of that id; its blocks leave other groups."""

    group: Group


@dataclass(frozen=True, slots=True)
class RemoveGroup:
    """Take a group's frame away; its blocks stay."""

    group: str


@dataclass(frozen=True, slots=True)
class Several:
    """Make edits one after the other, all of them or none."""

    edits: tuple[Edit, ...]


Edit: TypeAlias = (
    AddBlock
    | RemoveBlock
    | RenameBlock
    | Connect
    | Disconnect
    | SetUpstream
    | SetParams
    | SetLimits
    | SetRules
    | SetCharts
    | SetPipelineParams
    | SetDescription
    | SetLayout
    | SetGroup
    | RemoveGroup
    | Several
)


def apply(pipeline: Pipeline, edit: Edit) -> Pipeline:
    """Return the pipeline as the edit leaves it.

    Raises: UpstreamMissing, when a block is named that is not there; DuplicateKey, when an id is taken;
    BadId; CycleFound; WrongValue, when an edge is there already or a limit is out of range.
    """
    edited = _apply(pipeline, edit)
    cycle = cycle_in(upstreams_of(edited))
    if cycle:
        raise CycleFound(
            "these blocks would wait for each other: " + " → ".join(reversed(cycle)),
            place=Place(pipeline.file),
            hint="Disconnect one of them first.",
        )
    return edited


def _apply(pipeline: Pipeline, edit: Edit) -> Pipeline:
    match edit:
        case AddBlock(block):
            _refuse_taken(pipeline, block.id)
            for upstream in block.upstream:
                _found(pipeline, upstream)
            return replace(pipeline, blocks=(*pipeline.blocks, block))
        case RemoveBlock(block_id):
            _found(pipeline, block_id)
            return _without_block(pipeline, block_id)
        case RenameBlock(block_id, to):
            _found(pipeline, block_id)
            _refuse_taken(pipeline, to)
            return _with_renamed(pipeline, block_id, to)
        case Connect(upstream, downstream):
            return _connected(pipeline, upstream, downstream)
        case Disconnect(upstream, downstream):
            block = _found(pipeline, downstream)
            if upstream not in block.upstream:
                raise UpstreamMissing(f"{downstream} does not read {upstream}", place=Place(pipeline.file))
            return _with_block(pipeline, _without_upstream(block, upstream))
        case SetUpstream(block_id, upstreams):
            for upstream in upstreams:
                _found(pipeline, upstream)
            return _with_block(pipeline, replace(_found(pipeline, block_id), upstream=upstreams))
        case SetParams(block_id, params):
            return _with_block(pipeline, replace(_found(pipeline, block_id), params=dict(params)))
        case SetLimits(block_id, retries, timeout_s):
            return _with_block(pipeline, _limited(pipeline, _found(pipeline, block_id), retries, timeout_s))
        case SetRules():
            return _with_block(pipeline, _ruled(pipeline, _found(pipeline, edit.block), edit))
        case SetCharts(block_id, charts):
            return _with_block(pipeline, replace(_found(pipeline, block_id), charts=charts))
        case SetPipelineParams(params):
            return replace(pipeline, params=params)
        case SetDescription(text):
            return replace(pipeline, description=text)
        case SetLayout(spots):
            return _laid_out(pipeline, spots)
        case SetGroup(group):
            return _grouped(pipeline, group)
        case RemoveGroup(group_id):
            if all(group.id != group_id for group in pipeline.groups):
                raise WrongValue(f"there is no group {group_id!r} here", place=Place(pipeline.file))
            return replace(pipeline, groups=tuple(group for group in pipeline.groups if group.id != group_id))
        case Several(edits):
            for each in edits:
                pipeline = apply(pipeline, each)
            return pipeline


def _found(pipeline: Pipeline, block_id: BlockId) -> Block:
    try:
        return pipeline.block(block_id)
    except KeyError as gone:
        raise UpstreamMissing(f"there is no block {block_id!r} here", place=Place(pipeline.file)) from gone


def _refuse_taken(pipeline: Pipeline, block_id: BlockId) -> None:
    if not is_id(block_id):
        raise BadId(f"{block_id[:80]!r} cannot be a block's id", place=Place(pipeline.file), hint=ID_HINT)
    if block_id in pipeline.block_ids:
        raise DuplicateKey(
            f"there is already a block {block_id!r}", place=Place(pipeline.file), hint="Choose another name."
        )


def _with_block(pipeline: Pipeline, changed: Block) -> Pipeline:
    blocks = tuple(changed if block.id == changed.id else block for block in pipeline.blocks)
    return replace(pipeline, blocks=blocks)


def _without_block(pipeline: Pipeline, gone: BlockId) -> Pipeline:
    return replace(
        pipeline,
        blocks=tuple(_without_upstream(block, gone) for block in pipeline.blocks if block.id != gone),
        groups=without_block(pipeline.groups, gone),
        layout=with_spots(pipeline.layout, {gone: None}),
    )


def _with_renamed(pipeline: Pipeline, was: BlockId, to: BlockId) -> Pipeline:
    return replace(
        pipeline,
        blocks=tuple(_renamed(block, was, to) for block in pipeline.blocks),
        groups=renamed_in_groups(pipeline.groups, was, to),
        layout={to if block == was else block: spot for block, spot in pipeline.layout.items()},
    )


def _laid_out(pipeline: Pipeline, spots: Mapping[BlockId, Spot | None]) -> Pipeline:
    for block, spot in spots.items():
        _found(pipeline, block)
        if spot is not None and max(abs(spot.x), abs(spot.y)) > MAX_COORDINATE:
            raise WrongValue(f"{block} would lie too far away", place=Place(pipeline.file))
    return replace(pipeline, layout=with_spots(pipeline.layout, spots))


def _grouped(pipeline: Pipeline, group: Group) -> Pipeline:
    if not is_id(group.id):
        raise BadId(f"{group.id[:80]!r} cannot be a group's id", place=Place(pipeline.file), hint=ID_HINT)
    if not group.blocks:
        raise WrongValue("a group has a block at least", place=Place(pipeline.file), hint="Choose blocks first.")
    if len(set(group.blocks)) < len(group.blocks):
        raise WrongValue("a block is in a group once", place=Place(pipeline.file))
    if len(group.title) > MAX_TITLE or not group.title.isprintable():
        raise WrongValue(f"a group's name has at most {MAX_TITLE} characters, on one line", place=Place(pipeline.file))
    for block in group.blocks:
        _found(pipeline, block)
    return replace(pipeline, groups=with_group(pipeline.groups, group))


def _without_upstream(block: Block, upstream: BlockId) -> Block:
    return replace(block, upstream=tuple(up for up in block.upstream if up != upstream))


def _renamed(block: Block, was: BlockId, to: BlockId) -> Block:
    upstream = tuple(to if up == was else up for up in block.upstream)
    is_below = was in block.upstream
    when = renamed(block.when, was, to) if block.when is not None and is_below else block.when
    mapped = block.mapped
    if mapped is not None and mapped.over == was and is_below:
        mapped = replace(mapped, over=to)
    return replace(block, id=to if block.id == was else block.id, upstream=upstream, when=when, mapped=mapped)


def _connected(pipeline: Pipeline, upstream: BlockId, downstream: BlockId) -> Pipeline:
    _found(pipeline, upstream)
    block = _found(pipeline, downstream)
    if upstream in block.upstream:
        raise WrongValue(f"{downstream} reads {upstream} already", place=Place(pipeline.file))
    return _with_block(pipeline, replace(block, upstream=(*block.upstream, upstream)))


def _limited(pipeline: Pipeline, block: Block, retries: Retries, timeout_s: float | None) -> Block:
    if retries.attempts < 1 or retries.delay_s < 0 or (timeout_s is not None and timeout_s <= 0):
        raise WrongValue(
            f"{block.id}: attempts must be 1 or more, delay 0 or more, and timeout more than 0",
            place=Place(pipeline.file),
        )
    kept = replace(block.retries, attempts=retries.attempts, delay_s=retries.delay_s)
    return replace(block, retries=kept, timeout_s=timeout_s)


def _ruled(pipeline: Pipeline, block: Block, rules: SetRules) -> Block:
    if not 0 <= rules.jitter <= 1 or (rules.memory_bytes is not None and rules.memory_bytes <= 0):
        raise WrongValue(f"{block.id}: jitter must be from 0 to 1, and memory more than 0", place=Place(pipeline.file))
    return replace(
        block,
        retries=replace(block.retries, backoff=rules.backoff, jitter=rules.jitter),
        on_failure=rules.on_failure,
        when=_condition(pipeline, block, rules.when),
        memory_bytes=rules.memory_bytes,
    )


def _condition(pipeline: Pipeline, block: Block, text: str) -> Condition | None:
    if not text.strip():
        return None
    try:
        found = read_condition(text.strip())
    except ValueError as wrong:
        raise WrongValue(f"when: {wrong}", place=Place(pipeline.file), hint=WHEN_HINT) from wrong
    strangers = sorted(found.upstreams - set(block.upstream))
    if strangers:
        raise WrongValue(f"when: {strangers[0]!r} is no upstream of {block.id}", place=Place(pipeline.file))
    return found
