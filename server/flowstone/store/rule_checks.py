"""How blocks are to be run against what there is: limits, params and arguments that conditions and maps name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowstone.errors.base import Place, Problem
from flowstone.errors.source import WrongValue
from flowstone.model.block import Block
from flowstone.model.ids import BlockId
from flowstone.model.project import Project
from flowstone.model.rules import MEMORY, MapOver
from flowstone.model.source import BlockSource
from flowstone.store.pipeline_yaml import PipelineText
from flowstone.store.sizes import write_size
from flowstone.store.yaml_values import did_you_mean


def rule_problems(project: Project, read: PipelineText, sources: Mapping[BlockId, BlockSource]) -> tuple[Problem, ...]:
    """Return what of the blocks' rules can never come true: needs above the limits, and names of nothing."""
    return tuple(
        problem
        for block in read.pipeline.blocks
        for problem in (
            *_needs(project, read, block),
            *_condition(project, read, block),
            *_map(project, read, block, sources.get(block.id)),
        )
    )


def _needs(project: Project, read: PipelineText, block: Block) -> Iterator[Problem]:
    own = read.pipeline.limits.resources
    for name, amount in block.uses.items():
        place = read.places.get(("uses", block.id, name)) or _place(read, block)
        limits = [limit for limit in (project.limits.get(name), own.get(name)) if limit is not None]
        if not limits:
            hint = did_you_mean(name, {*project.limits, *own}) or f"Add it to flowstone.yaml: `limits: {{{name}: …}}`."
            yield WrongValue(f"there is no limit {name!r} that {block.id} could use", place=place, hint=hint).problem()
        elif amount > min(limits):
            message = f"{block.id} uses {_shown(name, amount)} of {name}, and there is {_shown(name, min(limits))}"
            hint = "It could never start: raise the limit, or let the block use less."
            yield WrongValue(message, place=place, hint=hint).problem()


def _shown(name: str, amount: int) -> str:
    return write_size(amount) if name == MEMORY else str(amount)


def _condition(project: Project, read: PipelineText, block: Block) -> Iterator[Problem]:
    if block.when is None:
        return
    known = _params(project, read) | set(block.params)
    for name in sorted(block.when.params - known):
        place = read.places.get(("when", block.id)) or _place(read, block)
        hint = did_you_mean(name, known) if known else "The pipeline has no params."
        if name in block.upstream:
            hint = f"It is an upstream: ask for {name}.ran, {name}.rows or {name}.value."
        yield WrongValue(f"when: there is no param {name[:64]!r}", place=place, hint=hint).problem()


def _map(project: Project, read: PipelineText, block: Block, source: BlockSource | None) -> Iterator[Problem]:
    mapped = block.mapped
    if mapped is None or mapped.over in block.upstream:
        return
    place = read.places.get(("map", block.id)) or _place(read, block)
    known = _params(project, read) | set(block.params)
    if mapped.over not in known:
        hint = did_you_mean(mapped.over, {*block.upstream, *known})
        message = f"map: {mapped.over!r} is neither an upstream of {block.id} nor a param"
        yield WrongValue(message, place=place, hint=hint).problem()
    elif source is not None:
        yield from _taken(mapped, block, source, place)


def _taken(mapped: MapOver, block: Block, source: BlockSource, place: Place) -> Iterator[Problem]:
    name = mapped.into or mapped.over
    taken = {spec.name for spec in source.params}
    if name not in taken:
        hint = did_you_mean(name, taken) if taken else "Its function takes no params: add one after a `*`."
        if not mapped.into and taken:
            hint = f"Say which of its params takes an item: `as: {min(taken)}`."
        yield WrongValue(f"map: {block.id} has no param {name!r}", place=place, hint=hint).problem()


def _params(project: Project, read: PipelineText) -> set[str]:
    return {*(param.name for param in read.pipeline.params), *project.params}


def _place(read: PipelineText, block: Block) -> Place:
    return block.place or Place(read.pipeline.file)
