"""Runs that change hands in the ledger: one owner at a time, whoever asks at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flowstone.errors.store import NotFound, RunTaken
from flowstone.model.ids import BlockId, PipelineId, RunId, item_id
from flowstone.model.run import BlockRun, BlockState, Item, RunRecord, RunRequest, RunState
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.ledger.records import Event

RUN, LINE = RunId("night"), PipelineId("line")
A = BlockId("a")
GOING = RunRecord(RUN, LINE, RunState.RUNNING, 100.0, trigger="schedule", blocks=(BlockRun(A, BlockState.RUNNING, 1),))
CLOSED = replace(GOING, state=RunState.FAILED, ended_at=200.0, blocks=(BlockRun(A, BlockState.UNKNOWN, 1),))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = Ledger(tmp_path / "ledger.db")
    found.start_run(GOING, request=RunRequest(LINE), snapshot="s", owner="host/1@x")
    yield found
    found.close()


def take(ledger: Ledger, owner: str, new_owner: str, *, was: RunState, seq: int = 1) -> bool:
    event = Event(seq, 300.0, "RunResumed", "{}")
    return ledger.handover.take(GOING, was=was, owner=owner, new_owner=new_owner, event=event)


def test_a_run_whose_process_is_gone_is_closed_once_and_found_again(ledger: Ledger) -> None:
    """Two commands that are started at once must not write its end twice."""
    closed = [ledger.handover.close(CLOSED, owner="host/1@x") for _ in range(2)]

    assert closed == [True, False]
    assert ledger.handover.owner(RUN) == "left by host/1@x"
    assert (ledger.handover.left(since=100.0), ledger.handover.left(since=101.0)) == ((RUN,), ())
    assert ledger.run(RUN) == CLOSED


def test_of_two_that_take_a_run_up_one_gets_it(ledger: Ledger) -> None:
    """Two processes that drive one run would both write."""
    ledger.handover.close(CLOSED, owner="host/1@x")
    left = ledger.handover.owner(RUN)

    taken = [take(ledger, left, "host/2@x", was=RunState.FAILED), take(ledger, left, "host/3@x", was=RunState.FAILED)]

    assert taken == [True, False]
    assert ledger.handover.owner(RUN) == "host/2@x"
    assert (ledger.run(RUN), ledger.handover.left(since=0.0)) == (GOING, ())
    assert [event.kind for event in ledger.events(RUN)] == ["RunResumed"]


def test_what_is_not_part_of_a_resumed_run_any_more_is_gone_from_it(ledger: Ledger) -> None:
    """Items of an input that is made anew would else be shown beside the new ones."""
    old = BlockRun(item_id(A, 0), BlockState.FAILED, 1, item=Item(0))
    ledger.handover.close(replace(CLOSED, blocks=(*CLOSED.blocks, old)), owner="host/1@x")

    take(ledger, "left by host/1@x", "host/2@x", was=RunState.FAILED)

    assert ledger.run(RUN).blocks == GOING.blocks


def test_the_outputs_of_a_run_that_is_taken_up_are_kept_again(ledger: Ledger) -> None:
    """What a resumed run makes tonight must not be swept because its old outputs were let go in spring."""
    ledger.handover.close(CLOSED, owner="host/1@x")
    ledger.empty_runs([RUN], at=250.0)
    emptied = ledger.run(RUN).has_outputs

    take(ledger, "left by host/1@x", "host/2@x", was=RunState.FAILED)

    assert (emptied, ledger.run(RUN).has_outputs) == (False, True)


def test_who_has_lost_a_run_writes_nothing_more_of_it(ledger: Ledger) -> None:
    """A process that was stopped for a minute wakes up, and does not know that its run goes on elsewhere."""
    ledger.record(GOING, events=[Event(1, 150.0, "Began", "{}")], changed=[], owner="host/1@x")
    ledger.handover.close(CLOSED, owner="host/1@x")

    with pytest.raises(RunTaken):
        ledger.record(GOING, events=[Event(2, 250.0, "Late", "{}")], changed=[(0, GOING.blocks[0])], owner="host/1@x")

    assert [event.kind for event in ledger.events(RUN)] == ["Began"]
    assert ledger.run(RUN) == CLOSED


def test_a_run_that_nobody_knows_has_no_owner(ledger: Ledger) -> None:
    """A typing error is said as one."""
    with pytest.raises(NotFound):
        ledger.handover.owner(RunId("nobody"))
