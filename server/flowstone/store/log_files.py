"""What blocks printed: a file a block and run, a JSON object a line."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import Any, TextIO

from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine, LogPage

_as_json = json.JSONEncoder(ensure_ascii=True).encode


def log_path(logs: Path, run: RunId, block: BlockId) -> Path:
    """Return where a block's lines of a run are."""
    return logs / run / f"{block}.jsonl"


class LogFile:
    """The lines of one block in one run, as they come. There is no file before there is a line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def _opened(self) -> FileIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a+b", buffering=0)
            _end_torn_line(self._file)
        return self._file

    def append(self, lines: Iterable[LogLine], *, after_dropped: int = 0) -> None:
        """Keep some lines, after a mark of how many before them were not kept.

        Raises: OSError, when the disk is full; none of the lines is then kept.
        """
        mark = json.dumps({"dropped": after_dropped}) + "\n" if after_dropped else ""
        content = memoryview((mark + "".join(map(_to_json, lines))).encode())
        file = self._opened()
        end = file.seek(0, os.SEEK_END)
        try:
            while content:
                content = content[file.write(content) :]
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(end)
            raise

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()


def _end_torn_line(file: FileIO) -> None:
    """End a line that a crash tore, so that the next one is not lost with it."""
    end = file.seek(0, os.SEEK_END)
    if end:
        file.seek(end - 1)
        if file.read(1) != b"\n":
            file.write(b"\n")


def read_log(path: Path, *, after: int, limit: int) -> LogPage:
    """Return up to `limit` lines whose number is at least `after`; none where nothing was printed.

    A line that is still being written waits for the next look; one that a crash tore counts as dropped.
    """
    if not path.exists():
        return LogPage((), 0, after)
    dropped = 0
    lines: list[LogLine] = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for row in map(_parsed, _whole_lines(file)):
            if "dropped" in row:
                dropped += row["dropped"]
            elif row["seq"] >= after:
                lines.append(LogLine(**row))
            if len(lines) == limit:
                break
    return LogPage(tuple(lines), dropped, lines[-1].seq + 1 if lines else after)


def _whole_lines(file: TextIO) -> Iterator[str]:
    return (line for line in file if line.endswith("\n"))


def _parsed(line: str) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        return {"dropped": 1}
    return row


def _to_json(line: LogLine) -> str:
    # By hand, since a block may print a million of them: the numbers are numbers, and the stream is one of three.
    return f'{{"seq": {line.seq}, "at": {line.at!r}, "stream": "{line.stream}", "text": {_as_json(line.text)}}}\n'
