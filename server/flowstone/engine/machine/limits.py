"""How many blocks run at once, and what of named resources they take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from flowstone.engine.machine.state import Run
from flowstone.model.ids import BlockId, mapped_block
from flowstone.model.run import BlockRun, BlockState


@dataclass(slots=True)
class Room:
    """What is free in a run while blocks are being started, one after the other."""

    run: Run
    slots: int
    used: Counter[str] = field(default_factory=Counter)
    items: Counter[BlockId] = field(default_factory=Counter)
    """How many items of each mapped block run."""

    def fits(self, block: BlockRun) -> bool:
        """Say whether a block may start. It gets all that it uses at once, so blocks never wait for each other."""
        if self.run.is_parent(block.id):
            return True
        if self.slots <= 0:
            return False
        if block.item is not None and not self._fits_beside_items(block):
            return False
        limits = self.run.plan.limits
        # One that needs more than there is was refused with the pipeline; should it come here, it runs alone.
        return all(
            name not in limits or not self.used[name] or self.used[name] + amount <= limits[name]
            for name, amount in _uses(self.run, block.id)
        )

    def _fits_beside_items(self, block: BlockRun) -> bool:
        parent = mapped_block(block.id)
        width = self.run.plan.mapped[parent].width
        return width is None or self.items[parent] < width

    def take(self, block: BlockRun) -> None:
        """Count a block as running."""
        if self.run.is_parent(block.id):
            return
        self.slots -= 1
        self.used.update(dict(_uses(self.run, block.id)))
        if block.item is not None:
            self.items[mapped_block(block.id)] += 1


def room_in(run: Run) -> Room:
    """Return what is free in a run now."""
    room = Room(run, run.plan.width)
    for block in run.blocks.values():
        if block.state is BlockState.RUNNING:
            room.take(block)
        elif block.callback is not None and block.callback.state is BlockState.RUNNING:
            room.slots -= 1  # it takes the worker that its block has just left, rather than wait behind others
    return room


def _uses(run: Run, block: BlockId) -> tuple[tuple[str, int], ...]:
    return tuple(run.plan.uses.get(mapped_block(block), {}).items())
