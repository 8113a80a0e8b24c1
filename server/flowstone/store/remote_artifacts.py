"""Outputs in a bucket, or wherever fsspec leads, with copies on this machine that are mapped like local ones.

Layout: as in a folder, see `artifacts`; the manifest is written last, and what has none is not an artifact.
"""

from __future__ import annotations

import time
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output
from flowstone.store.artifacts import HASH_LENGTH, SUFFIXES, Artifact, ArtifactStore, hash_file
from flowstone.store.cached import LOOK_EVERY_BYTES, limit_bytes, mark_used, shrink
from flowstone.store.codec import Undecodable, decode, encode
from flowstone.store.places import Place

SEEN_FOR_S = 60.0
"""How long it counts that an artifact was seen in the store: asking again for each of a hundred blocks takes long."""


class RemoteArtifacts(ArtifactStore):
    """The artifacts of one store elsewhere; what is found is a copy on this machine, made when it is needed."""

    def __init__(self, place: Place, cache: Path) -> None:
        super().__init__(cache)
        self._place = place
        self._added_bytes = LOOK_EVERY_BYTES  # so that the first addition looks
        self._known: dict[ArtifactHash, Output] = {}
        self._seen_at: dict[ArtifactHash, float] = {}

    @property
    def is_local(self) -> bool:
        """No: what is in its folder are copies."""
        return False

    def adopt(self, draft: Path, output: Output) -> Artifact:
        """Make a draft with that content an artifact; the draft is gone afterwards.

        Content that is there already is not sent again. Raises: StoreUnreachable; DiskFull; OSError.
        """
        artifact = super().adopt(draft, output)
        if self._place.size(_manifest(output.hash)) is None or self._place.size(_content(output)) != output.size_bytes:
            reach("remote.begun")
            self._place.put(artifact.path, _content(output))
            reach("remote.placed")
            self._put_manifest(output)
            reach("remote.adopted")
        self._saw(output)
        self._make_room(output.size_bytes)
        return artifact

    def describe(self, artifact: ArtifactHash) -> Output:
        """Return what is known of an artifact without its content.

        Raises: NotFound; ArtifactCorrupt; StoreUnreachable.
        """
        return self._known.get(artifact) or self._fetched_manifest(artifact)

    def find(self, artifact: ArtifactHash) -> Artifact:
        """Return an artifact, its content copied to this machine and compared with its hash once in a process.

        Raises: NotFound; ArtifactCorrupt, when the content is not what its name promises; StoreUnreachable; DiskFull.
        """
        try:
            found = super().find(artifact)
            is_sound = self._soundness.is_sound(artifact, found.path)
        except (NotFound, ArtifactCorrupt, FileNotFoundError):
            is_sound = False
        if not is_sound:
            found = self._fetched(artifact)
        mark_used(found.path)
        self._soundness.vouch(found.path)  # that it was marked is no change
        return found

    def claim(self, artifact: ArtifactHash) -> bool:
        """Say whether an artifact can be used: what lies elsewhere is not collected from here."""
        return self.has(artifact)

    def has(self, artifact: ArtifactHash) -> bool:
        """Say whether an artifact and what belongs to it can be used, or could lately. Raises: StoreUnreachable."""
        if time.monotonic() - self._seen_at.get(artifact, -SEEN_FOR_S) < SEEN_FOR_S:
            return True
        try:
            output = self._fetched_manifest(artifact)
        except (NotFound, ArtifactCorrupt):
            return False
        if self._place.size(_content(output)) != output.size_bytes:
            return False
        if output.exact is not None and not self.has(output.exact.hash):
            return False
        self._saw(output)
        return True

    def verify(self, artifact: ArtifactHash) -> None:
        """Read all of an artifact and compare its hash. Raises: NotFound; ArtifactCorrupt; StoreUnreachable."""
        output = self._fetched_manifest(artifact)
        self._fetched_content(output)

    def _fetched(self, artifact: ArtifactHash) -> Artifact:
        return self._fetched_content(self.describe(artifact))

    def _fetched_content(self, output: Output) -> Artifact:
        draft = self.draft()
        try:
            self._place.fetch(_content(output), draft)
            if draft.stat().st_size != output.size_bytes or hash_file(draft) != output.hash:
                raise ArtifactCorrupt(output.hash, "what the store holds has another content")
            found = super().adopt(draft, output)
        except FileNotFoundError as gone:
            raise ArtifactCorrupt(output.hash, "its file is gone from the store") from gone
        finally:
            draft.unlink(missing_ok=True)
        self._make_room(output.size_bytes)
        return found

    def _fetched_manifest(self, artifact: ArtifactHash) -> Output:
        if len(artifact) != HASH_LENGTH or not artifact.isalnum():
            raise NotFound("output", artifact[:80])
        draft = self.draft()
        try:
            self._place.fetch(_manifest(artifact), draft)
            output = self._known[artifact] = decode(Output, draft.read_bytes())
        except FileNotFoundError as gone:
            raise NotFound("output", artifact, hint="It may have been collected; run its block again.") from gone
        except Undecodable as wrong:
            raise ArtifactCorrupt(artifact, "its manifest cannot be read") from wrong
        finally:
            draft.unlink(missing_ok=True)
        return output

    def _put_manifest(self, output: Output) -> None:
        draft = self.draft()
        try:
            draft.write_bytes(encode(output))
            self._place.put(draft, _manifest(output.hash))
        finally:
            draft.unlink(missing_ok=True)

    def _saw(self, output: Output) -> None:
        self._known[output.hash] = output
        self._seen_at[output.hash] = time.monotonic()

    def _make_room(self, size_bytes: int) -> None:
        self._added_bytes += size_bytes
        if self._added_bytes >= LOOK_EVERY_BYTES:
            self._added_bytes = 0
            shrink(self.root, to_bytes=limit_bytes())


def _content(output: Output) -> str:
    return f"{output.hash[:2]}/{output.hash}{SUFFIXES[output.kind]}"


def _manifest(artifact: ArtifactHash) -> str:
    return f"{artifact[:2]}/{artifact}.manifest.json"
