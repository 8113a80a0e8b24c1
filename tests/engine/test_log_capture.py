"""What blocks print: in order, in bounds, and no block's failure when there is no room for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flowstone.engine.local_worker import READ_BYTES
from flowstone.engine.log_capture import LogCapture
from flowstone.model.logs import LogLine
from flowstone.store.log_files import read_log

EVERYTHING = 10_000_000


def capture(path: Path, told: list[LogLine] | None = None) -> LogCapture:
    heard = [] if told is None else told
    return LogCapture(path, first_seq=0, clock=lambda: 1.0, tell=heard.extend)


def texts(path: Path) -> list[str]:
    return [line.text for line in read_log(path, after=0, limit=EVERYTHING).lines]


async def test_lines_and_parts_of_lines_are_kept_in_order(tmp_path: Path) -> None:
    """Characters and lines come in whatever pieces a pipe gives."""
    log = capture(tmp_path / "log")

    for piece in (b"one\ntw", b"o\n\xe2\x82", b"\xac\r\n", b"rest"):
        log.printed("stdout", piece)
    log.close()

    assert texts(tmp_path / "log") == ["one", "two", "€", "rest"]


@pytest.mark.parametrize(
    "piece", [b"\n" * READ_BYTES, b"x\n" * (READ_BYTES // 2), b"y" * READ_BYTES, b"a usual line\n" * (READ_BYTES // 13)]
)
async def test_a_flood_takes_no_turn_of_the_loop_for_long_and_little_disk(tmp_path: Path, piece: bytes) -> None:
    """A million empty lines weigh a megabyte in the pipe and two hundred in the server, if it lets them."""
    log = capture(tmp_path / "log")
    slowest = 0.0

    for _ in range(3_000):
        began = time.process_time()
        log.printed("stdout", piece)
        slowest = max(slowest, time.process_time() - began)
    began = time.process_time()
    log.close()
    closing = time.process_time() - began

    assert max(slowest, closing) < 2  # the collector of a whole test run may pass by; ten seconds were the defect
    assert (tmp_path / "log").stat().st_size < 24 << 20
    assert read_log(tmp_path / "log", after=0, limit=EVERYTHING).dropped > 0


async def test_a_mark_stands_where_lines_are_missing_and_no_line_is_put_together_across_it(tmp_path: Path) -> None:
    """Half a line from before and half a line from after would make a number that nobody printed."""
    log = capture(tmp_path / "log")
    numbers = b"".join(b"%08d\n" % number for number in range(2_000_000))

    for start in range(0, len(numbers), 10_007):
        log.printed("stdout", numbers[start : start + 10_007])
    log.close()

    kept = texts(tmp_path / "log")
    page = read_log(tmp_path / "log", after=0, limit=EVERYTHING)
    whole = [int(text) for text in kept if len(text) == 8 and text.isdigit()]
    assert (whole[0], whole[-1]) == (0, 1_999_999)
    assert whole == sorted(set(whole))
    assert len([text for text in kept if len(text) > 8 and text.isdigit()]) == 0
    assert page.dropped == pytest.approx(2_000_000 - len(whole), abs=3)


async def test_a_full_disk_costs_lines_and_says_so_and_nothing_else(tmp_path: Path) -> None:
    """A block that is done must not fail for want of room for what it printed."""
    told: list[LogLine] = []
    path = tmp_path / "log"
    path.symlink_to("/dev/full")
    log = capture(path, told)

    log.printed("stdout", b"one\ntwo\n")
    after = log.close()

    assert after == 2
    assert [line.text for line in told] == ["one", "two"]
