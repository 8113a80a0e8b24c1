"""The run machine, tested as sums are: input, output."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.kit.machine_walks import BROKEN, RESULT, Graph, begun, plan_of, states

from flowstone.engine.events import (
    BlockFailed,
    BlockStopped,
    BlockSucceeded,
    DelayPassed,
    EndRun,
    RunEvent,
    StartBlock,
    StopBlock,
    StopRequested,
    TimeoutPassed,
    WaitBefore,
)
from flowstone.engine.machine import step
from flowstone.model.ids import BlockId
from flowstone.model.run import RunState

GRAPHS: dict[str, Graph] = {
    "one": {"a": ()},
    "chain": {"a": (), "b": ("a",), "c": ("b",)},
    "fan out": {"a": (), "b": ("a",), "c": ("a",)},
    "fan in": {"a": (), "b": (), "c": ("a", "b")},
    "diamond": {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")},
    "two parts": {"a": (), "b": ("a",), "x": ()},
}


def test_a_chain_starts_one_block_after_the_other() -> None:
    """The order of the graph is the promise that everything else stands on."""
    run, first = begun(plan_of(GRAPHS["chain"]))
    run, second = step(run, BlockSucceeded(BlockId("a"), 1, 1.0, RESULT))
    run, third = step(run, BlockSucceeded(BlockId("b"), 1, 2.0, RESULT))
    run, last = step(run, BlockSucceeded(BlockId("c"), 1, 3.0, RESULT))

    started = [StartBlock(BlockId(block), 1, may_reuse=False) for block in "abc"]
    assert [first, second, third] == [(effect,) for effect in started]
    assert last == (EndRun(RunState.DONE),)
    assert states(run) == {"a": "done", "b": "done", "c": "done"}


def test_when_a_block_fails_everything_below_it_is_skipped_and_siblings_go_on() -> None:
    """A run must end; blocks left waiting would hold it open for ever."""
    run, _ = begun(plan_of(GRAPHS["two parts"], width=1))

    run, effects = step(run, BlockFailed(BlockId("a"), 1, 1.0, BROKEN))

    assert states(run) == {"a": "failed", "b": "skipped", "x": "running"}
    assert effects == (StartBlock(BlockId("x"), 1, may_reuse=False),)
    assert run.blocks[BlockId("b")].because == "upstream a has no output"


def test_a_failing_block_is_tried_again_after_its_delay_until_its_attempts_are_used_up() -> None:
    """A retry that is not counted never ends; one that is not delayed hammers the service that refused."""
    run, _ = begun(plan_of(GRAPHS["one"], attempts=2))

    run, waits = step(run, BlockFailed(BlockId("a"), 1, 1.0, BROKEN))
    waiting = states(run)
    run, again = step(run, DelayPassed(BlockId("a"), 1, 2.0))
    run, ends = step(run, BlockFailed(BlockId("a"), 2, 3.0, BROKEN))

    assert (waits, waiting) == ((WaitBefore(BlockId("a"), 1, 1.0),), {"a": "retrying"})
    assert again == (StartBlock(BlockId("a"), 2, may_reuse=False),)
    assert ends == (EndRun(RunState.FAILED),)


def test_a_failure_that_trying_again_cannot_mend_is_not_tried_again() -> None:
    """A missing connection stays missing: waiting three times ten seconds for it helps nobody."""
    run, _ = begun(plan_of(GRAPHS["one"], attempts=3))

    run, effects = step(run, BlockFailed(BlockId("a"), 1, 1.0, BROKEN, is_final=True))

    assert effects == (EndRun(RunState.FAILED),)


def test_a_block_that_passes_its_timeout_is_stopped_and_failed() -> None:
    """A hanging download must not hold a schedule for ever."""
    run, _ = begun(plan_of(GRAPHS["one"]))

    run, stops = step(run, TimeoutPassed(BlockId("a"), 1, 5.0))
    run, ends = step(run, BlockStopped(BlockId("a"), 1, 6.0))

    failure = run.blocks[BlockId("a")].failure
    assert (stops, ends) == ((StopBlock(BlockId("a"), 1),), (EndRun(RunState.FAILED),))
    assert failure is not None
    assert failure.code == "timeout"


@pytest.mark.parametrize("late", [BlockStopped, BlockFailed])
def test_a_block_over_its_timeout_is_tried_again_only_when_it_has_ended(late: type) -> None:
    """Two attempts at once would both write; and whatever the first says at its end, it was late."""
    run, _ = begun(plan_of(GRAPHS["one"], attempts=2))
    run, stops = step(run, TimeoutPassed(BlockId("a"), 1, 5.0))
    run, nothing = step(run, TimeoutPassed(BlockId("a"), 1, 5.1))
    end = BlockStopped(BlockId("a"), 1, 6.0) if late is BlockStopped else BlockFailed(BlockId("a"), 1, 6.0, BROKEN)

    run, effects = step(run, end)

    failure = run.blocks[BlockId("a")].failure
    assert (stops, nothing, effects) == ((StopBlock(BlockId("a"), 1),), (), (WaitBefore(BlockId("a"), 1, 1.0),))
    assert failure is not None
    assert failure.code == "timeout"


def test_a_block_that_is_done_in_the_moment_of_its_timeout_is_done() -> None:
    """A committed result counts, however close it was."""
    run, _ = begun(plan_of(GRAPHS["one"]))
    run, _ = step(run, TimeoutPassed(BlockId("a"), 1, 5.0))

    run, effects = step(run, BlockSucceeded(BlockId("a"), 1, 5.1, RESULT))

    assert (states(run), effects) == ({"a": "done"}, (EndRun(RunState.DONE),))


def test_answers_of_an_attempt_that_is_over_change_nothing() -> None:
    """A worker that was given up may still answer; its answer must not count as the new attempt's."""
    run, _ = begun(plan_of(GRAPHS["one"], attempts=2))
    run, _ = step(run, TimeoutPassed(BlockId("a"), 1, 5.0))
    run, _ = step(run, BlockStopped(BlockId("a"), 1, 5.5))
    run, _ = step(run, DelayPassed(BlockId("a"), 1, 6.0))

    late: list[RunEvent] = [
        BlockSucceeded(BlockId("a"), 1, 7.0, RESULT),
        BlockFailed(BlockId("a"), 1, 7.0, BROKEN),
        BlockStopped(BlockId("a"), 1, 7.0),
        TimeoutPassed(BlockId("a"), 1, 7.0),
        DelayPassed(BlockId("a"), 1, 7.0),
    ]

    assert [step(run, event) for event in late] == [(run, ())] * 5


