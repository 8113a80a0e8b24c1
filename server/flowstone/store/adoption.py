"""What workers hold is made artifacts, several at once, so that they share what a disk takes to be sure of them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.disk.publish import DRAFT_PREFIX, DRAFT_SUFFIX, NO_ROOM, open_folder
from flowstone.errors.store import DiskFull, OutputLost
from flowstone.model.ids import ArtifactHash
from flowstone.store.artifacts import Artifact, ArtifactStore
from flowstone.store.codec import encode
from flowstone.store.held import Held


class NotAdopted(Exception):  # an event for the driver, which makes a failure of the block of it
    """A held output could not be made an artifact; `__cause__` says why."""

    def __init__(self, artifact: ArtifactHash) -> None:
        super().__init__(artifact)
        self.artifact = artifact


def adopt_held(store: ArtifactStore, held: Held, artifacts: Iterable[ArtifactHash]) -> None:
    """Make what is held artifacts, each as `ArtifactStore.adopt` does; it stays held, for others may be reading it.

    In a power cut at any moment, a manifest that is there vouches for content that is there: the contents and
    their names are on the disk before the first manifest is written.
    Raises: NotAdopted, for the first that could not be, or is neither held nor there.
    """
    new = [found for artifact in dict.fromkeys(artifacts) if (found := _to_adopt(store, held, artifact))]
    for one in new:
        with _about(one.output.hash):
            _sync(one.path)
            reach("artifact.drafted")
            _place(one.path, store.content_path(one.output))
            store.vouch(one.output)
            reach("artifact.placed")
    _sync_folders(store, new)
    for one in new:
        with _about(one.output.hash):
            _write(store.manifest_path(one.output.hash), encode(one.output))
    _sync_folders(store, new)
    reach("artifact.adopted")


def _to_adopt(store: ArtifactStore, held: Held, artifact: ArtifactHash) -> Artifact | None:
    with _about(artifact):
        found = held.find(artifact)
        if found is None:
            if not store.claim(artifact):
                raise FileNotFoundError(artifact)
            return None
        return None if store.is_whole(found.output) and store.claim(artifact) else found


@contextmanager
def _about(artifact: ArtifactHash) -> Iterator[None]:
    """Say which output an error of the disk is about."""
    try:
        yield
    except FileNotFoundError as gone:
        raise NotAdopted(artifact) from OutputLost(artifact, str(gone))
    except OSError as wrong:
        raise NotAdopted(artifact) from (DiskFull("an output") if wrong.errno in NO_ROOM else wrong)
    except DiskFull as full:
        raise NotAdopted(artifact) from full


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(held: Path, path: Path) -> None:
    """Give content its name, and leave it the one it has, where the disk can; whatever stood there was not whole."""
    beside = _beside(path)
    try:
        _link(held, beside)
    except OSError as wrong:
        if wrong.errno in NO_ROOM or isinstance(wrong, FileNotFoundError):
            raise
        held.replace(path)  # a disk without links
        return
    beside.replace(path)


def _link(held: Path, beside: Path) -> None:
    try:
        os.link(held, beside)
    except FileNotFoundError:
        os.close(open_folder(beside.parent))
        os.link(held, beside)


def _write(path: Path, content: bytes) -> None:
    """Write a small file that is on the disk; its name is once its folder is synced."""
    beside = _beside(path)
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            left = memoryview(content)
            while left:  # a disk that is almost full takes a part, and fails only at the next
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _beside(path: Path) -> Path:
    return path.with_name(f"{DRAFT_PREFIX}{secrets.token_hex(8)}{DRAFT_SUFFIX}")


def _sync_folders(store: ArtifactStore, adopted: Sequence[Artifact]) -> None:
    folders = {store.content_path(one.output).parent: one.output.hash for one in adopted}
    for folder, artifact in folders.items():
        with _about(artifact):
            _sync(folder)
