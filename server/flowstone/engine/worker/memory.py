"""Frames that a worker keeps, so that the next block in it gets its input with no file opened."""

from __future__ import annotations

from collections import OrderedDict

import pandas as pd

from flowstone.engine.worker.frames import open_frame, opens_as_it_is
from flowstone.model.ids import ArtifactHash
from flowstone.store.artifacts import Artifact

MAX_BYTES = 1 << 30
"""What the kept frames may hold together; the one used longest ago goes first."""


class Memory:
    """Recent outputs by their content's hash, each for one reader.

    pandas copies a column when somebody writes to it; but there are ways around pandas, to the numbers themselves. So
    a frame is handed out once, to the first who asks, and its bytes are in a file by then. Whoever else asks gets a
    private map of the file, and nobody can change what somebody else sees, whatever they do.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._frames: OrderedDict[ArtifactHash, tuple[pd.DataFrame, int]] = OrderedDict()
        self._size_bytes = 0

    def __contains__(self, artifact: object) -> bool:
        return artifact in self._frames

    @property
    def size_bytes(self) -> int:
        """What the kept frames hold together, as they are stored."""
        return self._size_bytes

    def keep(self, artifact: ArtifactHash, frame: pd.DataFrame, *, size_bytes: int) -> None:
        """Remember a frame, if there is room when others go, and if what is stored opens as just this frame."""
        if artifact in self._frames or size_bytes > self._max_bytes or not opens_as_it_is(frame):
            return
        self._frames[artifact] = (frame.copy(deep=False), size_bytes)
        self._size_bytes += size_bytes
        while self._size_bytes > self._max_bytes:
            _, (_, freed) = self._frames.popitem(last=False)
            self._size_bytes -= freed

    def frame(self, artifact: Artifact) -> pd.DataFrame:
        """Return an artifact as a frame of the caller's own, opened if it is not here."""
        found = self._frames.pop(artifact.output.hash, None)
        if found is None:
            return open_frame(artifact.path)
        frame, freed = found
        self._size_bytes -= freed
        return frame
