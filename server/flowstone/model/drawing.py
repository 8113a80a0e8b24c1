"""How a pipeline is drawn: where people put blocks, and the groups that they draw around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from flowstone.model.ids import BlockId

MAX_COORDINATE = 1_000_000
MAX_TITLE = 80


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node's top left corner is. Units: pixels at zoom 1, to the right and down."""

    x: int
    y: int


class GroupColor(StrEnum):
    """The colours that a group's frame can have."""

    GRAY = "gray"
    BLUE = "blue"
    TEAL = "teal"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    PURPLE = "purple"


@dataclass(frozen=True, slots=True)
class Group:
    """A named frame around blocks; a block is in one group at most."""

    id: str
    blocks: tuple[BlockId, ...]
    title: str = ""
    color: GroupColor = GroupColor.GRAY
    is_collapsed: bool = False
    """It is drawn as one node."""
    at: Spot | None = None
    """Where people put the one node; None is wherever there is room."""


def without_block(groups: tuple[Group, ...], gone: BlockId) -> tuple[Group, ...]:
    """Return groups that a block is in no more; those that it leaves empty are gone too."""
    left = (replace(group, blocks=tuple(block for block in group.blocks if block != gone)) for group in groups)
    return tuple(group for group in left if group.blocks)


def with_group(groups: tuple[Group, ...], wanted: Group) -> tuple[Group, ...]:
    """Return groups with one anew, in the place that it had; its blocks leave the others."""
    others = tuple(group for group in groups if group.id != wanted.id)
    for block in wanted.blocks:
        others = without_block(others, block)
    kept = {group.id: group for group in others}
    if all(group.id != wanted.id for group in groups):
        return (*others, wanted)
    found = (wanted if group.id == wanted.id else kept.get(group.id) for group in groups)
    return tuple(group for group in found if group is not None)


def renamed_in_groups(groups: tuple[Group, ...], was: BlockId, to: BlockId) -> tuple[Group, ...]:
    """Return groups that know a block by its new name."""
    return tuple(
        replace(group, blocks=tuple(to if block == was else block for block in group.blocks)) for group in groups
    )


def with_spots(layout: Mapping[BlockId, Spot], changes: Mapping[BlockId, Spot | None]) -> dict[BlockId, Spot]:
    """Return where blocks were put after some were moved; None lets one go back to wherever there is room."""
    moved = {**layout, **changes}
    return {block: spot for block, spot in moved.items() if spot is not None}
