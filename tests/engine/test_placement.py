"""Blocks go where their inputs are."""

from __future__ import annotations

from dataclasses import dataclass, field

from flowstone.engine.jobs import BlockJob, BlockOutcome, InputRef
from flowstone.engine.placement import Holdings, nearest
from flowstone.model.block import BlockKind, Language
from flowstone.model.connections import WriteContext
from flowstone.model.ids import ArtifactHash, BlockId
from flowstone.model.output import Output, OutputKind
from flowstone.model.run import BlockResult
from flowstone.model.source import BlockSource


@dataclass
class FakeWorker:
    name: str
    holdings: Holdings = field(default_factory=lambda: Holdings(max_bytes=100))


def table(name: str, size: int) -> Output:
    return Output(name=name, kind=OutputKind.TABLE, hash=ArtifactHash(name), size_bytes=size, rows=1)


def job(*inputs: Output) -> BlockJob:
    return BlockJob(
        context=WriteContext(),
        attempt=1,
        file="b.py",
        source=BlockSource(kind=BlockKind.TRANSFORMER, language=Language.PYTHON, function="b"),
        engine="duckdb",
        project_root=".",
        code_root=".",
        artifacts=".",
        inputs=tuple(InputRef("x", BlockId("up"), (output,)) for output in inputs),
    )


def made(*outputs: Output) -> BlockOutcome:
    return BlockOutcome(BlockResult(outputs))


def test_a_block_goes_to_the_worker_that_holds_most_of_its_inputs() -> None:
    """A million rows by reference are there in no time; from the disk they take thirty milliseconds."""
    first, second = FakeWorker("first"), FakeWorker("second")
    first.holdings.ran(job(), made(table("small", 1)))
    second.holdings.ran(job(), made(table("large", 50)))

    assert nearest([first, second], job(table("small", 1), table("large", 50))) is second
    assert nearest([first, second], job(table("small", 1))) is first
    assert nearest([first, second], job()) is first
    assert nearest([], job()) is None


def test_a_block_leaves_its_inputs_in_memory_too() -> None:
    """Two blocks that read the same frame had better run in the same worker."""
    first, second = FakeWorker("first"), FakeWorker("second")
    second.holdings.ran(job(table("read", 10)), made())

    assert nearest([first, second], job(table("read", 10))) is second


def test_what_was_used_longest_ago_is_held_no_more() -> None:
    """Memory has an end, and a belief in what is gone costs the good place."""
    first, second = FakeWorker("first"), FakeWorker("second")
    first.holdings.ran(job(), made(table("wanted", 60)))
    first.holdings.ran(job(), made(table("later", 60)))
    second.holdings.ran(job(), made(table("wanted", 60)))

    assert nearest([first, second], job(table("wanted", 60))) is second
