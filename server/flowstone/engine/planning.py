"""From what is asked for and what the pipeline says of its blocks to the plan of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flowstone.engine.machine import Plan
from flowstone.engine.preparation import Code
from flowstone.errors.base import InvalidProject, Place, Problem
from flowstone.errors.source import UpstreamMissing
from flowstone.model.block import Block, BlockKind
from flowstone.model.graph import ancestors, descendants, topological_order, upstreams_of
from flowstone.model.ids import BlockId, RunId
from flowstone.model.rules import OnFailure
from flowstone.model.run import Outcome, Reuse, RunRequest
from flowstone.model.source import BlockSource
from flowstone.store.project_files import LoadedBlock


def selected_blocks(code: Code, request: RunRequest) -> tuple[BlockId, ...]:
    """Return the blocks of a run, each after those it waits for.

    Raises: UpstreamMissing, when a block is named that the pipeline lacks; InvalidProject, for what is wrong with them.
    """
    upstreams = upstreams_of(code.pipeline)
    for block_id in request.blocks:
        if block_id not in upstreams:
            raise UpstreamMissing(
                f"the pipeline {code.pipeline.id} has no block {block_id!r}",
                place=Place(code.pipeline.file),
                hint=f"It has: {', '.join(upstreams) or 'none yet'}.",
            )
    if not code.pipeline.blocks:
        raise InvalidProject((Problem(Place(code.pipeline.file), "empty", "the pipeline has no blocks yet"),))
    wanted = set(request.blocks or upstreams)
    if request.downstream:
        wanted |= descendants(upstreams, request.blocks)
    if request.up_to:
        wanted = _up_to(code, wanted, request.up_to)
    if not request.only:
        wanted |= ancestors(upstreams, wanted)
    _refuse_problems(code, wanted)
    order = topological_order(upstreams, file=code.pipeline.file)
    return tuple(block for block in order if block in wanted and not _is_note(code.block(block)))


def _up_to(code: Code, wanted: set[BlockId], last: tuple[BlockId, ...]) -> set[BlockId]:
    """Return those of some blocks that lead to the last ones. Raises: UpstreamMissing, where nothing leads there."""
    missing = [block for block in last if block not in wanted]
    if missing:
        raise UpstreamMissing(
            f"the block {missing[0]!r} is not below where the run is to begin",
            place=Place(code.pipeline.file),
            hint="Name a block that reads what it gives, directly or not.",
        )
    return wanted & (set(last) | ancestors(upstreams_of(code.pipeline), last))


def _is_note(loaded: LoadedBlock) -> bool:
    return loaded.source is not None and loaded.source.kind is BlockKind.NOTE


def _refuse_problems(code: Code, wanted: set[BlockId]) -> None:
    """Refuse what is wrong with the pipeline as a whole or with a block of the run; other blocks may be broken."""
    of_others = {
        problem for loaded in code.loaded.blocks if loaded.block.id not in wanted for problem in loaded.problems
    }
    problems = tuple(p for p in code.loaded.problems if not p.is_warning and p not in of_others)
    if problems:
        raise InvalidProject(problems)


def plan_of(code: Code, request: RunRequest, blocks: tuple[BlockId, ...], *, width: int) -> Plan:
    """Return what the machine needs to know of a run."""
    chosen = {block_id: code.block(block_id) for block_id in blocks}
    upstreams = {
        block_id: tuple(up for up in loaded.block.upstream if up in chosen) for block_id, loaded in chosen.items()
    }
    above_named = ancestors(upstreams_of(code.pipeline), request.blocks)
    return Plan(
        upstream=upstreams,
        may_reuse=frozenset(
            block_id
            for block_id, loaded in chosen.items()
            if _may_reuse(loaded, request, is_above_named=block_id in above_named)
        ),
        retries={block_id: loaded.block.retries for block_id, loaded in chosen.items()},
        timeouts_s={
            block_id: loaded.block.timeout_s
            for block_id, loaded in chosen.items()
            if loaded.block.timeout_s is not None
        },
        width=width,
    )


def _may_reuse(loaded: LoadedBlock, request: RunRequest, *, is_above_named: bool) -> bool:
    """Say whether a stored output will do: not for a named block, nor, but for editing, one that meets the world."""
    if request.reuse is Reuse.NEVER or loaded.block.id in request.blocks:
        return False
    if request.reuse is Reuse.EDITOR or is_above_named:
        return True
    return loaded.source is not None and loaded.source.kind is BlockKind.TRANSFORMER


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
