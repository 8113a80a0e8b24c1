"""Outputs that a condition asks about, read: JSON, and small."""

from __future__ import annotations

import json
import os
from typing import Any

from flowstone.model.output import OutputKind
from flowstone.model.run import BlockResult
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.held import held_address
from flowstone.store.places import is_url

MAX_ASKED_BYTES = 64 << 10
"""The largest JSON value that a condition may ask about."""


def small_value(artifacts: str, result: BlockResult) -> Any:
    """Return a result's only output if it is JSON and small, else None.

    Raises: NotFound; ArtifactCorrupt, when the output is not in the store any more.
    """
    if len(result.outputs) != 1:
        return None
    output = result.outputs[0]
    if output.kind is not OutputKind.JSON or output.size_bytes > MAX_ASKED_BYTES:
        return None
    # Its worker may hold it still: a condition is told of a result before the ledger is.
    address = artifacts if is_url(artifacts) else held_address(artifacts, owner=os.getpid())
    return json.loads(open_artifacts(address).find(output.hash).path.read_bytes())
