"""What a block prints on a cluster, on its way to the log: bounded, for all of it passes through the scheduler."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal, TypeAlias

from flowstone.engine.dask_executor.messages import Dropped, Printed, Said

Stream: TypeAlias = Literal["stdout", "stderr"]

MAX_SENT_BYTES = 5 << 20
"""What is sent as it comes: a little more than a log keeps line by line, see `log_capture`."""
MAX_KEPT_BYTES = 256 << 10
"""What is kept of the rest, and sent when the block has ended: its last lines."""


class Outbox:
    """Sends the output of one attempt: what comes first as it comes, and of the rest the end."""

    def __init__(self, attempt: str, start: str, say: Callable[[Said], None]) -> None:
        self._attempt = attempt
        self._start = start
        self._say = say
        self._sent_bytes = 0
        self._kept: deque[tuple[Stream, bytes]] = deque()
        self._kept_bytes = 0
        self._dropped_lines = 0
        self._has_dropped = False

    def printed(self, stream: Stream, content: bytes) -> None:
        """Take a piece of what a block printed."""
        self._sent_bytes += len(content)
        if self._sent_bytes <= MAX_SENT_BYTES:
            self._say(Printed.of(self._attempt, self._start, stream, content))
            return
        self._kept.append((stream, content))
        self._kept_bytes += len(content)
        while self._kept_bytes > MAX_KEPT_BYTES and len(self._kept) > 1:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        _, gone = self._kept.popleft()
        self._kept_bytes -= len(gone)
        self._dropped_lines += gone.count(b"\n")
        if not self._has_dropped:  # said at once, so that who looks on knows why nothing comes any more
            self._has_dropped = True
            self._say(Dropped(self._attempt, self._start, 0))

    def close(self) -> None:
        """Send how much is missing, and the last lines."""
        if self._dropped_lines:
            self._say(Dropped(self._attempt, self._start, self._dropped_lines))
        for stream, content in self._kept:
            self._say(Printed.of(self._attempt, self._start, stream, content))
        self._kept.clear()
