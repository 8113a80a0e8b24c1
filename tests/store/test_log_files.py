"""What blocks printed, read while it is written and after a crash."""

from __future__ import annotations

from pathlib import Path

from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine
from flowstone.store.log_files import LogFile, log_path, read_log


def line(number: int, text: str = "hello") -> LogLine:
    return LogLine(seq=number, at=1.5, stream="stdout", text=text)


def written(folder: Path, *lines: LogLine) -> Path:
    path = log_path(folder, RunId("run"), BlockId("load"))
    log = LogFile(path)
    log.append(lines)
    log.close()
    return path


def test_lines_come_back_in_pages(tmp_path: Path) -> None:
    """A block that printed for an hour is read a page at a time."""
    path = written(tmp_path, *(line(number, "ü\n\u2028") for number in range(5)))

    first = read_log(path, after=0, limit=2)
    rest = read_log(path, after=first.next, limit=10)

    assert first.lines == (line(0, "ü\n\u2028"), line(1, "ü\n\u2028"))
    assert [one.seq for one in rest.lines] == [2, 3, 4]
    assert read_log(path, after=rest.next, limit=10).lines == ()


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    """The browser looks while the block prints: it must not meet half a line."""
    path = written(tmp_path, line(0))
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(whole[:-5])

    page = read_log(path, after=0, limit=10)

    assert (page.lines, page.dropped) == ((line(0),), 0)


def test_a_line_that_a_crash_tore_spoils_no_other(tmp_path: Path) -> None:
    """One lost line is marked; the log stays readable and goes on."""
    path = written(tmp_path, line(0))
    with path.open("ab") as file:
        file.write(b'{"seq": 1, "at": 1.5, "str')

    written(tmp_path, line(2))
    page = read_log(path, after=0, limit=10)

    assert (page.lines, page.dropped) == ((line(0), line(2)), 1)


def test_what_was_dropped_is_counted(tmp_path: Path) -> None:
    """A log that was cut must say so."""
    path = log_path(tmp_path, RunId("run"), BlockId("load"))
    log = LogFile(path)
    log.append([line(0)])
    log.append([], after_dropped=7)
    log.close()

    assert read_log(path, after=0, limit=10).dropped == 7


def test_a_block_that_printed_nothing_has_an_empty_log(tmp_path: Path) -> None:
    """It is no error to have been quiet."""
    assert read_log(tmp_path / "none.jsonl", after=3, limit=10).lines == ()
