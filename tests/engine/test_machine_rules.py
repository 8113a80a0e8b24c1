"""The rules of the run machine one by one: retries, policies, conditions, maps, callbacks and limits."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.kit.machine_walks import BROKEN, ITEMS, RESULT, begun, plan_of, states

from flowstone.engine.events import (
    BlockFailed,
    BlockStopped,
    BlockSucceeded,
    CallBack,
    CallbackEnded,
    DelayPassed,
    Effect,
    EndRun,
    GatherItems,
    ItemsListed,
    RunBegan,
    StartBlock,
    StopBlock,
    StopCallback,
    StopRequested,
    WaitBefore,
)
from flowstone.engine.machine import Plan, Run, resumed, step
from flowstone.engine.machine.retries import delay_s, is_worth_trying
from flowstone.engine.machine.state import MAY_HAVE_ACTED
from flowstone.model.condition import read_condition
from flowstone.model.ids import BlockId
from flowstone.model.output import Output, OutputKind
from flowstone.model.rules import Backoff, MapOver, OnFailure, Retries
from flowstone.model.run import BlockResult, BlockState, Callback, Failure, Item, Outcome, RunState, Try

A, B, C = BlockId("a"), BlockId("b"), BlockId("c")
CHAIN: dict[str, tuple[str, ...]] = {"a": (), "b": ("a",)}


def failed(run: Run, block: str, attempt: int = 1) -> tuple[Run, tuple[Effect, ...]]:
    return step(run, BlockFailed(BlockId(block), attempt, 1.0, BROKEN))


def done(run: Run, block: str, rows: int | None = None, value: Any = None) -> tuple[Run, tuple[Effect, ...]]:
    outputs = () if rows is None else (Output("output", OutputKind.TABLE, "hash", 1, rows),)  # type: ignore[arg-type]
    return step(run, BlockSucceeded(BlockId(block), 1, 1.0, BlockResult(outputs), value=value))


def test_an_exponential_delay_doubles_and_stops_growing() -> None:
    """A service that is down for an hour is not helped by a try each second, nor its user by one after a week."""
    retries = Retries(10, 10.0, Backoff.EXPONENTIAL, max_delay_s=60.0)

    assert [delay_s(retries, seed="r", block=A, tried=n) for n in range(1, 6)] == [10.0, 20.0, 40.0, 60.0, 60.0]
    assert delay_s(retries, seed="r", block=A, tried=10_000) == 60.0


def test_jitter_spreads_delays_and_is_the_same_for_the_same_run() -> None:
    """A hundred blocks that failed together must not come back together; a replayed run must wait as it did."""
    retries = Retries(3, 10.0, jitter=0.2)

    delays = [delay_s(retries, seed="r", block=BlockId(f"b{n}"), tried=1) for n in range(100)]

    assert delays == [delay_s(retries, seed="r", block=BlockId(f"b{n}"), tried=1) for n in range(100)]
    assert all(8.0 <= delay < 12.0 for delay in delays)
    assert len(set(delays)) == 100
    assert 9.5 < sum(delays) / 100 < 10.5


@pytest.mark.parametrize(
    ("only_on", "is_tried"),
    [
        ((), True),
        (("ConnectionError",), True),
        (("OSError",), True),
        (("requests.exceptions.ConnectionError",), True),
        (("exceptions.ConnectionError",), True),
        (("Error",), False),
        (("ValueError", "timeout"), False),
        (("user_code",), True),
    ],
)
def test_a_failure_is_tried_again_only_if_it_is_of_a_class_that_was_named(
    only_on: tuple[str, ...], is_tried: bool
) -> None:
    """A lost connection comes back; a wrong column does not."""
    kinds = ("requests.exceptions.ConnectionError", "requests.exceptions.RequestException", "builtins.OSError")
    failure = Failure("user_code", "gone", exception="ConnectionError", kinds=kinds)

    assert is_worth_trying(Retries(2, only_on=only_on), failure, tried=1) is is_tried


def test_every_attempt_is_kept_with_its_times_and_its_failure() -> None:
    """Who asks in the morning why it took an hour finds three tries and what each ran into."""
    run, _ = begun(plan_of({"a": ()}, attempts=3))
    for attempt in (1, 2):
        run, _ = failed(run, "a", attempt)
        run, _ = step(run, DelayPassed(A, attempt, 1.0 + attempt))

    run, _ = step(run, BlockSucceeded(A, 3, 9.0, RESULT))

    first, second = Try(1, BlockState.FAILED, 0.0, 1.0, BROKEN), Try(2, BlockState.FAILED, 2.0, 1.0, BROKEN)
    assert run.blocks[A].earlier == (first, second)
    assert (run.blocks[A].attempt, run.blocks[A].started_at, run.blocks[A].failure) == (3, 3.0, None)


def test_a_block_that_must_not_fail_ends_the_run_with_it() -> None:
    """If the key is wrong, the other nine downloads need not find out for themselves."""
    run, _ = begun(plan_of({"a": (), "x": (), "y": ()}, on_failure={A: OnFailure.STOP}))

    run, stops = failed(run, "a")
    run, ends = step(run, BlockStopped(BlockId("x"), 1, 2.0))

    assert stops == (StopBlock(BlockId("x"), 1),)
    assert states(run) == {"a": "failed", "x": "cancelled", "y": "cancelled"}
    assert run.blocks[BlockId("y")].because == "a failed"
    assert ends == (EndRun(RunState.FAILED),)


def test_what_is_below_a_tolerated_failure_runs_and_the_run_is_done() -> None:
    """A weather feed that is down today must not keep the sales report from being made."""
    run, _ = begun(plan_of(CHAIN, on_failure={A: OnFailure.CONTINUE}))

    run, starts = failed(run, "a")
    run, ends = done(run, "b")

    assert starts == (StartBlock(B, 1, may_reuse=False),)
    assert (states(run), ends) == ({"a": "failed", "b": "done"}, (EndRun(RunState.DONE),))


@pytest.mark.parametrize(
    ("text", "rows", "value", "expected"),
    [
        ("a.rows > 2", 3, None, "running"),
        ("a.rows > 2", 2, None, "skipped"),
        ("a.value", None, True, "running"),
        ("a.value == 'full' and a.ran", None, "delta", "skipped"),
        ("a.rows > 2", None, None, "failed"),
        ("month == 'May'", 1, None, "running"),
        ("year == 2024", 1, None, "failed"),
    ],
)
def test_a_block_runs_only_if_its_condition_holds(text: str, rows: int | None, value: Any, expected: str) -> None:
    """A condition that cannot be told is a mistake to be seen, not a reason to skip in silence."""
    plan = plan_of(CHAIN, conditions={B: read_condition(text)}, params={B: {"month": "May"}})
    run, _ = begun(plan)

    run, _ = done(run, "a", rows, value)

    assert states(run)["b"] == expected


def test_what_is_below_a_skipped_block_is_skipped_unless_it_asks_for_itself_and_no_run_fails_of_it() -> None:
    """Two branches of which one runs come together again."""
    graph = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ("b",)}
    conditions = {
        B: read_condition("a.rows > 5"),
        C: read_condition("a.rows <= 5"),
        BlockId("d"): read_condition("b.ran or c.ran"),
    }
    run, _ = begun(plan_of(graph, conditions=conditions))
    run, _ = done(run, "a", rows=1)
    run, starts = done(run, "c")
    run, ends = done(run, "d")

    assert starts == (StartBlock(BlockId("d"), 1, may_reuse=False),)
    assert states(run) == {"a": "done", "b": "skipped", "c": "done", "d": "done", "e": "skipped"}
    assert run.blocks[BlockId("e")].because == "upstream b was skipped"
    assert ends == (EndRun(RunState.DONE),)


def mapped(policy: OnFailure = OnFailure.CONTINUE, **more: Any) -> Run:
    """Return a run whose only block has two items, which run."""
    run, _ = begun(plan_of({"a": ()}, mapped={A: MapOver("list", on_failure=policy)}, **more))
    run, starts = step(run, ItemsListed(A, 1, 1.0, ITEMS))
    assert starts == (StartBlock(BlockId("a-0"), 1, False), StartBlock(BlockId("a-1"), 1, False))
    return run


def test_a_mapped_blocks_results_are_gathered_in_the_items_order() -> None:
    """The first to end is not the first of the list."""
    run, _ = done(mapped(), "a-1")
    run, gathers = done(run, "a-0")
    run, ends = done(run, "a")

    assert gathers == (GatherItems(A, 1, (BlockId("a-0"), BlockId("a-1"))),)
    assert ends == (EndRun(RunState.DONE),)


@pytest.mark.parametrize(
    ("policy", "effects", "after"),
    [
        (OnFailure.CONTINUE, (), {"a": "running", "a-0": "failed", "a-1": "running"}),
        (OnFailure.STOP, (StopBlock(BlockId("a-1"), 1),), {"a": "running", "a-0": "failed", "a-1": "running"}),
        (OnFailure.SKIP, (), {"a": "running", "a-0": "failed", "a-1": "running"}),
    ],
)
def test_when_an_item_fails_the_others_go_on_unless_they_are_to_stop(
    policy: OnFailure, effects: tuple[Effect, ...], after: dict[str, str]
) -> None:
    """Three hours of good items are worth more than the one that is broken; unless somebody says otherwise."""
    run, caused = failed(mapped(policy), "a-0")

    assert (caused, states(run)) == (effects, after)


@pytest.mark.parametrize(
    ("policy", "effect", "state"),
    [
        (OnFailure.CONTINUE, EndRun(RunState.FAILED), "failed"),
        (OnFailure.STOP, EndRun(RunState.FAILED), "failed"),
        (OnFailure.SKIP, GatherItems(A, 1, (BlockId("a-1"),)), "running"),
    ],
)
def test_a_failed_item_fails_its_block_unless_it_is_to_be_left_out(
    policy: OnFailure, effect: Effect, state: str
) -> None:
    """Half a table that looks like a whole one is worse than none, and nobody gets it without having asked for it."""
    run, _ = failed(mapped(policy), "a-0")

    run, effects = done(run, "a-1")

    assert (effects, states(run)["a"]) == ((effect,), state)
    failure = run.blocks[A].failure
    why = "" if failure is None else failure.message
    assert why == ("" if policy is OnFailure.SKIP else "1 of 2 items failed, first a-0 (0): no such file")


def test_an_item_that_fails_while_it_is_being_ended_is_not_tried_again() -> None:
    """A block that is to stop at the first failure must not wait for another item's five tries."""
    run = mapped(OnFailure.STOP, attempts=2)
    run, _ = failed(run, "a-0")
    run, _ = step(run, DelayPassed(BlockId("a-0"), 1, 2.0))
    run, stops = failed(run, "a-0", 2)

    run, ends = failed(run, "a-1")

    assert stops == (StopBlock(BlockId("a-1"), 1),)
    assert ends == (EndRun(RunState.FAILED),)


