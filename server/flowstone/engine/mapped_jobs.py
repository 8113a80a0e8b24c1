"""The jobs of mapped blocks: to find out what there is to run for, to run for an item, and to gather."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowstone.engine.jobs import BlockJob, InputRef, Task
from flowstone.errors.engine import InputUnfit
from flowstone.model.ids import BlockId
from flowstone.model.output import Output
from flowstone.model.rules import MapOver
from flowstone.model.run import BlockResult, Item

if TYPE_CHECKING:
    from flowstone.engine.machine import Run

MAX_ITEMS = 10_000
MAX_LABEL = 60
DEFAULT_OUTPUT = "output"


def items_of_param(job: BlockJob, mapped: MapOver) -> tuple[Item, ...] | None:
    """Return the items of a param's list; None where a block is mapped over an upstream, whose items a worker knows.

    Raises: InputUnfit, when the param is no list, or too long a one.
    """
    if any(ref.upstream == mapped.over for ref in job.inputs):
        return None
    found = job.params.get(mapped.into or mapped.over)
    if not isinstance(found, list):
        raise InputUnfit(
            f"The block is mapped over {mapped.over!r}, which is {json.dumps(found, default=str)[:60]} and no list",
            hint="Give the param a list: its type is `json`.",
        )
    refuse_too_many(len(found))
    return tuple(Item(index, _label(value), value) for index, value in enumerate(found))


def refuse_too_many(count: int) -> None:
    """Refuse a block more items than a run keeps. Raises: InputUnfit."""
    if count > MAX_ITEMS:
        raise InputUnfit(
            f"The block is mapped over {count:,} items, and a run keeps at most {MAX_ITEMS:,}",
            hint="Make larger parts, with `rows:`, or by another column.",
        )


def _label(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= MAX_LABEL else f"{text[:MAX_LABEL]}…"


def listing(job: BlockJob, mapped: MapOver) -> BlockJob:
    """Return the job that takes an upstream's output apart: each part is an output of its own."""
    only = tuple(ref for ref in job.inputs if ref.upstream == mapped.over)
    return replace(job, inputs=only, task=Task("list", mapped=mapped))


def items_listed(result: BlockResult) -> tuple[Item, ...]:
    """Return the items that a listing found. A part's name is its index and its label."""
    return tuple(
        Item(index, output.name.partition(": ")[2], outputs=(replace(output, name=DEFAULT_OUTPUT),))
        for index, output in enumerate(result.outputs)
    )


def for_item(job: BlockJob, mapped: MapOver, block: BlockId, item: Item) -> BlockJob:
    """Return the job that runs a block for one item."""
    context = replace(job.context, block=block)
    if not item.outputs:
        return replace(job, context=context, params={**job.params, mapped.into or mapped.over: item.value})
    inputs = tuple(_narrowed(ref, mapped, item.outputs) for ref in job.inputs)
    return replace(job, context=context, inputs=inputs)


def _narrowed(ref: InputRef, mapped: MapOver, outputs: tuple[Output, ...]) -> InputRef:
    return replace(ref, outputs=outputs) if ref.upstream == mapped.over else ref


def gathering(job: BlockJob, results: Sequence[BlockResult]) -> BlockJob:
    """Return the job that puts together what the items gave."""
    parts = tuple(result.outputs for result in results)
    return replace(job, inputs=(), task=Task("gather", parts=parts))


def gathered(run: Run, items: Sequence[BlockId]) -> list[BlockResult]:
    """Return what a mapped block's items gave, in their order."""
    return [result for item in items if (result := run.blocks[item].result) is not None]


def with_receipts(result: BlockResult, results: Sequence[BlockResult]) -> BlockResult:
    """Return a gathered result with the receipts of all items."""
    receipts = tuple(receipt for one in results for receipt in one.receipts)
    checks = tuple(check for one in results for check in one.checks if not check.passed)
    return replace(result, receipts=(*receipts, *result.receipts), checks=(*checks, *result.checks))
