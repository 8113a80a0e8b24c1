"""What an attempt makes of what it hears, with no cluster and no clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.kit.one_block import Heard, job_of

from flowstone.engine.dask_executor.attempt import LOST_AFTER_S, MAX_BEGINNINGS, ClusterAttempt
from flowstone.engine.dask_executor.messages import Alive, Ended, Printed, Ready, heard, told
from flowstone.engine.dask_executor.outbox import MAX_KEPT_BYTES, MAX_SENT_BYTES, Outbox
from flowstone.engine.dask_executor.tasks import Sealed
from flowstone.engine.dask_executor.versions import own_versions
from flowstone.engine.jobs import BlockJob, BlockOutcome, Task


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def loader(tmp_path: Path) -> BlockJob:
    """A loader's job."""
    return job_of(tmp_path, "@loader\ndef b():\n    return 1\n")


@pytest.fixture
def exporter(tmp_path: Path) -> BlockJob:
    """An exporter's job."""
    return job_of(tmp_path, "@exporter\ndef b():\n    pass\n")


def begun(job: BlockJob, said: Heard | None = None, clock: Clock | None = None) -> ClusterAttempt:
    return ClusterAttempt("1", job, (said or Heard()).observer, clock=clock or Clock())


def ready(start: str, **versions: str) -> Ready:
    return Ready("1", start, f"tcp://{start}", {**own_versions(), **versions})


async def test_what_a_lost_worker_still_says_is_not_heard(loader: BlockJob) -> None:
    """Two beginnings that write into one log, or end one attempt twice, would be a riddle."""
    said = Heard()
    attempt = begun(loader, said)
    attempt.accepts(ready("first"))
    attempt.accepts(ready("second"))

    attempt.hear(Printed.of("1", "first", "stdout", b"late\n"))
    attempt.hear(Ended("1", "first", BlockOutcome(was_stopped=True)))
    attempt.hear(Printed.of("1", "second", "stdout", b"now\n"))

    assert said.output["stdout"] == b"now\n"
    assert not attempt.ended.done()


async def test_a_block_takes_only_so_many_workers_with_it(loader: BlockJob) -> None:
    """One that ends its whole machine must not end all of them."""
    attempt = begun(loader)

    accepted = [attempt.accepts(ready(str(number))) for number in range(MAX_BEGINNINGS + 1)]

    assert accepted == [True] * MAX_BEGINNINGS + [False]
    failure = attempt.ended.result().failure
    assert failure is not None
    assert failure.code == "worker_lost"


@pytest.mark.parametrize("kind", ["success", "failure"])
async def test_a_callback_is_not_called_twice_unasked(loader: BlockJob, kind: str) -> None:
    """Somebody would get two messages."""
    attempt = begun(replace(loader, task=Task(kind)))  # type: ignore[arg-type]

    assert attempt.accepts(ready("first"))
    assert not attempt.accepts(ready("second"))


async def test_an_exporter_is_not_begun_twice(exporter: BlockJob) -> None:
    """It may have written before its worker died."""
    attempt = begun(exporter)

    assert attempt.accepts(ready("first"))
    assert not attempt.accepts(ready("second"))
    assert attempt.ended.done()


async def test_silence_is_counted_from_what_was_heard_last(loader: BlockJob) -> None:
    """A slow block is not a dead one."""
    clock = Clock()
    attempt = begun(loader, clock=clock)
    clock.now = 10 * LOST_AFTER_S
    waiting = attempt.is_silent()
    attempt.accepts(ready("first"))
    clock.now += LOST_AFTER_S
    attempt.hear(Alive("1", "first"))
    clock.now += LOST_AFTER_S

    assert not waiting  # a full cluster is no dead one
    assert not attempt.is_silent()
    clock.now += 1
    assert attempt.is_silent()


async def test_a_worker_with_other_versions_ends_the_attempt_with_a_reason(loader: BlockJob) -> None:
    """Asking the next worker would only take longer: they are made from one image."""
    attempt = begun(loader)

    assert not attempt.accepts(ready("first", pandas="0.1"))
    failure = attempt.ended.result().failure
    assert failure is not None
    assert failure.code == "version_mismatch"


def test_messages_come_back_as_they_were_sent() -> None:
    """They travel as JSON through a scheduler that knows nothing of them."""
    for message in (ready("s"), Printed.of("1", "s", "stderr", b"\xff\x00\n"), Ended("1", "s", BlockOutcome())):
        assert heard(told(message)) == message
    assert Printed.of("1", "s", "stderr", b"\xff\x00\n").bytes() == b"\xff\x00\n"


def test_a_sealed_text_is_shown_by_nothing_but_asking_for_it() -> None:
    """Dask logs the arguments of what fails by their repr."""
    sealed = Sealed("secret")

    assert "secret" not in f"{sealed} {sealed!r} {[sealed]} {(sealed,)!s} {sealed:>20}"
    assert sealed.open() == "secret"


@pytest.mark.parametrize("piece_bytes", [7, 8_192])
def test_an_outbox_sends_the_beginning_and_the_end_and_counts_the_rest(piece_bytes: int) -> None:
    """Every line is there or counted."""
    sent = Heard()
    attempt = ClusterAttemptOutput(sent)
    outbox = Outbox("1", "s", attempt.say)
    line = b"0123456789abcdef" * 64 + b"\n"
    text = line * 8_000

    for start in range(0, len(text), piece_bytes * 97):
        outbox.printed("stdout", text[start : start + piece_bytes * 97])
    outbox.close()

    content = sent.output["stdout"]
    assert len(content) <= MAX_SENT_BYTES + MAX_KEPT_BYTES + piece_bytes * 97
    assert content.startswith(line)
    assert content.endswith(line)
    assert content.count(b"\n") + sent.dropped[-1] == 8_000


class ClusterAttemptOutput:
    """Hands an outbox's messages to an observer, as an attempt does."""

    def __init__(self, said: Heard) -> None:
        self._observer = said.observer

    def say(self, message: object) -> None:
        if isinstance(message, Printed):
            self._observer.printed(message.stream, message.bytes())
        else:
            self._observer.dropped(message.lines)  # type: ignore[attr-defined]
