"""Questions about which block waits for which; pure functions over a mapping of block to upstreams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowstone.errors.base import Place
from flowstone.errors.source import CycleFound
from flowstone.model.ids import BlockId
from flowstone.model.pipeline import Pipeline

Upstreams = Mapping[BlockId, tuple[BlockId, ...]]


def upstreams_of(pipeline: Pipeline) -> Upstreams:
    """Return each block's upstreams, in the order written."""
    return {block.id: block.upstream for block in pipeline.blocks}


def inputs_of(pipeline: Pipeline) -> Upstreams:
    """Return each block's upstreams that give it something: a note's arrow is for the reader."""
    notes = {block.id for block in pipeline.blocks if block.is_note}
    return {block.id: tuple(up for up in block.upstream if up not in notes) for block in pipeline.blocks}


def downstreams(upstreams: Upstreams) -> dict[BlockId, tuple[BlockId, ...]]:
    """Turn the arrows round: which blocks read each block's output."""
    found: dict[BlockId, list[BlockId]] = {block: [] for block in upstreams}
    for block, above in upstreams.items():
        for upstream in above:
            found[upstream].append(block)
    return {block: tuple(below) for block, below in found.items()}


def topological_order(upstreams: Upstreams, *, file: str = "the graph") -> tuple[BlockId, ...]:
    """Order blocks so that each comes after its upstreams, otherwise as written.

    Upstreams that the mapping lacks are taken as given. Raises: CycleFound, in that file, naming one cycle.
    """
    waiting = {block: {up for up in above if up in upstreams} for block, above in upstreams.items()}
    below = downstreams({block: tuple(above) for block, above in waiting.items()})
    place = {block: index for index, block in enumerate(upstreams)}
    ready = [block for block, above in waiting.items() if not above]
    order: list[BlockId] = []
    while ready:
        block = ready.pop(0)
        order.append(block)
        freed = []
        for follower in below[block]:
            waiting[follower].discard(block)
            if not waiting[follower]:
                freed.append(follower)
        ready = sorted({*ready, *freed}, key=place.__getitem__) if freed else ready
    if len(order) < len(upstreams):
        way = " → ".join(reversed(cycle_in(upstreams)))
        raise CycleFound(f"these blocks wait for each other: {way}", place=Place(file), hint="Disconnect one of them.")
    return tuple(order)


def cycle_in(upstreams: Upstreams) -> tuple[BlockId, ...]:
    """Return one cycle, each block followed by its upstream and the first repeated last; () if there is none."""
    done: set[BlockId] = set()
    for start in upstreams:
        path: list[BlockId] = []
        on_path: set[BlockId] = set()
        stack: list[tuple[BlockId, bool]] = [(start, False)]
        while stack:
            block, is_left = stack.pop()
            if is_left:
                path.pop()
                on_path.discard(block)
                done.add(block)
            elif block in on_path:
                return (*path[path.index(block) :], block)
            elif block not in done and block in upstreams:
                path.append(block)
                on_path.add(block)
                stack.append((block, True))
                stack.extend((upstream, False) for upstream in reversed(upstreams[block]))
    return ()


def ancestors(upstreams: Upstreams, blocks: Iterable[BlockId]) -> frozenset[BlockId]:
    """Return everything the blocks wait for, directly or not, without the blocks themselves unless in a cycle."""
    return _reachable(upstreams, blocks)


def descendants(upstreams: Upstreams, blocks: Iterable[BlockId]) -> frozenset[BlockId]:
    """Return everything that waits for the blocks, directly or not."""
    return _reachable(downstreams(upstreams), blocks)


def _reachable(arrows: Upstreams, starts: Iterable[BlockId]) -> frozenset[BlockId]:
    found: set[BlockId] = set()
    frontier = list(starts)
    while frontier:
        for block in arrows.get(frontier.pop(), ()):
            if block not in found:
                found.add(block)
                frontier.append(block)
    return frozenset(found)
