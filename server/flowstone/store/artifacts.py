"""Outputs on disk: immutable files named by the hash of their content, each with a manifest that vouches for it.

Layout: `artifacts/ab/abcdef….arrow` (or `.json`) and beside it `abcdef….manifest.json`, written last. A file
without a manifest is not an artifact.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import xxhash

from flowstone.disk.failpoints import reach
from flowstone.disk.publish import open_folder, publish, publish_file
from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output, OutputKind
from flowstone.store.claims import claiming
from flowstone.store.codec import Undecodable, decode, encode
from flowstone.store.drafts import draft_name, is_abandoned
from flowstone.store.soundness import SMALL_BYTES, Soundness

SUFFIXES = {
    OutputKind.TABLE: ".arrow",
    OutputKind.JSON: ".json",
    OutputKind.RICH: ".json",
    OutputKind.OBJECT: ".json",
    OutputKind.PICKLE: ".pickle",
}
HASH_LENGTH = 32
CHUNK_BYTES = 1 << 20
OTHER_CONTENT = "its content is not what its name promises"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A stored output and the file that holds its content."""

    output: Output
    path: Path


class ArtifactStore:
    """The artifacts of one project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._soundness = Soundness(hash_file)

    @property
    def is_local(self) -> bool:
        """Whether `root` has all of its artifacts, so that they are adopted, looked through and removed from here."""
        return True

    def draft(self) -> Path:
        """Return a path, in the store's own file system, to write new content to before it is adopted."""
        drafts = f"{self.root}/drafts"
        if not os.path.isdir(drafts):  # noqa: PTH112 - a Path takes as long as the call
            os.makedirs(drafts, exist_ok=True)  # noqa: PTH103
        return Path(f"{drafts}/{draft_name()}")

    def adopt(self, draft: Path, output: Output) -> Artifact:
        """Make a draft with that content an artifact; the draft is gone afterwards.

        Content that is there already is kept as it is, once it is seen to be whole. Raises: DiskFull; OSError.
        """
        path = self.content_path(output)
        manifest = self.manifest_path(output.hash)
        os.close(open_folder(path.parent))
        reach("artifact.drafted")
        if self.is_whole(output) and self.claim(output.hash):
            draft.unlink()
            return Artifact(output, path)
        draft.chmod(0o444)
        publish_file(draft, path)
        reach("artifact.placed")
        publish(manifest, encode(output))
        reach("artifact.adopted")
        self.vouch(output)
        return Artifact(output, path)

    def drop_abandoned_drafts(self) -> None:
        """Remove what processes that are gone have left half written."""
        for draft in (self.root / "drafts").glob("*-*"):
            if is_abandoned(draft):
                draft.unlink(missing_ok=True)

    def vouch(self, output: Output) -> None:
        """Take an output for sound, since its content was hashed on its way here. Raises: OSError."""
        self._soundness.vouch(self.content_path(output))

    def is_whole(self, output: Output) -> bool:
        """Say whether an output is there, every byte of it."""
        path = self.content_path(output)
        try:
            is_there = self.manifest_path(output.hash).exists() and path.stat().st_size == output.size_bytes
            return is_there and self._soundness.is_sound(output.hash, path)
        except OSError:  # gone, or on a part of the disk that cannot be read: the draft will do
            return False

    def find(self, artifact: ArtifactHash) -> Artifact:
        """Return an artifact of which the manifest and the right number of bytes are there.

        Raises: NotFound; ArtifactCorrupt, when manifest and file disagree.
        """
        if len(artifact) != HASH_LENGTH or not artifact.isalnum():
            raise NotFound("output", artifact[:80])
        try:
            output = decode(Output, self.manifest_path(artifact).read_bytes())
        except FileNotFoundError as gone:
            if self.condemned_path(artifact).exists():
                raise ArtifactCorrupt(artifact, OTHER_CONTENT) from gone
            raise NotFound("output", artifact, hint="It may have been collected; run its block again.") from gone
        except Undecodable as wrong:
            raise ArtifactCorrupt(artifact, "its manifest cannot be read") from wrong
        path = self.content_path(output)
        try:
            size_bytes = path.stat().st_size
        except FileNotFoundError as gone:
            raise ArtifactCorrupt(artifact, "its file is gone") from gone
        if size_bytes != output.size_bytes:
            raise ArtifactCorrupt(artifact, f"it has {size_bytes} bytes instead of {output.size_bytes}")
        return Artifact(output, path)

    def describe(self, artifact: ArtifactHash) -> Output:
        """Return what is known of an artifact. Raises: NotFound; ArtifactCorrupt."""
        return self.find(artifact).output

    def has(self, artifact: ArtifactHash) -> bool:
        """Say whether an artifact can be used, along with the pickle of what it was exactly, if it has one.

        A large one that nothing has touched is taken for what it was; claiming it reads it.
        """
        try:
            found = self.find(artifact)
            is_sound = self._soundness.is_sound(artifact, found.path, unread_over=SMALL_BYTES)
        except (NotFound, ArtifactCorrupt, OSError):
            return False
        if not is_sound:
            return False
        exact = found.output.exact
        return exact is None or self.has(exact.hash)

    def claim(self, artifact: ArtifactHash) -> bool:
        """Take an artifact up for use, so that no collection removes it soon; say whether it can be used.

        What was not made or read by this process is read now, every byte: a damaged one is condemned, never used.
        """
        try:
            with claiming(self.root):
                os.utime(self.manifest_path(artifact))
                found = self.find(artifact)
            if not self._soundness.is_sound(artifact, found.path):
                self._condemn(artifact)
                return False
        except (FileNotFoundError, NotFound, ArtifactCorrupt):
            return False
        except PermissionError:  # another account's: its own collections alone may remove it
            return self.has(artifact)
        exact = found.output.exact
        return exact is None or self.claim(exact.hash)

    def _condemn(self, artifact: ArtifactHash) -> None:
        """Take from a content that is not what its name says the manifest that vouches for it."""
        self.manifest_path(artifact).replace(self.condemned_path(artifact))

    def verify(self, artifact: ArtifactHash) -> None:
        """Read all of an artifact and compare its hash. Raises: NotFound; ArtifactCorrupt."""
        found = self.find(artifact)
        if hash_file(found.path) != artifact:
            raise ArtifactCorrupt(artifact, OTHER_CONTENT)

    def content_path(self, output: Output) -> Path:
        """Return where an output's content belongs."""
        return Path(f"{self.root}/{output.hash[:2]}/{output.hash}{SUFFIXES[output.kind]}")

    def manifest_path(self, artifact: ArtifactHash) -> Path:
        """Return where the manifest that vouches for a content belongs."""
        return Path(f"{self.root}/{artifact[:2]}/{artifact}.manifest.json")

    def condemned_path(self, artifact: ArtifactHash) -> Path:
        """Return where a manifest is that no longer vouches for anything; it counts only where there is no other."""
        return self.root / artifact[:2] / f"{artifact}.condemned"


def hash_file(path: Path) -> ArtifactHash:
    """Return the hash that names a file's content: XXH3 of 128 bits, in hexadecimal."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return ArtifactHash(digest.hexdigest())


def hash_bytes(content: bytes) -> ArtifactHash:
    """Return the hash that names some content."""
    return ArtifactHash(xxhash.xxh3_128_hexdigest(content))
