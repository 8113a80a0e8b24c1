"""Names of things, each a type of its own."""

from __future__ import annotations

import re
from typing import NewType

from flowstone.errors.base import Place
from flowstone.errors.source import BadId

ProjectId = NewType("ProjectId", str)
PipelineId = NewType("PipelineId", str)
BlockId = NewType("BlockId", str)
RunId = NewType("RunId", str)
ArtifactHash = NewType("ArtifactHash", str)
Fingerprint = NewType("Fingerprint", str)

MAX_ID = 63
ID_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,62}")
ID_HINT = "Use 1 to 63 lower-case letters, digits and underscores, beginning with a letter."


def is_id(text: str) -> bool:
    """Say whether a text may name a project, pipeline, block or param."""
    return ID_PATTERN.fullmatch(text) is not None


def check_id(text: str, *, kind: str, place: Place) -> str:
    """Return the text if it may be an id.

    Raises: BadId, with what was found and the rule.
    """
    if is_id(text):
        return text
    shown = text if len(text) <= 80 else text[:80] + "…"
    raise BadId(f"{shown!r} cannot be a {kind}'s id", place=place, hint=ID_HINT)


def item_id(block: BlockId, index: int) -> BlockId:
    """Name an item of a mapped block."""
    return BlockId(f"{item_prefix(block)}{index}")


def item_prefix(block: BlockId) -> str:
    """Return what the names of a mapped block's items, and no others, begin with: no id of a block has a hyphen."""
    return f"{block}-"


def mapped_block(item: BlockId) -> BlockId:
    """Return the block that an item belongs to; a block that is no item is its own."""
    return BlockId(item.partition("-")[0])
