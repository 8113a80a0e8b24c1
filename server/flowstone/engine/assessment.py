"""Which outputs of a pipeline count today, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from flowstone.engine.fingerprints import fingerprint, upstream_parts
from flowstone.model.block import Block
from flowstone.model.freshness import PENDING, Freshness, Part, PartKind, Reason, reasons
from flowstone.model.graph import inputs_of, topological_order
from flowstone.model.ids import BlockId, Fingerprint
from flowstone.model.pipeline import Pipeline
from flowstone.model.run import BlockResult
from flowstone.model.status import BlockStatus
from flowstone.store.ledger.records import StoredResult


class Results(Protocol):
    """What was made before, and whether it is still there."""

    def newest(self, block: BlockId) -> StoredResult | None:
        """Return a block's newest result, whether it counts or not."""
        ...

    def for_fingerprint(self, block: BlockId, wanted: Fingerprint) -> StoredResult | None:
        """Return the newest result of a fingerprint."""
        ...

    def is_there(self, result: BlockResult) -> bool:
        """Say whether all outputs of a result can be opened."""
        ...


@dataclass(frozen=True, slots=True)
class Assessed:
    """A block's status, and its parts of today."""

    status: BlockStatus
    parts: tuple[Part, ...]
    stored: StoredResult | None = None
    """The result that the status speaks of."""
    is_newest: bool = True
    """Whether it is the one that counted last; a result that counts again after an edit was taken back is not."""


def assess(
    pipeline: Pipeline, own: Mapping[BlockId, tuple[Part, ...] | None], results: Results, *, now: float
) -> dict[BlockId, Assessed]:
    """Assess each block after its upstreams. A block whose `own` parts are None cannot be run as it stands.

    Units: now in seconds since the epoch. Raises: CycleFound.
    """
    counting: dict[BlockId, BlockResult | None] = {}
    found: dict[BlockId, Assessed] = {}
    blocks = {block.id: block for block in pipeline.blocks}
    inputs = inputs_of(pipeline)
    for block_id in topological_order(inputs, file=pipeline.file):
        block, upstream = blocks[block_id], inputs[block_id]
        if block.is_note:
            found[block_id] = Assessed(BlockStatus(block_id, Freshness.FRESH), ())
            continue
        own_parts = own.get(block_id)
        parts = (*(own_parts or ()), *upstream_parts(upstream, counting, pending=PENDING))
        can_count = own_parts is not None and all(counting.get(up) is not None for up in upstream)
        found[block_id] = _assessed(block, parts, results, can_count=can_count, now=now)
        if own_parts is not None:
            status = replace(found[block_id].status, fingerprint=fingerprint(parts))
            found[block_id] = replace(found[block_id], status=status)
        is_fresh = found[block_id].status.freshness is Freshness.FRESH
        counting[block_id] = found[block_id].status.result if is_fresh else None
    return found


def _assessed(block: Block, parts: tuple[Part, ...], results: Results, *, can_count: bool, now: float) -> Assessed:
    newest = results.newest(block.id)
    stored = results.for_fingerprint(block.id, fingerprint(parts)) if can_count else None
    if stored is None:
        if newest is None:
            return Assessed(BlockStatus(block.id, Freshness.NEVER), parts)
        return _stale(block, parts, newest, reasons(newest.parts, parts))
    if not results.is_there(stored.result):
        return _stale(block, parts, stored, (Reason(PartKind.OUTPUT, "output", "stored", None),))
    if is_too_old(block, stored.made_at, now):
        return _stale(block, parts, stored, (Reason(PartKind.TTL, f"{block.ttl_s:g} s", None, None),))
    status = BlockStatus(block.id, Freshness.FRESH, (), stored.result, stored.run, stored.made_at)
    return Assessed(status, parts, stored, is_newest=newest is None or newest.fingerprint == stored.fingerprint)


def _stale(block: Block, parts: tuple[Part, ...], stored: StoredResult, why: tuple[Reason, ...]) -> Assessed:
    status = BlockStatus(block.id, Freshness.STALE, why, stored.result, stored.run, stored.made_at)
    return Assessed(status, parts, stored)


def is_too_old(block: Block, made_at: float, now: float) -> bool:
    """Say whether an output has passed its block's `ttl`."""
    return block.ttl_s is not None and now - made_at > block.ttl_s


def next_expiry(pipeline: Pipeline, found: Mapping[BlockId, Assessed]) -> float | None:
    """Return when the next output that counts will be too old; None where none will. Units: seconds since the epoch."""
    ends = [
        status.made_at + block.ttl_s
        for block in pipeline.blocks
        if block.ttl_s is not None
        and (status := found[block.id].status).freshness is Freshness.FRESH
        and status.made_at is not None
    ]
    return min(ends, default=None)
