"""What a worker holds: found at once, an artifact when it is adopted, and never lost or half there."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.kit.small_disk import fill, free, small_disk

from flowstone.errors.store import DiskFull, NotFound, OutputLost
from flowstone.model.output import Output, OutputKind
from flowstone.store.adoption import NotAdopted, adopt_held
from flowstone.store.artifact_places import open_artifacts
from flowstone.store.artifacts import ArtifactStore, hash_bytes
from flowstone.store.held import Held, held_address


class Folder:
    """A store, what is held in it for this process, and a worker's view of both."""

    def __init__(self, root: Path) -> None:
        self.store = ArtifactStore(root)
        self.held = Held(root, owner=os.getpid())
        self.worker = open_artifacts(held_address(str(root), owner=os.getpid()))

    def hold(self, content: bytes) -> Output:
        output = Output("output", OutputKind.JSON, hash_bytes(content), size_bytes=len(content))
        draft = self.worker.draft()
        draft.write_bytes(content)
        self.worker.adopt(draft, output)
        return output


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "artifacts")


def test_what_is_held_is_found_by_workers_and_by_nobody_else(folder: Folder) -> None:
    """The next block reads it at once; a result that counts must be an artifact."""
    output = folder.hold(b"[1]")

    assert folder.worker.find(output.hash).path.read_bytes() == b"[1]"
    with pytest.raises(NotFound):
        folder.store.find(output.hash)


def test_what_is_adopted_is_an_artifact_and_can_still_be_read_where_it_was_held(folder: Folder) -> None:
    """A block that began before may open it a moment later."""
    outputs = [folder.hold(f"[{number}]".encode()) for number in range(9)]
    before = folder.worker.find(outputs[0].hash).path

    adopt_held(folder.store, folder.held, [output.hash for output in outputs])

    assert [folder.store.find(output.hash).output for output in outputs] == outputs
    assert before.read_bytes() == b"[0]"
    for output in outputs:
        folder.store.verify(output.hash)


def test_nothing_is_left_when_it_is_let_go(folder: Folder) -> None:
    """A run that holds what it made for ever fills the disk with names."""
    output = folder.hold(b"[1]")
    adopt_held(folder.store, folder.held, [output.hash])

    folder.held.forget([output.hash])

    assert list((folder.store.root / "drafts").iterdir()) == []
    assert folder.worker.find(output.hash).path.read_bytes() == b"[1]"


def test_adopting_again_changes_nothing(folder: Folder) -> None:
    """A run that was killed between its outputs and its ledger does so when it is resumed."""
    output = folder.hold(b"[1]")
    adopt_held(folder.store, folder.held, [output.hash])
    before = folder.store.find(output.hash).path.stat()

    adopt_held(folder.store, folder.held, [output.hash, output.hash])

    assert folder.store.find(output.hash).path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_damaged_artifact_is_mended_by_what_is_held(folder: Folder) -> None:
    """The same content again is the chance to mend it."""
    output = folder.hold(b"[1]")
    adopt_held(folder.store, folder.held, [output.hash])
    folder.held.forget([output.hash])
    path = folder.store.find(output.hash).path
    path.chmod(0o644)
    path.write_bytes(b"[2]")

    folder.hold(b"[1]")
    adopt_held(folder.store, folder.held, [output.hash])

    folder.store.verify(output.hash)


def test_what_was_removed_while_it_was_held_is_named(folder: Folder) -> None:
    """Somebody may tidy up a folder that is in use."""
    output = folder.hold(b"[1]")
    folder.held.forget([output.hash])

    with pytest.raises(NotAdopted) as refused:
        adopt_held(folder.store, folder.held, [output.hash])

    assert refused.value.artifact == output.hash
    assert isinstance(refused.value.__cause__, OutputLost)


def test_a_disk_that_fills_up_says_which_output_found_no_room(tmp_path: Path) -> None:
    """The block of that output has failed, and no other."""
    with small_disk(tmp_path / "disk", size_bytes=1 << 20) as disk:
        folder = Folder(disk / "artifacts")
        output = folder.hold(b"[1]")
        fill(disk)

        with pytest.raises(NotAdopted) as refused:
            adopt_held(folder.store, folder.held, [output.hash])
        free(disk)
        adopt_held(folder.store, folder.held, [output.hash])

        assert isinstance(refused.value.__cause__, DiskFull)
        folder.store.verify(output.hash)


def test_what_is_held_anew_while_it_is_adopted_is_not_lost(folder: Folder) -> None:
    """A block that hands on what it got makes the same content at the moment when it is adopted for the one before."""
    stop = Event()

    def again_and_again() -> None:
        while not stop.is_set():
            folder.hold(b"[1]")

    output = folder.hold(b"[1]")
    busy = Thread(target=again_and_again)
    busy.start()
    try:
        for _ in range(400):
            adopt_held(folder.store, folder.held, [output.hash])
            folder.store.manifest_path(output.hash).unlink()
    finally:
        stop.set()
        busy.join()

    adopt_held(folder.store, folder.held, [output.hash])
    folder.store.verify(output.hash)
