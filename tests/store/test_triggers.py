"""The ledger's triggers: what is claimed once, and how much of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flowstone.model.firing import FiringState, Trigger
from flowstone.model.ids import PipelineId
from flowstone.model.schedule import Due, Every, Skip, SkipReason
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.ledger.triggers import KEPT_TICKS

LINE = PipelineId("line")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db")
    opened.triggers.adopt(LINE, Every(10), cursor=0)
    yield opened
    opened.close()


def claim(ledger: Ledger, due: Due) -> None:
    ledger.triggers.settle(LINE, lambda trigger, waiting: due)


def test_the_cursor_and_its_tick_move_together(ledger: Ledger) -> None:
    """One without the other is a run that is lost, or one that is made twice."""
    claim(ledger, Due(20, (20,), (Skip(10, 10, 1, SkipReason.MISSED),)))

    assert ledger.triggers.all() == {LINE: Trigger(LINE, Every(10), 20)}
    assert [(tick.logical_at, tick.state) for tick in ledger.triggers.recent(LINE, 9)] == [
        (20, FiringState.PENDING),
        (10, FiringState.SKIPPED),
    ]


def test_a_tick_that_is_claimed_again_stays_as_it_was(ledger: Ledger) -> None:
    """After a person has set a schedule back, its ticks come by again."""
    claim(ledger, Due(20, (20,)))
    claim(ledger, Due(20, (), (Skip(10, 20, 2, SkipReason.MISSED),)))
    claim(ledger, Due(40, (), (Skip(10, 40, 4, SkipReason.MISSED),)))
    claim(ledger, Due(40, (30,)))

    found = [(tick.first_at, tick.logical_at, tick.state) for tick in ledger.triggers.recent(LINE, 9)]
    assert found == [(21, 40, FiringState.SKIPPED), (20, 20, FiringState.PENDING)]


def test_what_became_of_ticks_long_ago_is_let_go_but_never_an_open_one(ledger: Ledger) -> None:
    """A schedule of every ten seconds has three million ticks a year."""
    claim(ledger, Due(10, (10,)))
    skips = tuple(Skip(at, at, 1, SkipReason.OVERLAP) for at in range(20, 20 + 10 * (KEPT_TICKS + 50), 10))

    claim(ledger, Due(skips[-1].last, (), skips))

    kept = ledger.triggers.recent(LINE, KEPT_TICKS * 2)
    assert len(kept) == KEPT_TICKS + 1
    assert kept[-1].state is FiringState.PENDING


def test_a_paused_trigger_is_not_settled(ledger: Ledger) -> None:
    """A command may pause it between a look and the claim."""
    ledger.triggers.pause(LINE)

    claim(ledger, Due(20, (20,)))

    assert ledger.triggers.recent(LINE, 9) == ()