def test_a_map_of_nothing_gathers_nothing() -> None:
    """An empty day is no failure, and must not wait for ever."""
    run, _ = begun(plan_of({"a": ()}, mapped={A: MapOver("list")}))

    run, effects = step(run, ItemsListed(A, 1, 1.0, ()))

    assert effects == (GatherItems(A, 1, ()),)


def test_a_map_of_thousands_steps_on_in_time() -> None:
    """A step that takes longer the more items there are would stall the server that takes it."""
    many = tuple(Item(index) for index in range(5_000))
    run, _ = begun(plan_of({"a": ()}, mapped={A: MapOver("list")}))
    run, effects = step(run, ItemsListed(A, 1, 1.0, many))
    began = time.process_time()

    for _ in range(50):
        first = effects[0]
        assert isinstance(first, StartBlock)
        run, effects = step(run, BlockSucceeded(first.block, 1, 1.0, RESULT))

    assert (time.process_time() - began) / 50 < 0.1


def test_items_run_no_wider_than_their_map() -> None:
    """A service that bears two requests at once must not get two hundred."""
    run, _ = begun(plan_of({"a": ()}, width=9, mapped={A: MapOver("list", width=1)}))

    run, first = step(run, ItemsListed(A, 1, 1.0, ITEMS))
    run, second = done(run, "a-0")

    assert first == (StartBlock(BlockId("a-0"), 1, may_reuse=False),)
    assert second == (StartBlock(BlockId("a-1"), 1, may_reuse=False),)


