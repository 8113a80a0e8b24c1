"""Which result of a block is its newest, and which still stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flowstone.model.ids import ArtifactHash, BlockId, Fingerprint, PipelineId, RunId
from flowstone.model.output import Output, OutputKind, Receipt
from flowstone.model.run import BlockResult, BlockRun, BlockState, RunRecord, RunRequest, RunState
from flowstone.store.ledger.ledger import Ledger
from flowstone.store.ledger.records import StoredResult

LINE, WRITE = PipelineId("line"), BlockId("write")
RUN = RunRecord(RunId("r"), LINE, RunState.RUNNING, 1.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.db")
    opened.start_run(RUN, request=RunRequest(LINE), snapshot="s", owner="o")
    yield opened
    opened.close()


def written(name: str, *targets: str, profile: str = "local", at: float = 1.0) -> StoredResult:
    receipts = tuple(Receipt(target) for target in targets)
    result = BlockResult(receipts=receipts)
    return StoredResult(LINE, WRITE, Fingerprint(name), RunId("r"), at, (), result, profile)


LATER: dict[str, tuple[StoredResult, StoredResult, bool]] = {
    "to the same place": (written("one", "gs://b/t"), written("two", "gs://b/t"), False),
    "to another place": (written("one", "gs://b/t"), written("two", "gs://b/u"), True),
    "above it": (written("one", "gs://b/t/day=1"), written("two", "gs://b/t"), False),
    "below it": (written("one", "gs://b/t"), written("two", "gs://b/t/day=1"), False),
    "beside it": (written("one", "gs://b/t"), written("two", "gs://b/t2"), True),
    "to one of several": (written("one", "a", "b"), written("two", "b", "c"), False),
    "to the same place from another profile": (written("one", "t"), written("two", "t", profile="gcp"), False),
    "nobody knows where": (written("one"), written("two"), False),
    "nobody knows where, from another profile": (written("one"), written("two", profile="gcp"), True),
    "nobody knows where, once it was known": (written("one", "t"), written("two"), False),
}


@pytest.mark.parametrize("where", LATER)
def test_what_a_block_wrote_stands_until_it_writes_there_again(ledger: Ledger, where: str) -> None:
    """To call a table fresh that holds another day's rows is the worst that a green mark can do."""
    first, later, stands = LATER[where]
    ledger.record(RUN, events=[], changed=[], made=[first])
    ledger.record(RUN, events=[], changed=[], made=[later])

    found = ledger.result_for(LINE, WRITE, first.fingerprint)

    assert (found is not None) == stands
    assert ledger.result_for(LINE, WRITE, later.fingerprint) == later


def made(name: str, at: float, profile: str = "local") -> StoredResult:
    result = BlockResult(
        (Output("output", OutputKind.JSON, ArtifactHash(name * 32), 1),), fingerprint=Fingerprint(name)
    )
    return StoredResult(LINE, WRITE, Fingerprint(name), RunId("r"), at, (), result, profile)


def newest(ledger: Ledger, profile: str | None = None) -> str:
    return ledger.newest_results(LINE, profile=profile)[WRITE].fingerprint


def test_the_newest_is_the_one_that_counted_last(ledger: Ledger) -> None:
    """By being made, by being reused in a run, or by being found to count again."""
    one, two = made("1", 1.0), made("2", 2.0)
    ledger.record(RUN, events=[], changed=[], made=[one, two])
    by_making = newest(ledger)

    reused = BlockRun(WRITE, BlockState.REUSED, ended_at=3.0, result=one.result)
    ledger.record(RUN, events=[], changed=[(0, reused)])
    by_reuse = newest(ledger)
    found = ledger.result_for(LINE, WRITE, two.fingerprint)
    assert found is not None
    assert found.id is not None
    ledger.mark_used([found.id], at=4.0)

    assert (by_making, by_reuse, newest(ledger)) == ("2", "1", "2")


def test_the_newest_of_a_profile_comes_before_anothers(ledger: Ledger) -> None:
    """What is shown for one world must not be what another gave, as long as it has any of its own."""
    ledger.record(RUN, events=[], changed=[], made=[made("1", 1.0), made("2", 2.0, "gcp")])

    assert (newest(ledger), newest(ledger, "local"), newest(ledger, "gcp"), newest(ledger, "new")) == (
        "2",
        "1",
        "2",
        "2",
    )
