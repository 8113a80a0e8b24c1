"""Outputs in a bucket: whole or not there, copied to this machine once, and never used when they are damaged."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from tests.kit.emulators import GcsEmulator, free_port

from flowstone.errors.cluster import ExtraMissing, StoreAddressInvalid, StoreUnreachable
from flowstone.errors.store import ArtifactCorrupt, NotFound
from flowstone.model.ids import ArtifactHash
from flowstone.model.output import Output, OutputKind
from flowstone.store.artifacts import ArtifactStore, hash_bytes
from flowstone.store.places import FolderPlace, Place, UrlPlace, checked_address, place_at
from flowstone.store.remote_artifacts import RemoteArtifacts

TEXT = b'{"n":[1,2,3]}'


@pytest.fixture(params=["bucket", "folder", "files"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    """A bucket, a shared folder, and a store where files are put aside and renamed."""
    if request.param == "folder":
        return FolderPlace(tmp_path / "shared")
    if request.param == "files":
        return UrlPlace(f"file://{tmp_path}/by-url")
    emulator: GcsEmulator = request.getfixturevalue("gcs")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.endpoint)
    return place_at(f"gs://{emulator.make_bucket()}/some/prefix")


def kept(store: RemoteArtifacts, content: bytes = TEXT) -> Output:
    """Store some JSON."""
    draft = store.draft()
    draft.write_bytes(content)
    output = Output("output", OutputKind.JSON, hash_bytes(content), len(content))
    store.adopt(draft, output)
    return output


class Counting:
    """A place that counts what passes."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.put_paths: list[str] = []
        self.fetched_paths: list[str] = []

    def size(self, path: str) -> int | None:
        return self._place.size(path)

    def put(self, source: Path, path: str) -> None:
        self.put_paths.append(path)
        self._place.put(source, path)

    def fetch(self, path: str, target: Path) -> None:
        self.fetched_paths.append(path)
        self._place.fetch(path, target)


def test_what_one_machine_stored_another_opens(place: Place, tmp_path: Path) -> None:
    """That is what a store elsewhere is for."""
    here, there = RemoteArtifacts(place, tmp_path / "here"), RemoteArtifacts(place, tmp_path / "there")

    output = kept(here)

    assert there.has(output.hash)
    assert there.describe(output.hash) == output
    assert there.find(output.hash).path.read_bytes() == TEXT


def test_content_travels_once_each_way_and_its_manifest_last(place: Place, tmp_path: Path) -> None:
    """Moving what is there already would cost more than making it."""
    counting = Counting(place)
    here, there = RemoteArtifacts(counting, tmp_path / "here"), RemoteArtifacts(counting, tmp_path / "there")

    output = kept(here)
    kept(here)
    for _ in range(3):
        there.find(output.hash)

    assert [Path(path).name for path in counting.put_paths] == [f"{output.hash}.json", f"{output.hash}.manifest.json"]
    assert sum(path.endswith(f"{output.hash}.json") for path in counting.fetched_paths) == 1


def test_content_without_a_manifest_is_no_artifact(place: Place, tmp_path: Path) -> None:
    """A machine that died between the two has stored nothing."""
    store = RemoteArtifacts(place, tmp_path / "here")
    source = tmp_path / "content"
    source.write_bytes(TEXT)
    artifact = hash_bytes(TEXT)
    place.put(source, f"{artifact[:2]}/{artifact}.json")

    assert not store.has(artifact)
    with pytest.raises(NotFound):
        store.find(artifact)

    assert kept(store).hash == artifact
    assert RemoteArtifacts(place, tmp_path / "there").find(artifact).path.read_bytes() == TEXT


@pytest.mark.parametrize("damage", [b'{"n":[1,2,4]}', b"", b"more than there was before"])
def test_content_that_is_not_what_its_name_says_is_not_used(place: Place, tmp_path: Path, damage: bytes) -> None:
    """Whatever happened to it, the block is to run again rather than read it."""
    output = kept(RemoteArtifacts(place, tmp_path / "here"))
    source = tmp_path / "damage"
    source.write_bytes(damage)
    place.put(source, f"{output.hash[:2]}/{output.hash}.json")
    there = RemoteArtifacts(place, tmp_path / "there")

    with pytest.raises(ArtifactCorrupt, match=output.hash):
        there.find(output.hash)

    with pytest.raises(ArtifactCorrupt):
        there.verify(output.hash)
    assert not list((tmp_path / "there").rglob(f"*{output.hash}*"))


def test_an_artifact_that_nobody_stored_is_not_found(place: Place, tmp_path: Path) -> None:
    """It is no trouble of the store."""
    store = RemoteArtifacts(place, tmp_path / "here")

    for name in (hash_bytes(b"other"), "../../etc/passwd", ""):
        assert not store.has(ArtifactHash(name))
        with pytest.raises(NotFound):
            store.describe(ArtifactHash(name))


def test_a_bucket_that_is_not_there_is_said_to_be_so(
    gcs: GcsEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is written by hand, and misspelt."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.endpoint)
    store = RemoteArtifacts(place_at(f"gs://nobody-{uuid.uuid4().hex}/x"), tmp_path / "here")

    with pytest.raises(StoreUnreachable, match="there is no such bucket"):
        kept(store)


def test_a_store_of_a_kind_that_is_not_installed_is_named() -> None:
    """S3 and Azure need packages of their own."""
    with pytest.raises(ExtraMissing):
        place_at("s3://bucket/prefix").size("x")
    with pytest.raises(StoreUnreachable):
        place_at(f"nothing-{free_port()}://bucket/prefix").size("x")


def test_an_address_is_a_folder_or_a_url_without_a_password(tmp_path: Path) -> None:
    """What is in an address is seen in process lists and logs."""
    assert checked_address("../outputs", beneath=tmp_path / "project") == str(tmp_path.resolve() / "outputs")
    assert checked_address("gs://bucket/prefix/", beneath=tmp_path) == "gs://bucket/prefix"
    assert checked_address("file:///mnt/share", beneath=tmp_path) == "/mnt/share"
    with pytest.raises(StoreAddressInvalid) as refused:
        checked_address("ftp://me:secret-word@host/x", beneath=tmp_path)

    assert "secret-word" not in refused.value.message


def test_copies_of_what_lies_elsewhere_are_not_the_store_itself(tmp_path: Path) -> None:
    """A collection, the doctor and a run's history would take a cache for all that there is."""
    elsewhere = RemoteArtifacts(FolderPlace(tmp_path / "shared"), tmp_path / "cache")

    assert not elsewhere.is_local
    assert ArtifactStore(tmp_path / "artifacts").is_local


def test_a_copy_that_was_damaged_on_this_machine_is_fetched_again(place: Place, tmp_path: Path) -> None:
    """A copy of yesterday lies on this machine's disk, which is not always what was written to it."""
    output = kept(RemoteArtifacts(place, tmp_path / "here"))
    copy = RemoteArtifacts(place, tmp_path / "there").find(output.hash).path
    copy.chmod(0o600)
    copy.write_bytes(b"x" * len(TEXT))

    found = RemoteArtifacts(place, tmp_path / "there").find(output.hash)

    assert found.path.read_bytes() == TEXT
