"""What blocks printed: a file a block and run, a JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine, LogPage


def log_path(logs: Path, run: RunId, block: BlockId) -> Path:
    """Return where a block's lines of a run are."""
    return logs / run / f"{block}.jsonl"


class LogFile:
    """The lines of one block in one run, as they come."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("a+", encoding="utf-8")
        self._end_torn_line()

    def _end_torn_line(self) -> None:
        """End a line that a crash tore, so that the next one is not lost with it."""
        end = self._file.seek(0, os.SEEK_END)
        if end:
            self._file.seek(end - 1)
            if self._file.read(1) != "\n":
                self._file.write("\n")

    def append(self, lines: Iterable[LogLine]) -> None:
        """Keep some lines. Raises: OSError, when the disk is full."""
        self._file.writelines(_to_json(line) for line in lines)
        self._file.flush()

    def mark_dropped(self, count: int) -> None:
        """Leave a mark that so many lines were not kept here."""
        self._file.write(json.dumps({"dropped": count}) + "\n")

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


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
    row = {"seq": line.seq, "at": line.at, "stream": line.stream, "text": line.text}
    return json.dumps(row, ensure_ascii=True) + "\n"