def test_a_stop_ends_what_runs_and_cancels_what_waits() -> None:
    """Stop means stop: nothing new may start after it."""
    run, _ = begun(plan_of(GRAPHS["diamond"]))
    run, _ = step(run, BlockSucceeded(BlockId("a"), 1, 1.0, RESULT))

    run, stops = step(run, StopRequested(2.0))
    run, _ = step(run, BlockStopped(BlockId("b"), 1, 2.5))
    run, ends = step(run, BlockSucceeded(BlockId("c"), 1, 2.6, RESULT))

    assert stops == (StopBlock(BlockId("b"), 1), StopBlock(BlockId("c"), 1))
    assert states(run) == {"a": "done", "b": "cancelled", "c": "done", "d": "cancelled"}
    assert ends == (EndRun(RunState.CANCELLED),)


def test_no_more_blocks_run_at_once_than_the_run_is_wide() -> None:
    """Memory is what a wide fan runs out of first."""
    fan: Graph = {"a": (), **{f"b{number}": ("a",) for number in range(5)}}
    run, _ = begun(plan_of(fan, width=2))

    run, effects = step(run, BlockSucceeded(BlockId("a"), 1, 1.0, RESULT))

    assert effects == (StartBlock(BlockId("b0"), 1, may_reuse=False), StartBlock(BlockId("b1"), 1, may_reuse=False))


def test_a_run_is_a_value_that_steps_do_not_change() -> None:
    """The ledger may write the old state while the machine computes the new one."""
    before, _ = begun(plan_of(GRAPHS["chain"]))
    copy = replace(before)

    step(before, BlockSucceeded(BlockId("a"), 1, 1.0, RESULT))

    assert before == copy
