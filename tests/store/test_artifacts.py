"""Outputs on disk: immutable, named by their content, and never used when damaged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifacts import Artifact, ArtifactStore, hash_bytes, hash_file


def stored(store: ArtifactStore, content: bytes = b"[1]") -> Artifact:
    draft = store.draft()
    draft.write_bytes(content)
    return store.adopt(draft, Output("output", OutputKind.JSON, hash_bytes(content), len(content)))


def test_what_is_stored_is_found_by_the_hash_of_its_content(tmp_path: Path) -> None:
    """The name vouches for the content: that is what makes reuse safe."""
    store = ArtifactStore(tmp_path)

    artifact = stored(store)

    assert store.find(artifact.output.hash) == artifact
    assert artifact.path.read_bytes() == b"[1]"
    assert hash_file(artifact.path) == artifact.output.hash


def test_the_same_content_is_kept_once_and_leaves_no_draft(tmp_path: Path) -> None:
    """A hundred runs of the same data must not cost a hundred copies."""
    store = ArtifactStore(tmp_path)

    first, second = stored(store), stored(store)

    assert first == second
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        f"{first.output.hash}.json",
        f"{first.output.hash}.manifest.json",
    ]


def test_an_artifact_cannot_be_written_to(tmp_path: Path) -> None:
    """Immutable means that even its owner has to ask for it."""
    artifact = stored(ArtifactStore(tmp_path))

    assert artifact.path.stat().st_mode & 0o222 == 0


def test_content_without_a_manifest_is_not_an_artifact(tmp_path: Path) -> None:
    """A crash between content and manifest leaves rubbish, never a half-known output."""
    store = ArtifactStore(tmp_path)
    artifact = stored(store)
    artifact.path.with_name(f"{artifact.output.hash}.manifest.json").unlink()

    with pytest.raises(NotFound):
        store.find(artifact.output.hash)
    assert stored(store) == artifact


@pytest.mark.parametrize("damage", ["cut short", "gone", "other bytes", "manifest torn"])
def test_a_damaged_artifact_is_named_and_never_used(tmp_path: Path, damage: str) -> None:
    """A wrong table that looks right is the worst that can happen."""
    store = ArtifactStore(tmp_path)
    artifact = stored(store)
    artifact.path.chmod(0o644)
    match damage:
        case "cut short":
            os.truncate(artifact.path, 1)
        case "gone":
            artifact.path.unlink()
        case "other bytes":
            artifact.path.write_bytes(b"[2]")
        case _:
            artifact.path.with_name(f"{artifact.output.hash}.manifest.json").write_text("{", encoding="utf-8")

    with pytest.raises(ArtifactCorrupt, match=artifact.output.hash):
        store.verify(artifact.output.hash)
    assert not store.has(artifact.output.hash)
    assert not store.claim(artifact.output.hash)


@pytest.mark.parametrize("damage", [b"[", b"[2]"])
def test_storing_again_mends_a_damaged_artifact(tmp_path: Path, damage: bytes) -> None:
    """Running the block again must be enough, also where the size is right and the content wrong."""
    store = ArtifactStore(tmp_path)
    artifact = stored(store)
    artifact.path.chmod(0o644)
    artifact.path.write_bytes(damage)

    stored(store)

    store.verify(artifact.output.hash)


@pytest.mark.parametrize("name", ["", "../../../etc/passwd", "0" * 32, "x" * 1000, "a/b"])
def test_a_name_that_is_no_hash_is_not_found(tmp_path: Path, name: str) -> None:
    """The name comes from a URL; it must not become a path."""
    with pytest.raises(NotFound):
        ArtifactStore(tmp_path).find(ArtifactHash(name))