def limited(**uses: dict[str, int]) -> Plan:
    names = {BlockId(name): use for name, use in uses.items()}
    return plan_of({str(name): () for name in names}, width=9, uses=names, limits={"db": 2, "memory": 4})


def test_a_block_waits_until_all_that_it_uses_is_free_and_holds_nothing_meanwhile() -> None:
    """Two that each hold half of what the other needs would wait for ever."""
    run, first = begun(limited(a={"db": 2}, b={"db": 1, "memory": 4}, c={"memory": 4}))

    run, second = done(run, "a")
    run, third = done(run, "c")

    assert first == (StartBlock(A, 1, may_reuse=False), StartBlock(C, 1, may_reuse=False))
    assert (second, third) == ((), (StartBlock(B, 1, may_reuse=False),))


def test_a_block_that_needs_more_than_there_is_runs_alone_rather_than_never() -> None:
    """Validation refuses it; a run that began before the limit was lowered must end all the same."""
    _, starts = begun(limited(a={"db": 9}, b={"db": 1}))

    assert starts == (StartBlock(A, 1, may_reuse=False),)


def test_callbacks_are_called_when_a_block_has_ended_for_good_and_the_run_waits_for_them() -> None:
    """A worker that is closed while it posts to the channel has told nobody."""
    callbacks = {A: frozenset(Outcome), B: frozenset({Outcome.SUCCESS})}
    run, _ = begun(plan_of(CHAIN, attempts=1, callbacks=callbacks))

    run, effects = failed(run, "a")
    is_open = run.state is RunState.RUNNING
    run, ends = step(run, CallbackEnded(A, 2.0, BROKEN))

    assert (effects, is_open) == ((CallBack(A, Outcome.FAILURE),), True)
    assert ends == (EndRun(RunState.FAILED),)
    assert run.blocks[A].callback == Callback(Outcome.FAILURE, BlockState.FAILED, BROKEN)


