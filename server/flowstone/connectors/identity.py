"""Names a write, so that the same write asked for twice is known as one."""

from __future__ import annotations

import hashlib
import json
import uuid

from flowstone.model.connections import WriteContext

OVERWRITES_PARTS = ("replace_partition", "merge")
"""Ways to write after which an earlier write of these ways no longer stands as it was."""


def noted_as(id_: str, *, action: str) -> str:
    """Return the name by which a write is noted beside a table; it tells those that a later one may overwrite."""
    return f"{action}-{id_}" if action in OVERWRITES_PARTS else id_


def overwritten_notes(column: str) -> str:
    """Return the SQL condition for the notes of writes that another such write may have overwritten in part."""
    return " OR ".join(f"starts_with({column}, '{action}-')" for action in OVERWRITES_PARTS)


def write_id(context: WriteContext, *, target: str, action: str, digest: str) -> str:
    """Return 32 hexadecimal digits that are equal for equal writes of one run, block and epoch.

    Outside of a run every write is a new one: nobody retries it, and a person who appends twice means it.
    """
    occasion = context.run or uuid.uuid4().hex
    parts = [context.project, context.pipeline, context.block, occasion, context.epoch, target, action, digest]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
