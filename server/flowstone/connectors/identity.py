"""Names a write, so that the same write asked for twice is known as one."""

from __future__ import annotations

import hashlib
import json
import uuid

from flowstone.model.connections import WriteContext


def write_id(context: WriteContext, *, target: str, action: str, digest: str) -> str:
    """Return 32 hexadecimal digits that are equal for equal writes of one run, block and epoch.

    Outside of a run every write is a new one: nobody retries it, and a person who appends twice means it.
    """
    occasion = context.run or uuid.uuid4().hex
    parts = [context.project, context.pipeline, context.block, occasion, context.epoch, target, action, digest]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