def test_a_callback_takes_the_place_that_its_block_has_left() -> None:
    """Who is to be told of a failure at once must not wait for two hours of other blocks."""
    run, _ = begun(plan_of({"a": (), "b": (), "c": ()}, width=1, callbacks={A: frozenset(Outcome)}))

    run, first = failed(run, "a")
    run, second = step(run, CallbackEnded(A, 2.0))

    assert (first, second) == ((CallBack(A, Outcome.FAILURE),), (StartBlock(B, 1, may_reuse=False),))


def test_a_stop_ends_callbacks_too() -> None:
    """Stop means stop, also for a web hook that never answers."""
    run, _ = begun(plan_of({"a": ()}, callbacks={A: frozenset(Outcome)}))
    run, _ = done(run, "a")

    run, first = step(run, StopRequested(2.0))
    run, again = step(run, StopRequested(3.0))

    assert (first, again) == ((StopCallback(A),), (StopCallback(A),))


def test_an_attempt_that_was_cut_off_is_made_again_and_says_so_until_it_is_known_what_it_did() -> None:
    """An exporter may have written before the power went; once it has written again, nobody need look."""
    plan = plan_of({"a": ()})
    run, _ = begun(plan)

    run, starts = step(resumed(plan, run.blocks), RunBegan(5.0))
    noted = run.blocks[A].because
    run, ends = step(run, BlockSucceeded(A, 2, 6.0, RESULT))

    assert (starts, noted) == ((StartBlock(A, 2, may_reuse=False),), MAY_HAVE_ACTED)
    assert run.blocks[A].earlier == (Try(1, BlockState.UNKNOWN, 0.0),)
    assert (run.blocks[A].because, ends) == ("", (EndRun(RunState.DONE),))


def test_a_resumed_block_has_its_retries_anew_and_its_attempts_go_on_counting() -> None:
    """A name for each attempt that no other has, and three tries at the new day's service."""
    plan = plan_of({"a": ()}, attempts=2)
    run, _ = begun(plan)
    run, _ = failed(run, "a", 1)
    run, _ = step(run, DelayPassed(A, 1, 2.0))
    run, _ = failed(run, "a", 2)

    run, starts = step(resumed(plan, run.blocks), RunBegan(5.0))
    run, waits = failed(run, "a", 3)

    assert starts == (StartBlock(A, 3, may_reuse=False),)
    assert waits == (WaitBefore(A, 3, 1.0),)


def test_a_resumed_map_does_again_only_the_items_that_failed() -> None:
    """Of three hundred days, two had no file yet."""
    run, _ = failed(mapped(), "a-0")
    run, _ = done(run, "a-1")

    run, starts = step(resumed(run.plan, run.blocks), RunBegan(5.0))
    run, gathers = step(run, BlockSucceeded(BlockId("a-0"), 2, 6.0, RESULT))

    assert starts == (StartBlock(BlockId("a-0"), 2, may_reuse=False),)
    assert gathers == (GatherItems(A, 2, (BlockId("a-0"), BlockId("a-1"))),)
    assert (run.blocks[A].started_at, [one.state for one in run.blocks[A].earlier]) == (5.0, [BlockState.FAILED])
