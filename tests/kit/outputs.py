"""Values through the artifact store and back, as blocks hand them on: without a worker's process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowstone.engine.worker.inputs import Opening
from flowstone.engine.worker.memory import Memory
from flowstone.engine.worker.outputs import Destination, store_returned
from flowstone.engine.worker.pickles import Pickles
from flowstone.model.block import BlockKind
from flowstone.model.output import Output
from flowstone.store.artifacts import Artifact, ArtifactStore


class Shelf:
    """A store, and what one worker does with it. Memory is another one each time, as between two workers."""

    def __init__(self, root: Path, key: bytes = b"key") -> None:
        self.pickles = Pickles(ArtifactStore(root / "artifacts"), key, root / "code")

    def put(self, value: object, memory: Memory | None = None) -> Output:
        """Store what a loader returned, and return its one output."""
        to = Destination(self.pickles, memory or Memory())
        (output,) = store_returned(value, kind=BlockKind.LOADER, to=to).outputs
        return output

    def find(self, output: Output) -> Artifact:
        """Return where an output lies."""
        return self.pickles.store.find(output.hash)

    def get(self, output: Output, annotation: Any = Any, memory: Memory | None = None) -> Any:
        """Open an output as a block with that annotation gets it."""
        return Opening(memory or Memory(), self.pickles).open(self.find(output), annotation)


def through(root: Path, value: object, annotation: Any = Any) -> Any:
    """Return a value as the next block gets it."""
    shelf = Shelf(root)
    return shelf.get(shelf.put(value), annotation)
