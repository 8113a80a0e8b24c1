"""A pipeline: blocks, in the order a person wrote them, and the params they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flowstone.model.block import Block
from flowstone.model.drawing import Group, Spot
from flowstone.model.ids import BlockId, PipelineId

if TYPE_CHECKING:
    from flowstone.model.alerts import Alerts
    from flowstone.model.schedule import Schedule


class ParamType(StrEnum):
    """The types a param can have in YAML, on the command line and in the browser's form."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    JSON = "json"
    """Anything else that JSON can say: a list, a mapping, or a value of a type that has no form."""


@dataclass(frozen=True, slots=True)
class PipelineParam:
    """An entry under `params:` of a pipeline. `default` is a JSON value; dates are ISO 8601 text."""

    name: str
    type: ParamType
    default: Any = None
    choices: tuple[Any, ...] = ()
    description: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a run may go on at once; None and what is not named have no limit of the pipeline's own.

    Units: `memory` among the resources in bytes.
    """

    concurrency: int | None = None
    resources: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A directed acyclic graph of blocks."""

    id: PipelineId
    blocks: tuple[Block, ...] = ()
    params: tuple[PipelineParam, ...] = ()
    description: str = ""
    file: str = field(default="", compare=False)
    """Where it was read from, relative to the project's root."""
    schedule: Schedule | None = None
    """When it runs by itself; None is never."""
    alerts: Alerts | None = None
    """Who is told of failures; None is whom the project tells."""
    limits: Limits = field(default_factory=Limits)
    groups: tuple[Group, ...] = ()
    layout: Mapping[BlockId, Spot] = field(default_factory=dict)
    """The blocks that people put somewhere; the others are laid out around them."""

    def block(self, block_id: BlockId) -> Block:
        """Return the block of that id. Raises: KeyError, when there is none."""
        for block in self.blocks:
            if block.id == block_id:
                return block
        raise KeyError(block_id)

    @property
    def block_ids(self) -> tuple[BlockId, ...]:
        """The ids in the order written."""
        return tuple(block.id for block in self.blocks)
