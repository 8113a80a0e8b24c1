"""What a block prints, from bytes in a pipe to numbered lines in its log and at its listeners."""

from __future__ import annotations

import asyncio
import codecs
from collections import deque
from collections.abc import Callable
from pathlib import Path

from flowstone.model.logs import LogLine, Stream
from flowstone.store.log_files import LogFile

FLUSH_AFTER_S = 0.05
"""How long lines are gathered before they are written and told of."""
PARTIAL_AFTER_S = 0.5
"""How long a line without an end is waited for before it is shown as it is."""
MAX_LINE_CHARACTERS = 10_000
MAX_TOLD_LINES = 500
"""How many lines listeners are told of at a time; the rest they can fetch."""
MAX_HEAD_BYTES = 4 << 20
"""What is kept line by line; past it lines are only counted, but for the last ones."""
MAX_TAIL_BYTES = 256 << 10


class LogCapture:
    """Gathers one block's lines in one run. Runs on the loop; nothing in it waits."""

    def __init__(
        self, path: Path, *, first_seq: int, clock: Callable[[], float], tell: Callable[[tuple[LogLine, ...]], None]
    ) -> None:
        self._file = LogFile(path)
        self._seq = first_seq
        self._clock = clock
        self._tell = tell
        self._splitters: dict[Stream, _Splitter] = {"stdout": _Splitter(), "stderr": _Splitter()}
        self._gathered: list[LogLine] = []
        self._timer: asyncio.TimerHandle | None = None
        self._size_bytes = 0
        self._tail: deque[tuple[Stream, bytes]] = deque()
        self._tail_bytes = 0
        self._dropped = 0

    def printed(self, stream: Stream, content: bytes) -> None:
        """Take a piece of what a block printed."""
        self._size_bytes += len(content)
        if self._size_bytes > MAX_HEAD_BYTES:
            self._keep_for_the_end(stream, content)
        else:
            self._gather(stream, self._splitters[stream].split(content))
        self._flush_soon()

    def say(self, text: str) -> None:
        """Add a line of Flowstone's own."""
        self._gather("flowstone", [text])
        self._flush_soon()

    def close(self) -> int:
        """Write what is left, the last lines after a mark of what was dropped; return the next line's number."""
        if self._dropped:
            self._flush()
            self._file.mark_dropped(self._dropped)
            self._seq += self._dropped
        for stream, content in self._tail:
            self._gather(stream, self._splitters[stream].split(content))
        self._show_partial()
        self._flush()
        self._file.close()
        return self._seq

    def _keep_for_the_end(self, stream: Stream, content: bytes) -> None:
        self._tail.append((stream, content))
        self._tail_bytes += len(content)
        while self._tail_bytes > MAX_TAIL_BYTES and len(self._tail) > 1:
            _, gone = self._tail.popleft()
            self._tail_bytes -= len(gone)
            self._dropped += gone.count(b"\n") or 1

    def _gather(self, stream: Stream, texts: list[str]) -> None:
        at = self._clock()
        for text in texts:
            self._gathered.append(LogLine(self._seq, at, stream, text[:MAX_LINE_CHARACTERS]))
            self._seq += 1

    def _flush_soon(self) -> None:
        if self._timer is None:
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
        if lines:
            self._file.append(lines)
            self._tell(tuple(lines[-MAX_TOLD_LINES:]))


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
        return [line.rstrip("\r") for line in lines]

    def take_partial(self) -> list[str]:
        text, self.partial = self.partial, ""
        return [text] if text else []
