"""What blocks printed: a file a block and run, a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine, LogPage


def log_path(logs: Path, run: RunId, block: BlockId) -> Path:
    """Return where a block's lines of a run are."""
    return logs / run / f"{block}.jsonl"


class LogFile:
    """The lines of one block in one run, as they come."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("a", encoding="utf-8")

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
    """Return up to `limit` lines whose number is at least `after`; none where nothing was printed."""
    if not path.exists():
        return LogPage((), 0, after)
    dropped = 0
    lines: list[LogLine] = []
    with path.open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            if "dropped" in row:
                dropped += row["dropped"]
            elif row["seq"] >= after:
                lines.append(LogLine(**row))
            if len(lines) == limit:
                break
    return LogPage(tuple(lines), dropped, lines[-1].seq + 1 if lines else after)


def _to_json(line: LogLine) -> str:
    row = {"seq": line.seq, "at": line.at, "stream": line.stream, "text": line.text}
    return json.dumps(row, ensure_ascii=True) + "\n"
