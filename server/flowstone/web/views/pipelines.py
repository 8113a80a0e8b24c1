"""Pipelines and their blocks, as they travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from flowstone.errors.base import Problem
from flowstone.model.block import LANGUAGE_BY_SUFFIX, Block, BlockKind, Language
from flowstone.model.rules import Isolation, MapOver
from flowstone.model.source import BlockSource, ParamSpec, argument_upstreams
from flowstone.web import wire_types as wire
from flowstone.web.views.charts import chart_view
from flowstone.web.wire import edits
from flowstone.web.wire.runs import WiredBlock

if TYPE_CHECKING:
    from flowstone.model.drawing import Group
    from flowstone.model.pipeline import Pipeline
    from flowstone.model.project import Project
    from flowstone.store.project_files import LoadedBlock, LoadedPipeline

FOLDERS = {
    BlockKind.LOADER: "loaders",
    BlockKind.TRANSFORMER: "transformers",
    BlockKind.EXPORTER: "exporters",
    BlockKind.SENSOR: "sensors",
    BlockKind.NOTE: "notes",
}
"""Where the files of each kind of block are put."""

Origin = Literal["block", "pipeline", "default", "missing"]


def problem_view(problem: Problem) -> wire.ProblemView:
    """Return a problem of a file."""
    return wire.ProblemView(
        file=problem.place.file,
        line=problem.place.line,
        column=problem.place.column,
        code=problem.code,
        message=problem.message,
        hint=problem.hint,
        is_warning=problem.is_warning,
    )


def pipeline_view(project: Project, loaded: LoadedPipeline) -> wire.PipelineView:
    """Return a pipeline's page."""
    pipeline = loaded.pipeline
    values = dict(project.params) | {param.name: param.default for param in pipeline.params if not param.required}
    return wire.PipelineView(
        id=pipeline.id,
        description=pipeline.description,
        file=pipeline.file,
        etag=loaded.etag,
        params=[
            wire.PipelineParamView(
                name=param.name,
                type=param.type,
                default=param.default,
                choices=list(param.choices),
                description=param.description,
                required=param.required,
            )
            for param in pipeline.params
        ],
        blocks=[_block_view(block, pipeline, values) for block in loaded.blocks],
        problems=[problem_view(problem) for problem in loaded.problems],
        groups=[_group_view(group) for group in pipeline.groups],
        layout={block: wire.Point(x=spot.x, y=spot.y) for block, spot in pipeline.layout.items()},
    )


def edited_view(
    project: Project,
    loaded: LoadedPipeline,
    change: edits.Change,
    *,
    is_merged: bool = False,
    kept_files: Sequence[str] = (),
) -> edits.EditedPipeline:
    """Return a pipeline's page after an edit, with what the edit did."""
    view = dict(pipeline_view(project, loaded))
    return edits.EditedPipeline(**view, change=change, is_merged=is_merged, kept_files=list(kept_files))


def _group_view(group: Group) -> wire.GroupView:
    at = None if group.at is None else wire.Point(x=group.at.x, y=group.at.y)
    return wire.GroupView(
        id=group.id,
        title=group.title,
        color=group.color,
        blocks=list(group.blocks),
        is_collapsed=group.is_collapsed,
        at=at,
    )


def _block_view(loaded: LoadedBlock, pipeline: Pipeline, pipeline_values: Mapping[str, Any]) -> wire.BlockView:
    block = loaded.block
    source = loaded.source or _unread(block)
    return wire.BlockView(
        id=block.id,
        file=block.file,
        file_etag=loaded.etag,
        kind=source.kind,
        language=source.language,
        title=source.title,
        description=source.description,
        upstream=list(block.upstream),
        inputs=_inputs(source, block),
        params=[_param_view(_typed(spec, pipeline), block, pipeline_values) for spec in source.params],
        own_params=dict(block.params),
        connections=[use.connection for use in source.connections],
        checks=list(source.checks),
        attempts=block.retries.attempts,
        delay_s=block.retries.delay_s,
        timeout_s=block.timeout_s,
        engine=block.engine,
        backoff=block.retries.backoff,
        jitter=block.retries.jitter,
        only_on=list(block.retries.only_on),
        on_failure=block.on_failure,
        when=block.when.text if block.when else "",
        map=_map_words(block.mapped),
        uses=dict(block.uses),
        memory_bytes=block.memory_bytes,
        charts=[chart_view(chart) for chart in block.charts],
        is_isolated=block.isolation is Isolation.BLOCK,
        problems=[problem_view(problem) for problem in loaded.problems],
    )


def wired_view(loaded: LoadedBlock) -> WiredBlock:
    """Return a block as far as its place in the graph goes."""
    block = loaded.block
    source = loaded.source or _unread(block)
    return WiredBlock(id=block.id, kind=source.kind, file=block.file, upstream=list(block.upstream))


def _map_words(mapped: MapOver | None) -> str:
    """Say in a few words what a block is mapped over."""
    if mapped is None:
        return ""
    parts = [mapped.over]
    if mapped.by:
        parts.append(f"by {mapped.by}")
    if mapped.rows is not None:
        parts.append(f"{mapped.rows} rows at a time")
    if mapped.into:
        parts.append(f"as {mapped.into}")
    if mapped.width is not None:
        parts.append(f"{mapped.width} at once")
    return ", ".join(parts)


def _unread(block: Block) -> BlockSource:
    """Say what can be said of a block whose file is missing or broken, from the file's name."""
    path = PurePosixPath(block.file)
    by_folder = {folder: kind for kind, folder in FOLDERS.items()}
    kind = by_folder.get(path.parts[0] if path.parts else "", BlockKind.TRANSFORMER)
    return BlockSource(LANGUAGE_BY_SUFFIX.get(path.suffix, Language.PYTHON), kind)


def _inputs(source: BlockSource, block: Block) -> list[wire.InputView]:
    pairs = argument_upstreams(source, block.upstream)
    fed = dict(pairs)
    named = [
        wire.InputView(parameter=spec.name, annotation=spec.annotation, upstream=fed.get(spec.name))
        for spec in source.inputs
    ]
    rest = [wire.InputView(parameter="*", annotation="", upstream=up) for parameter, up in pairs if parameter == "*"]
    return [*named, *rest]


def _typed(spec: ParamSpec, pipeline: Pipeline) -> ParamSpec:
    """Return a param that says nothing of its type, as those of SQL, with the type of the pipeline's of that name."""
    alike = next((param for param in pipeline.params if param.name == spec.name), None)
    if alike is None or spec.annotation:
        return spec
    return replace(spec, type=alike.type, choices=spec.choices or alike.choices)


def _param_view(spec: ParamSpec, block: Block, pipeline_values: Mapping[str, Any]) -> wire.BlockParamView:
    value, origin = _value_of(spec, block, pipeline_values)
    return wire.BlockParamView(
        name=spec.name,
        type=spec.type,
        annotation=spec.annotation,
        required=spec.required,
        nullable=spec.nullable,
        choices=list(spec.choices),
        default=spec.default,
        default_text=spec.default_text,
        value=value,
        origin=origin,
    )


def _value_of(spec: ParamSpec, block: Block, pipeline_values: Mapping[str, Any]) -> tuple[Any, Origin]:
    """Resolve as `model.params.resolve` does, but leave what is missing for the form to ask for."""
    if spec.name in block.params:
        return block.params[spec.name], "block"
    if spec.name in pipeline_values:
        return pipeline_values[spec.name], "pipeline"
    return (None, "missing") if spec.required else (spec.default, "default")
