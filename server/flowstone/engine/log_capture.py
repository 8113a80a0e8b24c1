"""What a block prints, from bytes in a pipe to numbered lines in its log and at its listeners."""

from __future__ import annotations

import asyncio
import codecs
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from flowstone.model.logs import LogLine, Stream
from flowstone.store.log_files import LogFile

FLUSH_AFTER_S = 0.05
"""How long lines are gathered before they are written and told of."""
PARTIAL_AFTER_S = 0.5
"""How long a line without an end is waited for before it is shown as it is."""
MAX_LINE_CHARACTERS = 10_000
"""A longer line is kept as several."""
MAX_TOLD_LINES = 500
"""How many lines listeners are told of at a time; the rest they can fetch."""
MAX_GATHERED_LINES = 2_000
"""More are written at once, so that no turn of the loop has many to write."""
LINE_COST_BYTES = 80
"""What a line weighs besides its text, as a value here and as JSON on disk."""
MAX_HEAD_BYTES = 4 << 20
"""What is kept line by line; past it lines are only counted, but for the last ones."""
MAX_TAIL_BYTES = 256 << 10
FLOODED = "It prints more than is kept: only its last lines follow, when it has ended."


class LogCapture:
    """Gathers one block's lines in one run. Runs on the loop; nothing in it waits for the block.

    A disk without room costs lines, which are counted, and never the block.
    """

    def __init__(
        self,
        path: Path,
        *,
        first_seq: int,
        clock: Callable[[], float],
        tell: Callable[[tuple[LogLine, ...]], None],
        redact: Callable[[str], str] = str,
    ) -> None:
        self._file = LogFile(path)
        self._seq = first_seq
        self._clock = clock
        self._tell = tell
        self._redact = redact
        self._splitters: dict[Stream, _Splitter] = {"stdout": _Splitter(), "stderr": _Splitter()}
        self._gathered: list[LogLine] = []
        self._unwritten = 0
        self._timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._tail = _Tail()

    def printed(self, stream: Stream, content: bytes) -> None:
        """Take a piece of what a block printed."""
        self._head_bytes += _cost(content)
        if self._head_bytes <= MAX_HEAD_BYTES and not self._tail.has_gap:
            self._gather(stream, self._splitters[stream].split(content))
        elif self._tail.add(stream, content):
            self._begin_gap()
        self._flush_soon()

    def dropped(self, lines: int) -> None:
        """Take note that lines were printed and lost on their way here; what comes now follows the gap."""
        if self._tail.skip(lines):
            self._begin_gap()
        self._flush_soon()

    def close(self) -> int:
        """Write what is left, the last lines after a mark of what was dropped; return the next line's number."""
        if self._tail.has_gap:
            self._flush()
            self._seq += self._tail.dropped
            self._unwritten += self._tail.dropped
        for stream, content in self._tail.pieces():
            self._gather(stream, self._splitters[stream].split(content))
        self._show_partial()
        self._flush()
        self._file.close()
        return self._seq

    def _begin_gap(self) -> None:
        """End the lines that were begun, for what follows them is lost, and say so to those who look on."""
        self._show_partial()
        self._splitters = {"stdout": _Splitter(), "stderr": _Splitter()}
        self._gather("flowstone", [FLOODED])

    def _gather(self, stream: Stream, texts: list[str]) -> None:
        at = self._clock()
        for text in texts:
            self._gathered.append(LogLine(self._seq, at, stream, self._redact(text)))
            self._seq += 1

    def _flush_soon(self) -> None:
        if len(self._gathered) > MAX_GATHERED_LINES:
            self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_AFTER_S, self._timed_flush)

    def _timed_flush(self) -> None:
        self._timer = None
        self._flush()
        if any(splitter.partial for splitter in self._splitters.values()):
            self._timer = asyncio.get_running_loop().call_later(PARTIAL_AFTER_S, self._timed_partial)

    def _timed_partial(self) -> None:
        self._timer = None
        self._show_partial()
        self._flush()

    def _show_partial(self) -> None:
        for stream, splitter in self._splitters.items():
            self._gather(stream, splitter.take_partial())

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._gathered = self._gathered, []
        if lines or self._unwritten:
            self._write(lines)
        if lines:
            self._tell(tuple(lines[-MAX_TOLD_LINES:]))

    def _write(self, lines: list[LogLine]) -> None:
        try:
            self._file.append(lines, after_dropped=self._unwritten)
        except OSError:
            self._unwritten += len(lines)
        else:
            self._unwritten = 0


def _cost(content: bytes) -> int:
    return len(content) + LINE_COST_BYTES * content.count(b"\n")


class _Tail:
    """The last of what was printed, in pieces, when there is too much of it to keep it all."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[Stream, bytes]] = deque()
        self._size_bytes = 0
        self._dropped = 0
        self.has_gap = False

    @property
    def dropped(self) -> int:
        """How many lines are gone, a part of one counted as one."""
        return max(1, self._dropped) if self.has_gap else 0

    def add(self, stream: Stream, content: bytes) -> bool:
        """Take a piece, and drop old ones for it; say whether that was the first time."""
        self._pieces.append((stream, content))
        self._size_bytes += _cost(content)
        had_gap = self.has_gap
        while self._size_bytes > MAX_TAIL_BYTES and len(self._pieces) > 1:
            _, gone = self._pieces.popleft()
            self._size_bytes -= _cost(gone)
            self._dropped += gone.count(b"\n")
            self.has_gap = True
        return self.has_gap and not had_gap

    def skip(self, lines: int) -> bool:
        """Count lines that never came; say whether they are the first that are missing."""
        had_gap, self.has_gap = self.has_gap, True
        self._dropped += lines
        return not had_gap

    def pieces(self) -> Iterator[tuple[Stream, bytes]]:
        """Give what is left; after a gap each stream begins with a whole line, if it has one."""
        cut = {stream for stream, content in self._pieces if self.has_gap and b"\n" in content}
        for stream, content in self._pieces:
            if stream not in cut:
                yield stream, content
            elif b"\n" in content:
                cut.discard(stream)
                yield stream, content.partition(b"\n")[2]


class _Splitter:
    """Bytes to lines; what is not UTF-8 is shown as replacement characters."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.partial = ""

    def split(self, content: bytes) -> list[str]:
        text = self.partial + self._decoder.decode(content)
        *lines, self.partial = text.split("\n")
        if len(self.partial) > MAX_LINE_CHARACTERS:
            lines.append(self.partial)
            self.partial = ""
        return [part for line in lines for part in _short(line.rstrip("\r"))]

    def take_partial(self) -> list[str]:
        text, self.partial = self.partial, ""
        return [text] if text else []


def _short(line: str) -> list[str]:
    if len(line) <= MAX_LINE_CHARACTERS:
        return [line]
    return [line[start : start + MAX_LINE_CHARACTERS] for start in range(0, len(line), MAX_LINE_CHARACTERS)]
