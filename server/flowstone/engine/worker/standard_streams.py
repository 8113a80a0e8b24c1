"""Descriptors 0, 1 and 2 of a worker: nothing to read, and pipes that all it prints goes into."""

from __future__ import annotations

import io
import os
import sys
import threading

from flowstone.engine.worker.run_block import flush_output

FLUSH_EVERY_S = 0.05
"""How long a line without an end may stay unseen."""
BUFFER_BYTES = 1 << 16


class Streams:
    """Puts pipes behind descriptors 1 and 2, so that what native code prints is caught too, and nothing behind 0."""

    def __init__(self, output: int, errors: int) -> None:
        # Kept beside the descriptors they stand behind, which a block may close or put something else behind.
        self._behind = (os.open(os.devnull, os.O_RDONLY), output, errors)
        self.renew()
        threading.Thread(target=_keep_flushing, name="flowstone-flush", daemon=True).start()

    def renew(self) -> None:
        """Put everything in its place again, whatever the block before has done with it.

        Raises: OSError, when a block has closed what it does not know.
        """
        for descriptor, behind in enumerate(self._behind):
            os.dup2(behind, descriptor)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
        sys.stdout, sys.stderr = _text(1), _text(2)


def _text(descriptor: int) -> io.TextIOWrapper:
    raw = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False), BUFFER_BYTES)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace")


def _keep_flushing() -> None:
    wait = threading.Event()
    while not wait.wait(FLUSH_EVERY_S):
        flush_output()
