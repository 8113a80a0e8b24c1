"""A block's entry against what its file says: params, arguments, connections and imports that do not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from flowstone.errors.base import Place, Problem
from flowstone.errors.source import CircularImport, SignatureInvalid, WrongValue
from flowstone.model.block import DUCKDB, Block, BlockKind, Language
from flowstone.model.graph import cycle_in
from flowstone.model.ids import BlockId
from flowstone.model.params import checked
from flowstone.model.pipeline import Pipeline, PipelineParam
from flowstone.model.project import Project
from flowstone.model.source import BlockSource, ParamSpec, argument_upstreams
from flowstone.store.pipeline_yaml import PipelineText
from flowstone.store.yaml_values import did_you_mean


def block_problems(read: PipelineText, block: Block, source: BlockSource) -> tuple[Problem, ...]:
    """Return what of a block's entry does not fit its file."""
    return (*_param_problems(read, block, source), *_argument_problems(read, block, source))


def _param_problems(read: PipelineText, block: Block, source: BlockSource) -> list[Problem]:
    specs = {spec.name: spec for spec in source.params}
    problems = []
    for name, value in block.params.items():
        place = read.places.get(("param", block.id, name)) or block.place or Place(block.file)
        if name not in specs:
            message = f"{block.id} has no param {name[:80]!r}"
            problems.append(WrongValue(message, place=place, hint=_param_hint(name, specs)).problem())
        elif value is not None or not _has_problem_at(read, place.line):
            problems.extend(_misfit(specs[name], value, place))
    return problems


def _has_problem_at(read: PipelineText, line: int | None) -> bool:
    """Say whether a value that reads as nothing may do so because it could not be read."""
    return any(problem.place.line == line and not problem.is_warning for problem in read.problems)


def _param_hint(name: str, specs: Mapping[str, ParamSpec]) -> str:
    return did_you_mean(name, specs.keys()) if specs else "Its function takes no params."


def _misfit(spec: ParamSpec, value: Any, place: Place) -> list[Problem]:
    as_param = PipelineParam(spec.name, spec.type, choices=spec.choices, required=not spec.nullable)
    try:
        checked(as_param, value, place=place)
    except WrongValue as wrong:
        return [wrong.problem()]
    return []


def _argument_problems(read: PipelineText, block: Block, source: BlockSource) -> list[Problem]:
    if source.language is not Language.PYTHON:
        return []
    pairs = argument_upstreams(source, block.upstream)
    used = {upstream for _, upstream in pairs}
    filled = {parameter for parameter, _ in pairs}
    problems = []
    for upstream in block.upstream:
        if upstream not in used:
            place = read.places.get(("upstream", block.id, upstream)) or block.place or Place(block.file)
            message = f"{source.function}() has no argument for {upstream}"
            problems.append(SignatureInvalid(message, place=place, hint=_argument_hint(source)).problem())
    for spec in source.inputs:
        if spec.name not in filled and not spec.has_default:
            place = block.place or Place(block.file)
            message = f"nothing is connected to {source.function}()'s argument {spec.name!r}"
            problems.append(SignatureInvalid(message, place=place, hint="Add a block to its upstream.").problem())
    return problems


def _argument_hint(source: BlockSource) -> str:
    if source.kind in (BlockKind.LOADER, BlockKind.SENSOR):
        return f"A {source.kind} reads no block: disconnect it, or make it a transformer."
    count = len(source.inputs)
    return f"It takes {count} upstream{'' if count == 1 else 's'}: add an argument, or disconnect it."


def connection_problems(
    project: Project, read: PipelineText, sources: Mapping[BlockId, BlockSource]
) -> tuple[Problem, ...]:
    """Return where blocks ask for connections that the default profile, or none of them, has."""
    everywhere = {entry.name for profile in project.profiles for entry in profile.connections}
    try:
        here = {entry.name for entry in project.connections()}
    except KeyError:
        here = everywhere
    problems = []
    for block in read.pipeline.blocks:
        for name in _connections_of(block, sources.get(block.id)):
            if name not in here:
                place = block.place or Place(read.pipeline.file)
                where = f"the profile {project.profile}" if name in everywhere else "any profile"
                message = f"{block.id} asks for the connection {name[:80]!r}, which is not in {where}"
                hint = did_you_mean(name, here)
                problems.append(Problem(place, "connection_unknown", message, hint, is_warning=name in everywhere))
    return tuple(problems)


def _connections_of(block: Block, source: BlockSource | None) -> list[str]:
    names = [use.connection for use in source.connections] if source else []
    return [*names, *([block.engine] if block.engine != DUCKDB else [])]


def import_problems(pipeline: Pipeline, sources: Mapping[BlockId, BlockSource]) -> tuple[Problem, ...]:
    """Return a problem when block files import each other in a circle, which Python fails at only when it runs."""
    modules = {_module_of(block.file): block for block in pipeline.blocks if block.language is Language.PYTHON}
    arrows: dict[BlockId, tuple[BlockId, ...]] = {}
    for module, block in modules.items():
        names = sources[block.id].imports if block.id in sources else ()
        arrows[BlockId(module)] = tuple(BlockId(name) for name in names if name in modules)
    cycle = cycle_in(arrows)
    if not cycle:
        return ()
    way = " → ".join(modules[module].file for module in cycle)
    place = Place(modules[cycle[0]].file, 1, 1)
    hint = "Move what they share into a module under lib/."
    return (CircularImport(f"these block files import each other: {way}", place=place, hint=hint).problem(),)


def _module_of(file: str) -> str:
    return ".".join(PurePosixPath(file).with_suffix("").parts)
