"""The arguments of a block's call: inputs, typed params, live connections and the run."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowstone.engine.jobs import BlockJob
from flowstone.engine.worker.forms import annotations_of
from flowstone.engine.worker.inputs import Opening
from flowstone.errors.connectors import ConnectorUnknown
from flowstone.errors.engine import ConnectionUnknown, ParamInvalid
from flowstone.model.author import Run
from flowstone.model.connections import ConnectionSettings, WriteContext
from flowstone.model.output import Output

if TYPE_CHECKING:
    from pydantic import TypeAdapter

ENTRY_POINTS = "flowstone.connectors"
VARYING = "*"
"""Stands for a block's `*inputs` among its parameters."""


@dataclass(slots=True)
class Call:
    """The arguments that a block function is called with."""

    positional: list[Any] = field(default_factory=list)
    keyword: dict[str, Any] = field(default_factory=dict)
    closing: ExitStack = field(default_factory=ExitStack)
    """Closes the connections when the block has ended."""


def bind(
    job: BlockJob,
    function: Callable[..., Any],
    *,
    opening: Opening,
    report: Callable[[int, int | None], None],
) -> Call:
    """Gather what a block function is to be called with.

    Raises: InputUnfit; ParamInvalid; ConnectionUnknown; ConnectorError, when a connection cannot be opened.
    """
    call = Call()
    hints = annotations_of(function)
    takes_all = any(ref.parameter == VARYING for ref in job.inputs)
    _give_inputs(job, call, opening, hints | _varying(function, hints) if takes_all else hints)
    for name, value in job.params.items():
        call.keyword[name] = typed_param(name, value, hints)
    for use in job.source.connections:
        connection = open_connection(job, use.connection)
        call.keyword[use.parameter] = connection
        if hasattr(connection, "close"):
            call.closing.callback(connection.close)
    if job.source.run_parameter:
        call.keyword[job.source.run_parameter] = run_context(job, report)
    return call


def _varying(function: Callable[..., Any], hints: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotation of `*inputs` under the name that it has among a block's inputs."""
    kinds = inspect.signature(function).parameters.values()
    varying = [spec.name for spec in kinds if spec.kind is spec.VAR_POSITIONAL and spec.name in hints]
    return {VARYING: hints[varying[0]]} if varying else {}


def _give_inputs(job: BlockJob, call: Call, opening: Opening, hints: Mapping[str, Any]) -> None:
    """Give inputs by position; by name from the first parameter on that no upstream fills."""
    filled = {ref.parameter for ref in job.inputs}
    gap = next((index for index, spec in enumerate(job.source.inputs) if spec.name not in filled), len(filled))
    by_position = {spec.name for spec in job.source.inputs[:gap]} | {VARYING}
    for ref in job.inputs:
        value = upstream_value(ref.outputs, hints.get(ref.parameter, Any), opening)
        if ref.parameter in by_position:
            call.positional.append(value)
        else:
            call.keyword[ref.parameter] = value


def upstream_value(outputs: tuple[Output, ...], annotation: Any, opening: Opening) -> Any:
    """Return an upstream's output; a mapping of name to output where it gave several. None where it gave none."""
    find = opening.pickles.store.find
    opened = {output.name: opening.open(find(output.hash), annotation) for output in outputs}
    if len(opened) == 1:
        return next(iter(opened.values()))
    return opened or None


def open_connection(job: BlockJob, name: str) -> Any:
    """Open a connection of the run's profile by its connector's entry point.

    Raises: ConnectionUnknown, when the profile has none of that name; ConnectorUnknown; ConnectorError.
    """
    for settings in job.connections:
        if settings.name == name:
            return _connector(settings)(settings, job.context)
    known = ", ".join(settings.name for settings in job.connections) or "none"
    raise ConnectionUnknown(
        f"The profile has no connection {name!r}", hint=f"It has: {known}. Add it to connections.yaml."
    )


def _connector(settings: ConnectionSettings) -> Callable[[ConnectionSettings, WriteContext], Any]:
    from importlib.metadata import entry_points  # here, for it takes 15 ms, and most blocks have no connection

    for entry in entry_points(group=ENTRY_POINTS, name=settings.type):
        connect: Callable[[ConnectionSettings, WriteContext], Any] = entry.load()
        return connect
    known = ", ".join(sorted(entry.name for entry in entry_points(group=ENTRY_POINTS)))
    raise ConnectorUnknown(
        f"The connection {settings.name!r} has the type {settings.type!r}, which no connector offers",
        hint=f"Known types: {known}.",
    )


def typed_param(name: str, value: Any, hints: Mapping[str, Any]) -> Any:
    """Return a param's JSON value as its annotation has it. Raises: ParamInvalid, with what the value cannot be."""
    if name not in hints or isinstance(hints[name], str):
        return value
    from pydantic import ValidationError  # here, for a block without params needs none of it
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

    try:
        return _adapter(hints[name]).validate_python(value)
    except (PydanticSchemaGenerationError, PydanticUserError):
        return value  # an annotation that only the author understands
    except ValidationError as wrong:
        said = wrong.errors(include_url=False)[0]["msg"]
        raise ParamInvalid(
            f"Param {name!r} cannot be {value!r}: {said}", hint="Change it in the block's or the pipeline's params."
        ) from wrong


def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter
    from pydantic.errors import PydanticUserError

    try:
        return TypeAdapter(kind, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        return TypeAdapter(kind)  # a model brings its own config


def run_context(job: BlockJob, report: Callable[[int, int | None], None]) -> Run:
    """Return what a block may know of its run."""
    logger = logging.getLogger(f"flowstone.block.{job.context.block}")
    logical_date = None if job.logical_date is None else datetime.fromisoformat(job.logical_date)
    context = job.context
    return Run(context.run, context.pipeline, context.block, job.attempt, logical_date, logger, report)
