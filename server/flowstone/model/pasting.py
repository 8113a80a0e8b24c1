"""Blocks put into a pipeline a second time, or into another one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from flowstone.model.block import Block
from flowstone.model.condition import renamed
from flowstone.model.ids import MAX_ID, BlockId

NUMBERED = re.compile(r"(.+?)_[0-9]+")


def pasted(blocks: Iterable[Block], *, taken: Collection[BlockId], keep_inputs: bool) -> dict[BlockId, Block]:
    """Return blocks under names that are free, by the names they had; what they read of each other stays.

    What they read of others stays only with `keep_inputs`, and if it is there; so does what they ask about it.
    """
    originals = tuple(blocks)
    names: dict[BlockId, BlockId] = {}
    for block in originals:
        # Nobody's new name is another's old one: what is asked about them is renamed one after the other.
        others = {other.id for other in originals if other.id != block.id}
        names[block.id] = free_name(block.id, {*taken, *others, *names.values()})
    reads = names | ({name: name for name in taken if name not in names} if keep_inputs else {})
    return {block.id: _pasted(block, names[block.id], reads) for block in originals}


def free_name(wish: BlockId, taken: Collection[str]) -> BlockId:
    """Return a name that is not taken: the wish, or it with a number."""
    if wish not in taken:
        return wish
    numbered = NUMBERED.fullmatch(wish)
    stem = (numbered[1] if numbered else wish)[: MAX_ID - 5]
    return next(BlockId(f"{stem}_{number}") for number in range(2, len(taken) + 3) if f"{stem}_{number}" not in taken)


def _pasted(block: Block, name: BlockId, reads: dict[BlockId, BlockId]) -> Block:
    upstream = {up: reads[up] for up in block.upstream if up in reads}
    when, mapped = block.when, block.mapped
    if when is not None and not when.upstreams <= set(upstream):
        when = None
    for was, now in upstream.items():
        when = renamed(when, was, now) if when is not None else None
    if mapped is not None and BlockId(mapped.over) in block.upstream:
        over = upstream.get(BlockId(mapped.over))
        mapped = replace(mapped, over=over) if over is not None else None
    return replace(block, id=name, upstream=tuple(upstream.values()), when=when, mapped=mapped)
