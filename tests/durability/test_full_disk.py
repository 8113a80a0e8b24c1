"""Promise 11: a full disk means a clear error, nothing lost, and recovery by itself once there is room."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kit.commands import flowstone
from tests.kit.health import broken
from tests.kit.killed_projects import SAVED, run_states, version, write_killed
from tests.kit.served_project import ServedProject
from tests.kit.small_disk import fill, free, small_disk

from flowstone.errors.store import DiskFull
from flowstone.store.texts import read_text, save_text

MIB = 1 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", size_bytes=12 * MIB) as mounted:
        yield mounted


def test_a_save_on_a_full_disk_says_so_and_leaves_the_text(disk: Path) -> None:
    """Truncating first and writing then is how editors lose files to full disks."""
    write_killed(disk / "p")
    before = read_text(disk / "p", SAVED)

    fill(disk)
    with pytest.raises(DiskFull, match=r"saved\.py"):
        save_text(disk / "p", SAVED, version(1) * 4, if_match=before.etag)

    assert read_text(disk / "p", SAVED) == before
    assert broken(disk / "p") == []
    free(disk)
    assert save_text(disk / "p", SAVED, version(1) * 4, if_match=before.etag).text == version(1) * 4


def test_a_server_on_a_full_disk_says_so_and_goes_on_when_there_is_room(disk: Path) -> None:
    """It must neither die nor stay broken: nobody is there at night to start it again."""
    root = write_killed(disk / "p")
    with ServedProject(root) as server:
        server.start_run("before")
        assert server.ended("before")["state"] == "done"
        text, etag = server.read(SAVED)

        fill(disk)
        refused = server.save(SAVED, version(1), etag)
        started = server.start_run("full")
        full = server.ended("full") if started.status_code < 300 else started.json()

        assert refused.status_code == 507, refused.text
        assert refused.json()["error"]["code"] == "disk_full"
        assert server.read(SAVED) == (text, etag)
        assert "disk_full" in json.dumps(full), full
        assert "No room is left" in json.dumps(full), full

        free(disk)
        assert server.save(SAVED, version(1), etag).status_code == 200
        server.start_run("after")
        assert server.ended("after")["state"] == "done"
        assert server.ended("before")["state"] == "done"
        assert broken(root, deep=True) == []
    assert run_states(root)["after"] == "done"


def test_a_run_that_finds_the_disk_full_anywhere_fails_clearly_and_can_be_run_again(disk: Path) -> None:
    """With each amount of room another step is the one that finds none: the snapshot, an output, the ledger."""
    root = write_killed(disk / "p")
    assert flowstone("run", "line", "--project", str(root)).returncode == 0
    chance = random.Random(12)
    said = []
    for _ in range(7):
        (root / SAVED).write_text(version(chance.randrange(1_000_000)))  # so that there is a snapshot to take
        fill(disk, leaving_bytes=chance.randrange(0, 500_000))
        ended = flowstone("run", "line", "--all", "--project", str(root))
        free(disk)
        said.append(ended.returncode)
        if ended.returncode:
            assert "No room is left" in ended.stderr or "No space left" in ended.stderr, ended.stderr
            assert "Traceback" not in ended.stderr
        assert broken(root) == []
    again = flowstone("run", "line", "--all", "--project", str(root))

    assert again.returncode == 0, again.stderr
    assert broken(root, deep=True) == []
    assert "running" not in run_states(root).values()
    assert any(said), "the disk was never full"
