"""A file that knows the hash of what was written to it, so that no byte is read again to be hashed."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import xxhash

from flowstone.model.ids import ArtifactHash

if TYPE_CHECKING:
    from typing_extensions import Buffer

PIECE_BYTES = 1 << 19
"""So much is hashed and then written while the processor has it at hand. Source: half of a usual second-level cache."""


class HashedFile:
    """A new file, written from its beginning to its end by pieces of any size."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        self._digest = xxhash.xxh3_128()
        self.size_bytes = 0

    @property
    def hash(self) -> ArtifactHash:
        """The hash of all that was written: see `artifacts.hash_file`."""
        return ArtifactHash(self._digest.hexdigest())

    @property
    def closed(self) -> bool:
        """Whether the file was closed, as Arrow asks."""
        return self._descriptor < 0

    def write(self, content: Buffer) -> int:
        """Write some bytes. Raises: OSError."""
        whole = memoryview(content).cast("B")
        for start in range(0, len(whole), PIECE_BYTES):
            piece = whole[start : start + PIECE_BYTES]
            self._digest.update(piece)
            while piece:
                piece = piece[os.write(self._descriptor, piece) :]
        self.size_bytes += len(whole)
        return len(whole)

    def tell(self) -> int:
        """Say how much was written, as Arrow asks."""
        return self.size_bytes

    def flush(self) -> None:
        """Nothing waits to be written."""

    def close(self) -> None:
        """Let the file go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _wrong: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()
