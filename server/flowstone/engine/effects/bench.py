"""Where blocks are tried: a store that nobody else looks into, with the inputs' first rows in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from flowstone.disk.publish import publish
from flowstone.engine.project.shown import Shown
from flowstone.engine.queries import Queries
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifacts import Artifact, ArtifactStore
from flowstone.store.codec import encode

SAMPLE_ROWS = 50_000
"""Of larger inputs so many rows are tried, the first ones: an edit is to be answered within a second."""


class TryingBench:
    """A store in a folder of its own, which goes with it. Samples are kept for the next one."""

    def __init__(self, folder: Path, shown: Shown, samples: dict[ArtifactHash, Output]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.root = Path(tempfile.mkdtemp(prefix="try-", dir=folder))
        self._kept = ArtifactStore(folder / "samples")
        self._store = ArtifactStore(self.root)
        self._shown = shown
        self._samples = samples
        self.is_sampled = False

    @property
    def queries(self) -> Queries:
        """Who looks into what is here."""
        return self._shown.queries

    def clear(self) -> None:
        """Remove it."""
        shutil.rmtree(self.root, ignore_errors=True)

    async def put(self, output: Output) -> Output:
        """Lay an output here, or the first rows of a large table. Raises: NotFound; ArtifactCorrupt; QueryRefused."""
        if output.kind is not OutputKind.TABLE or (output.rows or 0) <= SAMPLE_ROWS:
            self.lay(output, self._shown.artifacts)
            return output
        self.is_sampled = True
        if output.hash not in self._samples or not self._kept.has(self._samples[output.hash].hash):
            stored = await self._shown.stored(output.hash)
            self._samples[output.hash] = await self.queries.sample(stored, output, SAMPLE_ROWS, str(self._kept.root))
        sample = self._samples[output.hash]
        self.lay(sample, self._kept)
        return sample

    def lay_last(self, output: Output) -> None:
        """Lay what a block gave last beside what it gives now. Raises: NotFound; ArtifactCorrupt."""
        self.lay(output, self._shown.artifacts)

    def lay(self, output: Output, store: ArtifactStore) -> None:
        """Give an output of another store a name here too. Raises: NotFound; ArtifactCorrupt."""
        _link(store.find(output.hash), self._store)
        if output.exact is not None:
            _link(store.find(output.exact.hash), self._store)


def _link(found: Artifact, into: ArtifactStore) -> None:
    path = into.content_path(found.output)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    try:
        os.link(found.path, path)
    except OSError:  # another file system
        shutil.copyfile(found.path, path)
    publish(into.manifest_path(found.output.hash), encode(replace(found.output)))
