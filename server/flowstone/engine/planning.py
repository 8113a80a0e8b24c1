"""What the pipeline says of how its blocks are to be run, as the plan of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flowstone.engine.machine import Plan
from flowstone.engine.preparation import Code
from flowstone.model.block import Block
from flowstone.model.ids import BlockId, RunId
from flowstone.model.rules import OnFailure
from flowstone.model.run import Outcome, RunRequest
from flowstone.model.source import BlockSource


def with_rules(plan: Plan, code: Code, request: RunRequest, values: Mapping[str, Any], *, run: RunId) -> Plan:
    """Return a plan with the blocks' conditions, maps, policies, limits and callbacks.

    A block that is named in the request runs whatever its condition says.
    """
    blocks = {block_id: code.block(block_id).block for block_id in plan.upstream}
    sources = {block_id: code.block(block_id).source for block_id in plan.upstream}
    limits = code.pipeline.limits
    return replace(
        plan,
        width=min(plan.width, limits.concurrency or plan.width),
        on_failure={name: block.on_failure for name, block in blocks.items() if block.on_failure is not OnFailure.SKIP},
        conditions={
            name: block.when
            for name, block in blocks.items()
            if block.when is not None and name not in request.blocks and _asks_of_its_own(block, plan)
        },
        params={name: {**values, **block.params} for name, block in blocks.items() if block.when is not None},
        mapped={name: block.mapped for name, block in blocks.items() if block.mapped is not None},
        uses={name: block.uses for name, block in blocks.items() if block.uses},
        limits=_narrower(code.project.limits, limits.resources),
        callbacks={name: found for name, source in sources.items() if (found := _callbacks(source))},
        seed=run,
    )


def _asks_of_its_own(block: Block, plan: Plan) -> bool:
    """Say whether all that a condition asks about is in the run: of what is not, nobody can say how it went."""
    return block.when is not None and block.when.upstreams <= set(plan.upstream)


def _narrower(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {
        name: min(limit for limit in (one.get(name), other.get(name)) if limit is not None) for name in {*one, *other}
    }


def _callbacks(source: BlockSource | None) -> frozenset[Outcome]:
    return frozenset(Outcome(outcome) for _, outcome in source.callbacks) if source else frozenset()


def asked_values(plan: Plan) -> frozenset[BlockId]:
    """Return the blocks whose output itself a condition asks about."""
    return frozenset(BlockId(name) for condition in plan.conditions.values() for name in condition.needs_values)
