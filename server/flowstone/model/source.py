"""What a block's text says of itself, read without running it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flowstone.errors.base import Problem
from flowstone.model.block import BlockKind, Language
from flowstone.model.pipeline import ParamType


@dataclass(frozen=True, slots=True)
class InputSpec:
    """A positional parameter of a block function: one upstream output."""

    name: str
    annotation: str = ""
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A keyword-only parameter of a block function: what a form needs to know of it.

    `default` is a JSON value where the source has a literal, else None with the text in `default_text`.
    """

    name: str
    type: ParamType
    annotation: str = ""
    required: bool = False
    default: Any = None
    default_text: str = ""
    choices: tuple[Any, ...] = ()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionUse:
    """A keyword-only parameter whose default is `connection("name")`."""

    parameter: str
    connection: str


@dataclass(frozen=True, slots=True)
class BlockSource:
    """The facts that a block file's text holds."""

    language: Language
    kind: BlockKind
    function: str = ""
    title: str = ""
    description: str = ""
    inputs: tuple[InputSpec, ...] = ()
    takes_all: bool = False
    """Whether `*inputs` takes whatever upstreams are left."""
    params: tuple[ParamSpec, ...] = ()
    connections: tuple[ConnectionUse, ...] = ()
    run_parameter: str = ""
    checks: tuple[str, ...] = ()
    callbacks: tuple[tuple[str, str], ...] = ()
    """Functions that are called when the block has ended, each with the outcome: `success` or `failure`."""
    imports: tuple[str, ...] = ()
    """Every module the text imports, anywhere in it, by its absolute dotted name."""
    warnings: tuple[Problem, ...] = ()
    reads_logical_date: bool = False
    """Whether the function may look at its run's logical date."""


def argument_upstreams(source: BlockSource, upstream: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Pair each upstream with the parameter it feeds, in the order of the call.

    By name where a parameter has an upstream's id, else in the order written; `*inputs` takes the rest under
    its own name with a star. An upstream that nothing takes is left out, and so is a parameter left empty.
    """
    by_name = {spec.name for spec in source.inputs} & set(upstream)
    rest = [up for up in upstream if up not in by_name]
    pairs = []
    for spec in source.inputs:
        if spec.name in by_name:
            pairs.append((spec.name, spec.name))
        elif rest:
            pairs.append((spec.name, rest.pop(0)))
    if source.takes_all:
        pairs.extend(("*", up) for up in rest)
    return tuple(pairs)
