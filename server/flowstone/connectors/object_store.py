"""What a lake needs of whoever keeps its files: whole files put in place at one moment, and their generations."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flowstone.model.connections import LakeFile

NOT_THERE = 0
"""As the generation that is expected: nothing may be at the path."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A file in place. `write` is the id of the write that put it there, where that is known."""

    path: str
    size_bytes: int
    generation: int
    write: str | None = None


class ObjectStore(Protocol):
    """A folder or a bucket, as a lake uses it. Paths are relative, with forward slashes."""

    @property
    def url(self) -> str:
        """The place's name for people, without a slash at its end."""
        ...

    def staging(self) -> AbstractContextManager[Path]:
        """Give a folder on this machine to make files in; it is gone afterwards. Raises: DiskFull."""
        ...

    def stat(self, path: str) -> StoredObject | None:
        """Look at one file; None when there is none."""
        ...

    def put(self, source: Path, path: str, *, write: str, expected: int | None = None) -> StoredObject:
        """Put a staged file in place, at one moment, the source being used up.

        `expected` is the generation that must be there now, NOT_THERE for nothing, None for anything.
        Raises: TargetChanged, when something else is there; ConnectorError.
        """
        ...

    def fetched(self, path: str) -> AbstractContextManager[Path]:
        """Have a file on this machine while it is read. Raises: TargetMissing; DiskFull."""
        ...

    def list(self, prefix: str) -> list[LakeFile]:
        """List the files whose path starts with the prefix, in order of path; hidden ones are left out."""
        ...

    def delete(self, path: str) -> None:
        """Delete a file; that it is gone already is fine."""
        ...
