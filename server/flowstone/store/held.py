"""Outputs that a worker holds for its server: whole, findable by the next block, and not yet artifacts.

A worker writes an output to the page cache, which outlives it, and goes on; the server sees to it that it is on
the disk, a group of them at a time, before anything in the ledger names it.
Layout: `artifacts/drafts/PID-abcdef…@MACHINE.arrow` and `….manifest.json`, with the server's process id and the
machine that gave it, so that they count as abandoned once the server is gone (`drafts.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output
from flowstone.store.artifacts import SUFFIXES, Artifact, ArtifactStore
from flowstone.store.codec import decode, encode
from flowstone.store.drafts import this_machine

SCHEME = "held://"


def held_address(root: str, *, owner: int) -> str:
    """Return the address by which a worker opens the artifacts of a folder, holding what it makes for a process."""
    return f"{SCHEME}{owner}{root}"


def open_held(address: str) -> HoldingStore:
    """Open what `held_address` names."""
    owner, slash, root = address.removeprefix(SCHEME).partition("/")
    return HoldingStore(Path(slash + root), Held(Path(slash + root), owner=int(owner)))


class Held:
    """What workers hold for one process."""

    def __init__(self, root: Path, *, owner: int) -> None:
        self._folder = root / "drafts"
        self._owner = owner

    def put(self, draft: Path, output: Output) -> Artifact:
        """Hold a draft with that content; the draft's own name is gone afterwards."""
        path, own = self.content_path(output), os.fspath(draft)
        os.chmod(own, 0o444)  # noqa: PTH101 - each block of a run waits for this, and a Path takes as long as a call
        os.replace(own, path)  # noqa: PTH105
        # Under a name of its own first: another worker may have made the same, and its server be reading this.
        with open(own, "wb", buffering=0) as file:  # noqa: PTH123
            file.write(encode(output))
        os.replace(own, self.manifest_path(output.hash))  # noqa: PTH105
        return Artifact(output, path)

    def find(self, artifact: ArtifactHash) -> Artifact | None:
        """Return what is held under a hash."""
        try:
            output = decode(Output, self.manifest_path(artifact).read_bytes())
        except FileNotFoundError:
            return None
        return Artifact(output, self.content_path(output))

    def forget(self, artifacts: Iterable[ArtifactHash]) -> None:
        """Let go of what was held, wherever else it is by now."""
        for artifact in artifacts:
            found = self.find(artifact)
            if found is not None:
                found.path.unlink(missing_ok=True)
                self.manifest_path(artifact).unlink(missing_ok=True)

    def content_path(self, output: Output) -> Path:
        """Return where an output's content is held."""
        return Path(f"{self._folder}/{self._owner}-{output.hash}@{this_machine()}{SUFFIXES[output.kind]}")

    def manifest_path(self, artifact: ArtifactHash) -> Path:
        """Return where it stands what is held."""
        return Path(f"{self._folder}/{self._owner}-{artifact}@{this_machine()}.manifest.json")


class HoldingStore(ArtifactStore):
    """The artifacts of a folder as a worker sees them: what it adopts is held."""

    def __init__(self, root: Path, held: Held) -> None:
        super().__init__(root)
        self._held = held

    def adopt(self, draft: Path, output: Output) -> Artifact:
        """Hold a draft with that content; the draft is gone afterwards. Raises: OSError."""
        return self._held.put(draft, output)

    def find(self, artifact: ArtifactHash) -> Artifact:
        """Return an artifact, or what is held as one. Raises: NotFound; ArtifactCorrupt."""
        try:
            return super().find(artifact)
        except (NotFound, ArtifactCorrupt):
            found = self._held.find(artifact)
            if found is None:
                raise
            return found
