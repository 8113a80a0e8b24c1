"""What a run is to do, found out before it begins or goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowstone.engine.machine import Plan
from flowstone.engine.planning import plan_of, selected_blocks, with_rules
from flowstone.engine.preparation import Code
from flowstone.engine.standing import Standing
from flowstone.errors.base import Place
from flowstone.errors.source import UpstreamMissing
from flowstone.model.ids import BlockId, RunId
from flowstone.model.run import BlockResult, RunRequest


@dataclass(frozen=True, slots=True)
class Outline:
    """What was asked for, as the code of the run has it."""

    request: RunRequest
    code: Code
    values: Mapping[str, Any]
    blocks: tuple[BlockId, ...]
    plan: Plan
    given: Mapping[BlockId, BlockResult]
    """The stored outputs that the run's blocks read from blocks outside it."""


async def outline_of(
    run: RunId,
    request: RunRequest,
    code: Code,
    *,
    standing: Standing,
    width: int,
    given: Mapping[BlockId, BlockResult] | None = None,
) -> Outline:
    """Return what a run is to do, with what it was `given` when it first began, if that is known.

    Raises: WrongValue, for its params; InvalidProject, for what is wrong with its blocks; UpstreamMissing, when it
    reads what no block has given yet.
    """
    values = code.values(request.params)
    blocks = selected_blocks(code, request)
    if given is None:
        given = await _given(code, values, request, blocks, standing=standing)
    plan = with_rules(plan_of(code, request, blocks, width=width), code, request, values, run=run)
    return Outline(request, code, values, blocks, plan, given)


async def _given(
    code: Code, values: Mapping[str, Any], request: RunRequest, blocks: tuple[BlockId, ...], *, standing: Standing
) -> dict[BlockId, BlockResult]:
    outside = {up for block in blocks for up in code.inputs[block] if up not in blocks}
    if not outside:
        return {}
    profile = request.profile or code.project.profile
    given = await standing.newest_of(code, values, outside, profile=profile, now=time.time())
    missing = sorted(outside - given.keys())
    if missing:
        raise UpstreamMissing(
            f"the upstream {missing[0]} has no output yet",
            place=Place(code.pipeline.file),
            hint=f"Run {missing[0]} first, or run this block with what it needs.",
        )
    return given
