"""What blocks printed, a file a block and run, bounded: the first lines and the last are kept, the rest counted."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from flowstone.model.ids import BlockId, RunId
from flowstone.model.logs import LogLine, LogPage

MAX_HEAD_BYTES = 4 << 20
"""What is written as it comes; past it only the last lines are kept, and written when the block ends."""
MAX_TAIL_LINES = 2_000


def log_path(logs: Path, run: RunId, block: BlockId) -> Path:
    """Return where a block's lines of a run are."""
    return logs / run / f"{block}.jsonl"


class LogFile:
    """The lines of one block in one run, as they come."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: TextIO = path.open("a", encoding="utf-8")
        self._size_bytes = path.stat().st_size
        self._tail: deque[LogLine] = deque(maxlen=MAX_TAIL_LINES)
        self._dropped = 0

    def append(self, lines: Iterable[LogLine]) -> None:
        """Keep some lines. Raises: OSError, when the disk is full."""
        for line in lines:
            if self._size_bytes < MAX_HEAD_BYTES:
                text = _to_json(line)
                self._file.write(text)
                self._size_bytes += len(text)
            else:
                self._dropped += len(self._tail) == MAX_TAIL_LINES
                self._tail.append(line)
        self._file.flush()

    def close(self) -> None:
        """Write the last lines, after a mark of how many were dropped before them."""
        if self._dropped:
            self._file.write(json.dumps({"dropped": self._dropped}) + "\n")
        self._file.writelines(_to_json(line) for line in self._tail)
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
    return None


def _to_json(line: LogLine) -> str:
    row = {"seq": line.seq, "at": line.at, "stream": line.stream, "text": line.text}
    return json.dumps(row, ensure_ascii=True) + "\n"
