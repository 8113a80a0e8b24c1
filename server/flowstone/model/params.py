"""Where a block's params take their values from, and how text from a command line becomes one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flowstone.errors.base import Place
from flowstone.errors.source import WrongValue
from flowstone.model.block import Block
from flowstone.model.pipeline import ParamType, Pipeline, PipelineParam
from flowstone.model.source import BlockSource


@dataclass(frozen=True, slots=True)
class ResolvedParam:
    """A param's value as JSON, and where it came from: "block", "pipeline" or "default"."""

    name: str
    value: Any
    origin: str


def resolve(source: BlockSource, block: Block, pipeline_values: Mapping[str, Any]) -> tuple[ResolvedParam, ...]:
    """Give each of a block's params its value: the block's own, else the pipeline's of that name, else the default.

    A default that is no literal is left to the worker and has the value None here; its text is in the block's
    source. Raises: WrongValue, when the block sets a param that its function does not take, or none is to be had.
    """
    place = block.place or Place(block.file)
    unknown = sorted(set(block.params) - {spec.name for spec in source.params})
    if unknown:
        raise WrongValue(
            f"{block.id} has no param {unknown[0]!r}",
            place=place,
            hint=f"It takes: {', '.join(spec.name for spec in source.params) or 'none'}.",
        )
    found = []
    for spec in source.params:
        if spec.name in block.params:
            found.append(ResolvedParam(spec.name, block.params[spec.name], "block"))
        elif spec.name in pipeline_values:
            found.append(ResolvedParam(spec.name, pipeline_values[spec.name], "pipeline"))
        elif spec.required:
            raise WrongValue(
                f"{block.id} needs a value for its param {spec.name!r}",
                place=place,
                hint=f"Set it under the block's `params:`, or give the pipeline a param {spec.name!r}.",
            )
        else:
            found.append(ResolvedParam(spec.name, spec.default, "default"))
    return tuple(found)


def pipeline_values(
    pipeline: Pipeline, project_params: Mapping[str, Any], overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values that a pipeline's params have: the run's, else the pipeline's, else the project's.

    Raises: WrongValue, for an override that no param takes, one of the wrong type, or a required one left out.
    """
    known = {param.name: param for param in pipeline.params}
    unknown = sorted(set(overrides) - set(known))
    if unknown:
        raise WrongValue(
            f"the pipeline {pipeline.id} has no param {unknown[0]!r}",
            place=Place(pipeline.file),
            hint=f"It takes: {', '.join(known) or 'none'}.",
        )
    values = dict(project_params)
    for param in pipeline.params:
        if param.name in overrides:
            values[param.name] = checked(param, overrides[param.name], place=Place(pipeline.file))
        elif not param.required:
            values[param.name] = param.default
        elif param.name not in values:
            raise WrongValue(
                f"the param {param.name!r} has no value",
                place=Place(pipeline.file),
                hint=f"Give it with `--param {param.name}=…`, or give it a default.",
            )
    return values


def checked(param: PipelineParam, value: Any, *, place: Place) -> Any:
    """Return a value as the JSON value that the param's type asks for; text is read as that type.

    Raises: WrongValue, naming the param, the type and the value.
    """
    if value is None and not param.required:
        return None
    try:
        found = _as_type(param.type, value)
    except (ValueError, TypeError, KeyError) as wrong:
        raise WrongValue(
            f"param {param.name!r}: {_said(value)} is not {_ARTICLES[param.type]}",
            place=place,
            hint=_HINTS[param.type],
        ) from wrong
    if param.choices and found not in param.choices and str(found) not in map(str, param.choices):
        raise WrongValue(
            f"param {param.name!r}: {_said(value)} is not one of {', '.join(map(str, param.choices))}", place=place
        )
    return found


def _said(value: Any) -> str:
    """Return a value as it is written in a file: a date as 2024-01-31, a text in quotes."""
    return repr(value) if isinstance(value, str) else str(value)


_ARTICLES = {
    ParamType.TEXT: "text",
    ParamType.INTEGER: "an integer",
    ParamType.NUMBER: "a number",
    ParamType.BOOLEAN: "true or false",
    ParamType.DATE: "a date",
    ParamType.DATETIME: "a date and time",
    ParamType.CHOICE: "a choice",
    ParamType.JSON: "JSON",
}
_HINTS = dict.fromkeys(ParamType, "") | {
    ParamType.DATE: "Write it as 2024-01-31.",
    ParamType.DATETIME: "Write it as 2024-01-31T18:30:00.",
    ParamType.BOOLEAN: "Write true or false.",
}


def _as_type(kind: ParamType, value: Any) -> Any:
    match kind:
        case ParamType.TEXT:
            return _only(str, value)
        case ParamType.INTEGER:
            return int(value) if isinstance(value, str) else _only(int, value)
        case ParamType.NUMBER:
            return float(value) if isinstance(value, str) else _only((int, float), value)
        case ParamType.BOOLEAN:
            return {"true": True, "false": False}[value.lower()] if isinstance(value, str) else _only(bool, value)
        case ParamType.DATE:
            return date.fromisoformat(str(value)).isoformat()
        case ParamType.DATETIME:
            return datetime.fromisoformat(str(value)).isoformat()
        case ParamType.CHOICE:
            return value
        case ParamType.JSON:
            return json.loads(value) if isinstance(value, str) and value[:1] in '[{"' else value


def _only(kinds: type | tuple[type, ...], value: Any) -> Any:
    is_bool_misused = isinstance(value, bool) and kinds is not bool
    if not isinstance(value, kinds) or is_bool_misused:
        raise TypeError(value)
    return value
