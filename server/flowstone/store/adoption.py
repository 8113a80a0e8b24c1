"""What workers hold is made artifacts, several at once, so that they share what a disk takes to be sure of them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from flowstone.disk.failpoints import reach
from flowstone.disk.publish import DRAFT_PREFIX, DRAFT_SUFFIX, NO_ROOM, open_folder
from flowstone.errors.store import DiskFull, OutputLost
from flowstone.model.ids import ArtifactHash
from flowstone.store.artifacts import Artifact, ArtifactStore
from flowstone.store.codec import encode
from flowstone.store.held import Held

FEW = 4
AT_A_TIME = 4
"""So many syncs wait for a disk together; more gain nothing, and fewer than a FEW gain less than threads cost."""
LINK_TRIES = 100


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
    _sync_all([(one.output.hash, one.path) for one in new])
    for one in new:
        with _about(one.output.hash):
            reach("artifact.drafted")
            _place(one.path, store.content_path(one.output))
            store.vouch(one.output)
            reach("artifact.placed")
    _sync_folders(store, new)
    _write_manifests(store, new)
    _sync_folders(store, new)
    reach("artifact.adopted")


def _write_manifests(store: ArtifactStore, new: Sequence[Artifact]) -> None:
    """Write what vouches for contents; the files are on the disk, and their names when their folders are synced."""
    drafts = [(one.output.hash, _beside(store.manifest_path(one.output.hash))) for one in new]
    try:
        for one, (artifact, draft) in zip(new, drafts, strict=True):
            with _about(artifact):
                draft.write_bytes(encode(one.output))
        _sync_all(drafts)
        for artifact, draft in drafts:
            with _about(artifact):
                draft.replace(store.manifest_path(artifact))
    finally:
        for _, draft in drafts:
            draft.unlink(missing_ok=True)


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


def _sync_all(files: Sequence[tuple[ArtifactHash, Path]]) -> None:
    """Sync several files, some at a time: a disk makes sure of them together."""
    if len(files) < FEW:
        for artifact, path in files:
            with _about(artifact):
                _sync(path)
        return
    with ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix="sync") as threads:
        synced = [(artifact, threads.submit(_sync, path)) for artifact, path in files]
        for artifact, done in synced:
            with _about(artifact):
                done.result()


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
    """Give what is held a second name. Raises: FileNotFoundError, when it is gone; OSError.

    The kernel finds the file and then links it. When a worker has put the same content there anew in between, it
    says that there is none, though there always is. Source: Linux, fs/namei.c, vfs_link: a file without names.
    """
    for _ in range(LINK_TRIES):
        try:
            os.link(held, beside)
        except FileNotFoundError:
            if not held.exists():
                raise
            os.close(open_folder(beside.parent))
        else:
            return
    os.link(held, beside)


def _beside(path: Path) -> Path:
    return path.with_name(f"{DRAFT_PREFIX}{secrets.token_hex(8)}{DRAFT_SUFFIX}")


def _sync_folders(store: ArtifactStore, adopted: Sequence[Artifact]) -> None:
    folders = {store.content_path(one.output).parent: one.output.hash for one in adopted}
    _sync_all([(artifact, folder) for folder, artifact in folders.items()])
