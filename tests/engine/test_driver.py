"""A run goes ahead of its ledger, and nothing that somebody sees, or that acts outside, does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.kit.driven_runs import FakeAttempt, FakeExecutor, a_driver, driven

from flowstone.engine.executor import Observer
from flowstone.engine.jobs import BlockJob, BlockOutcome
from flowstone.model.ids import BlockId
from flowstone.model.output import Receipt
from flowstone.model.rules import OnFailure
from flowstone.model.run import ENDED, BlockResult, BlockState, CheckResult, Outcome, RunState

CHAIN = {f"b{n}": (f"b{n - 1}",) if n else () for n in range(40)}


async def test_blocks_are_written_down_several_at_a_time(tmp_path: Path) -> None:
    """A disk that is waited for after every block would be all that a run waits for."""
    run = await driven(tmp_path, CHAIN)

    assert set(run.states.values()) == {"done"}
    assert run.history.writes < len(CHAIN) / 2


async def test_a_block_may_start_before_what_it_reads_is_written_down(tmp_path: Path) -> None:
    """That is how the disk and the next block work at the same time."""
    run = await driven(tmp_path, {"first": (), "second": ("first",)})

    assert run.diary.index("start second") < run.diary.index("write first done")


async def test_nobody_is_told_of_what_is_not_written_down(tmp_path: Path) -> None:
    """What was shown must still be so after a power cut."""
    run = await driven(tmp_path, CHAIN)

    for told in [line for line in run.diary if line.startswith("tell b")]:
        assert run.diary.index(told.replace("tell", "write")) < run.diary.index(told)


async def test_a_block_that_acts_outside_starts_when_all_before_it_is_written_down(tmp_path: Path) -> None:
    """A table in a warehouse must not have been made of an output that a power cut took back."""
    run = await driven(tmp_path, {"load": (), "clean": ("load",), "export": ("clean",)}, outside={"export"})

    start = run.diary.index("start export")
    assert {"write load done", "write clean done", "write export running"} <= set(run.diary[:start])
    assert run.states == {"load": "done", "clean": "done", "export": "done"}


async def test_a_block_whose_output_cannot_be_kept_has_failed_and_so_has_nothing_else(tmp_path: Path) -> None:
    """The disk may fill up when the blocks below are already running on what could not be kept."""
    upstream = {"load": (), "clean": ("load",), "below": ("clean",), "beside": ("load",), "export": ("below",)}

    run = await driven(tmp_path, upstream, outside={"export"}, unkept={"clean"})

    assert run.states == {
        "load": "done",
        "clean": "failed",
        "below": "skipped",
        "beside": "done",
        "export": "skipped",
    }
    failed = next(block for block in run.record.blocks if block.id == "clean")
    assert failed.failure is not None
    assert failed.failure.code == "disk_full"
    assert not any("below done" in line or "start export" in line for line in run.diary)


async def test_a_run_ends_when_its_last_state_is_written_down_and_told(tmp_path: Path) -> None:
    """A command that ends must not take the end of its run with it."""
    run = await driven(tmp_path, CHAIN)

    assert run.diary[-1] == "tell run done"
    assert run.diary[-2].startswith("tell b39")
    assert all(before != after for before, after in pairwise(run.diary))


async def test_a_stop_ends_a_block_whose_start_waits_for_the_ledger(tmp_path: Path) -> None:
    """An exporter that was stopped before it began must neither begin afterwards nor end the run with a puzzle."""
    driver, _, diary = a_driver(tmp_path, {"load": (), "export": ("load",)}, outside={"export"})
    asyncio.get_running_loop().call_later(0.005, driver.stop)

    record = await asyncio.wait_for(driver.drive(), 60)

    assert [block.state for block in record.blocks] == [BlockState.DONE, BlockState.CANCELLED]
    assert record.state is RunState.CANCELLED
    assert "start export" not in diary


async def test_stops_at_any_moment_end_the_run_and_are_told_once(tmp_path: Path) -> None:
    """People press Ctrl-C twice, and whenever it suits them."""
    for moment in range(60):
        driver, _, diary = a_driver(
            tmp_path / str(moment),
            {"load": (), "clean": ("load",), "export": ("clean",)},
            outside={"export"},
            callbacks={BlockId("clean"): frozenset({Outcome.SUCCESS})},
        )
        driving = asyncio.create_task(driver.drive())
        for _ in range(moment):
            await asyncio.sleep(0)
        driver.stop()
        await asyncio.sleep(0)
        driver.stop()

        record = await asyncio.wait_for(driving, 60)

        assert record.state in (RunState.CANCELLED, RunState.DONE)
        assert all(block.state in ENDED for block in record.blocks)
        assert sum(line.startswith("tell run") for line in diary) == 1


async def test_a_callback_that_is_stopped_before_its_first_step_ends(tmp_path: Path) -> None:
    """The run waits for callbacks: one that never says that it ended would keep it for ever."""
    driver, _, _ = a_driver(tmp_path, {"load": ()}, callbacks={BlockId("load"): frozenset({Outcome.SUCCESS})})
    attempts = driver._attempts
    call_back = attempts.call_back

    def called_and_stopped(block: BlockId, outcome: Outcome) -> None:
        call_back(block, outcome)
        attempts.stop_callback(block)

    attempts.call_back = called_and_stopped  # type: ignore[method-assign]

    record = await asyncio.wait_for(driver.drive(), 60)

    assert record.blocks[0].callback is not None
    assert record.blocks[0].callback.failure is not None


@dataclass
class SlowBelow(FakeExecutor):
    """Ends every block at once but `below`, which takes until it is stopped, or a little."""

    async def start(self, job: BlockJob, observer: Observer) -> Any:
        await super().start(job, observer)
        return SlowAttempt(job.context.block) if job.context.block == "below" else FakeAttempt(job.context.block)


@dataclass
class SlowAttempt(FakeAttempt):
    """Takes a little, unless it is stopped."""

    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def outcome(self) -> BlockOutcome:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), 0.2)
            return BlockOutcome(was_stopped=True)
        return await super().outcome()

    async def stop(self) -> None:
        self.stopped.set()


@pytest.mark.parametrize("executor", [FakeExecutor, SlowBelow])
async def test_what_began_on_a_lost_output_begins_again_without_it(
    tmp_path: Path, executor: type[FakeExecutor]
) -> None:
    """With `on_failure: continue` the block below runs all the same, but never on what nobody has."""
    ended = await driven(
        tmp_path,
        {"clean": (), "below": ("clean",)},
        unkept={"clean"},
        executor=executor,
        on_failure={BlockId("clean"): OnFailure.CONTINUE},
    )

    assert ended.states == {"clean": "failed", "below": "done"}
    assert ended.diary.count("start below") == 2


async def test_no_secret_gets_into_what_is_written_of_a_block(tmp_path: Path) -> None:
    """Checks and receipts are shown on pages and kept for years."""

    class Telling(FakeExecutor):
        async def start(self, job: BlockJob, observer: Observer) -> Any:
            return TellingAttempt(job.context.block)

    class TellingAttempt(FakeAttempt):
        async def outcome(self) -> BlockOutcome:
            check = CheckResult("is_right", passed=True, message="got hunter2secret")
            receipt = Receipt("db://me:hunter2secret@host", facts={"urls": ["x?key=hunter2secret"]})
            return BlockOutcome(BlockResult(receipts=(receipt,), checks=(check,)))

    ended = await driven(tmp_path, {"export": ()}, executor=Telling, secrets=("hunter2secret",))

    assert "hunter2secret" not in repr(ended.record)
    assert "•••" in repr(ended.record)
