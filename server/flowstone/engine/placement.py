"""Which worker a block is given to: the one that has its inputs in memory already, if it is free."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output

HELD_BYTES = 1 << 30
"""What a worker keeps in memory: see `worker.memory.MAX_BYTES`."""


class Holdings:
    """What a worker is believed to have in memory: the inputs and outputs of the blocks it ran last.

    A belief that is wrong costs the opening of a file, so it is not asked for.
    """

    def __init__(self, max_bytes: int = HELD_BYTES) -> None:
        self._max_bytes = max_bytes
        self._sizes: OrderedDict[ArtifactHash, int] = OrderedDict()
        self._size_bytes = 0

    def ran(self, job: BlockJob, outcome: BlockOutcome) -> None:
        """Take note of a block that has ended."""
        for output in (*_inputs(job), *(outcome.result.outputs if outcome.result else ())):
            self._keep(output)

    def _keep(self, output: Output) -> None:
        if output.rows is None or output.size_bytes > self._max_bytes:
            return
        self._size_bytes += output.size_bytes - self._sizes.pop(output.hash, 0)
        self._sizes[output.hash] = output.size_bytes
        while self._size_bytes > self._max_bytes:
            _, freed = self._sizes.popitem(last=False)
            self._size_bytes -= freed

    def of(self, job: BlockJob) -> int:
        """Return how many bytes of a block's inputs are held."""
        return sum(output.size_bytes for output in _inputs(job) if output.hash in self._sizes)


class Place(Protocol):
    """A worker, as far as placing goes."""

    @property
    def holdings(self) -> Holdings:
        """What it has in memory."""
        ...


AnyPlace = TypeVar("AnyPlace", bound=Place)


def nearest(idle: Sequence[AnyPlace], job: BlockJob) -> AnyPlace | None:
    """Return the idle worker that holds most of a block's inputs; the first of several. None when there is none."""
    return max(idle, key=lambda place: place.holdings.of(job), default=None)


def _inputs(job: BlockJob) -> tuple[Output, ...]:
    return tuple(output for ref in job.inputs for output in ref.outputs)
