"""What is taken up is not removed, and what is removed was not taken up: whoever is first."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flowstone.model.ids import ArtifactHash, RunId
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifacts import ArtifactStore, hash_bytes
from flowstone.store.codec import encode
from flowstone.store.reachable import Reachable
from flowstone.store.snapshots import take_snapshot
from flowstone.store.state import StateFolder
from flowstone.store.sweeping import Kind, everything, is_named, sweep

HOUR_S = 3_600.0


def keep(store: ArtifactStore, content: bytes) -> ArtifactHash:
    draft = store.draft()
    draft.write_bytes(content)
    output = Output("output", OutputKind.JSON, hash_bytes(content), len(content))
    store.adopt(draft, output)
    return output.hash


def place(store: ArtifactStore, content: bytes) -> ArtifactHash:
    """Put an artifact in its place, without waiting for the disk."""
    output = Output("output", OutputKind.JSON, hash_bytes(content), len(content))
    store.content_path(output).parent.mkdir(parents=True, exist_ok=True)
    store.content_path(output).write_bytes(content)
    store.manifest_path(output.hash).write_bytes(encode(output))
    return output.hash


def age(folder: Path) -> None:
    """Let everything have been written yesterday."""
    then = time.time() - 24 * HOUR_S
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


@pytest.mark.parametrize("seed", range(5))
def test_of_many_that_are_claimed_and_swept_at_once_none_is_both(tmp_path: Path, seed: int) -> None:
    """A run that was told that an output is there must find it there when it opens it."""
    state = StateFolder(tmp_path)
    state.create()
    store = ArtifactStore(state.artifacts)
    hashes = [place(store, b"%d" % number) for number in range(300)]
    age(state.artifacts)
    stored = everything(state, state.artifacts)
    order = random.Random(seed).sample(hashes, k=len(hashes))

    with ThreadPoolExecutor(2) as threads:
        claiming = threads.submit(lambda: {found for found in order if store.claim(found)})
        sweeping = threads.submit(lambda: [each.name for each in sweep(stored, untouched_since=time.time() - HOUR_S)])
        claimed, swept = claiming.result(), sweeping.result()

    assert claimed | set(swept) == set(hashes)
    assert not claimed & set(swept)
    assert {found for found in hashes if store.has(found)} == claimed
    assert len(stored) == len(hashes)


def test_content_that_is_made_again_while_it_may_go_is_there_afterwards(tmp_path: Path) -> None:
    """Adopting what is there already must not trust that it stays."""
    state = StateFolder(tmp_path)
    state.create()
    store = ArtifactStore(state.artifacts)
    found = keep(store, b"{}")
    age(state.artifacts)
    stored = everything(state, state.artifacts)

    keep(store, b"{}")
    swept = list(sweep(stored, untouched_since=time.time() - HOUR_S))

    assert (swept, store.has(found)) == ([], True)


def test_a_snapshot_that_is_taken_again_stays_and_one_that_nobody_takes_goes(tmp_path: Path) -> None:
    """A run must find the code that it was told it has."""
    state = StateFolder(tmp_path)
    state.create()
    (tmp_path / "a.py").write_text("A = 1\n")
    first = take_snapshot(tmp_path, state.snapshots)
    (tmp_path / "a.py").write_text("A = 2\n")
    second = take_snapshot(tmp_path, state.snapshots)
    age(state.snapshots)
    stored = everything(state, state.artifacts)

    again = take_snapshot(tmp_path, state.snapshots)
    swept = list(sweep(stored, untouched_since=time.time() - HOUR_S))

    assert again == second
    assert [(each.kind, each.name) for each in swept] == [(Kind.SNAPSHOT, first.id)]
    assert [path.name for path in state.snapshots.iterdir()] == [second.id]


def test_what_the_ledger_names_is_told_from_what_it_does_not(tmp_path: Path) -> None:
    """Each kind by its own names: a run may be called like a snapshot."""
    state = StateFolder(tmp_path)
    state.create()
    store = ArtifactStore(state.artifacts)
    named, other = keep(store, b"1"), keep(store, b"2")
    for folder in (state.logs / "r1", state.logs / "r2", state.snapshots / "r2", state.snapshots / "s1"):
        folder.mkdir(parents=True)
    names = Reachable(frozenset({RunId("r1")}), frozenset({"s1"}), frozenset({named}))

    found = {(each.kind, each.name): is_named(each, names) for each in everything(state, state.artifacts)}

    assert found == {
        (Kind.OUTPUT, named): True,
        (Kind.OUTPUT, other): False,
        (Kind.LOG, "r1"): True,
        (Kind.LOG, "r2"): False,
        (Kind.SNAPSHOT, "r2"): False,
        (Kind.SNAPSHOT, "s1"): True,
    }


def test_strange_files_and_links_are_left_alone(tmp_path: Path) -> None:
    """What we did not put there is not ours to remove."""
    state = StateFolder(tmp_path / "project")
    (tmp_path / "project").mkdir()
    state.create()
    (state.artifacts / "ab").mkdir(parents=True)
    (state.artifacts / "ab" / "notes.txt").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    state.logs.mkdir()
    (state.logs / "link").symlink_to(tmp_path / "elsewhere")

    assert everything(state, state.artifacts) == ()
