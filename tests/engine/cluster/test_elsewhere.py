"""Workers that see nothing of this machine: code, inputs and outputs go through a bucket."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.cluster.conftest import ClusterOpener, Connect
from tests.engine.cluster.test_losses import hashes
from tests.engine.conftest import Opener
from tests.kit.commands import flowstone, run
from tests.kit.commands import states as states_of
from tests.kit.dask_cluster import Cluster, dask_cluster
from tests.kit.emulators import ALOUD, GcsEmulator
from tests.kit.one_block import Heard, job_of
from tests.kit.small_projects import replace_in, write, write_three
from tests.kit.small_runs import failure_of, rows, run_line, states

from flowstone.disk.failpoints import VARIABLE
from flowstone.model.connections import ConnectionSettings
from flowstone.model.ids import BlockId
from flowstone.model.run import Reuse

ALONE = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"')
"""Runs a command that sees an empty folder where its first argument is."""


@pytest.fixture(scope="module")
def secluded(tmp_path_factory: pytest.TempPathFactory, gcs: GcsEmulator) -> Iterator[tuple[Cluster, Path]]:
    """A cluster whose one worker sees nothing of a folder, and that folder."""
    folder = tmp_path_factory.mktemp("mine")
    if os.system(" ".join((*ALONE[:-1], "true"))) != 0:
        pytest.skip(f"{ALOUD}a worker that sees no project folder needs mount namespaces, which are not allowed")
    with dask_cluster(environment={"STORAGE_EMULATOR_HOST": gcs.endpoint}) as running:
        running.begin_worker("far", under=(*ALONE, str(folder)))
        running.wait_for("far")
        yield running, folder


def in_bucket(root: Path, gcs: GcsEmulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let a project keep its outputs in a new bucket, and this process find it."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.endpoint)
    monkeypatch.setenv("FLOWSTONE_CACHE", str(root.parent / f"{root.name}-cache"))
    bucket = gcs.make_bucket()
    write(root, "flowstone.yaml", f"name: small\nartifacts: gs://{bucket}/outputs\n")
    return bucket


async def test_a_pipeline_runs_where_the_project_is_not(
    secluded: tuple[Cluster, Path],
    on_cluster: ClusterOpener,
    opened: Opener,
    gcs: GcsEmulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Same files, same results: modules of the project and inputs of upstream blocks included."""
    cluster, folder = secluded
    root = write_three(folder / "three")
    bucket = in_bucket(root, gcs, monkeypatch)
    bench = await on_cluster(root, cluster)

    there = await run_line(bench)
    again = await run_line(bench)

    here = await run_line(await opened(write_three(tmp_path / "here")))
    assert states(there) == {"numbers": "done", "doubled": "done", "total": "done"}
    assert states(again) == {"numbers": "reused", "doubled": "reused", "total": "reused"}
    assert [hashes(there, block) for block in states(there)] == [hashes(here, block) for block in states(here)]
    assert await rows(bench, there, "total") == [{"total": 6}]
    assert [line.text for line in (await bench.logs(there.id, BlockId("numbers"))).lines] == ["loading 3"]
    names = {blob.name.rpartition(".")[2] for blob in gcs.client().list_blobs(bucket)}
    assert names == {"arrow", "json", "zip"}
    assert not list((root / ".flowstone").glob("artifacts/*/*"))


async def test_edited_code_reaches_the_workers(
    secluded: tuple[Cluster, Path], on_cluster: ClusterOpener, gcs: GcsEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that kept yesterday's module would give yesterday's numbers."""
    cluster, folder = secluded
    root = write_three(folder / "edited")
    in_bucket(root, gcs, monkeypatch)
    bench = await on_cluster(root, cluster)
    await run_line(bench)

    replace_in(root, "lib/rate.py", "RATE = 2", "RATE = 5")

    assert await rows(bench, await run_line(bench), "total") == [{"total": 15}]


async def test_a_folder_that_the_worker_does_not_see_is_named(secluded: tuple[Cluster, Path], connect: Connect) -> None:
    """Else each worker would quietly write outputs to a disk of its own."""
    cluster, folder = secluded
    job = job_of(folder / "unshared", "@loader\ndef b():\n    return 1\n")

    outcome = await (await connect(cluster).start(job, Heard().observer)).outcome()

    assert outcome.failure is not None
    assert outcome.failure.code == "not_shared"
    assert job.artifacts in outcome.failure.message


async def test_a_warehouse_in_a_file_that_the_worker_does_not_see_is_refused(
    secluded: tuple[Cluster, Path], connect: Connect, gcs: GcsEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table would be written, and lost with the worker."""
    cluster, folder = secluded
    root = folder / "warehouse"
    bucket = in_bucket(root, gcs, monkeypatch)
    text = """
        @exporter
        def b(*, warehouse=connection("warehouse")):
            warehouse.write(pd.DataFrame({"n": [1]}), "t")
    """
    settings = ConnectionSettings("warehouse", "duckdb", {"path": "w.duckdb"}, str(root))
    job = job_of(root, text, artifacts=f"gs://{bucket}/outputs", connections=(settings,))

    outcome = await (await connect(cluster).start(job, Heard().observer)).outcome()

    assert outcome.failure is not None
    assert outcome.failure.code == "not_shared"
    assert "'warehouse'" in outcome.failure.message


async def test_local_workers_use_the_bucket_as_well(
    opened: Opener, gcs: GcsEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where outputs lie and where blocks run are two questions."""
    root = write_three(tmp_path / "three")
    in_bucket(root, gcs, monkeypatch)
    bench = await opened(root)

    record = await run_line(bench)

    assert await rows(bench, record, "total") == [{"total": 6}]
    assert states(await run_line(bench)) == {"numbers": "reused", "doubled": "reused", "total": "reused"}


def test_a_worker_killed_on_the_way_to_the_bucket_leaves_nothing_that_counts(
    gcs: GcsEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine would read it, and has no other way to know."""
    root = write_three(tmp_path / "three")
    bucket = in_bucket(root, gcs, monkeypatch)

    killed = flowstone("run", "line", "--project", str(root), "--json", environment={VARIABLE: "remote.placed"})
    left = [blob.name for blob in gcs.client().list_blobs(bucket)]
    monkeypatch.setenv("FLOWSTONE_CACHE", str(tmp_path / "another-machine"))
    again = run(root, "line")

    failed = json.loads(killed.stdout)["blocks"][0]
    assert (killed.returncode, failed["error"]["code"]) == (1, "worker_lost")
    assert [name.rpartition(".")[2] for name in left] == ["arrow"]
    assert states_of(again) == {"numbers": "done", "doubled": "done", "total": "done"}


async def test_a_damaged_object_is_named_and_its_block_runs_again(
    opened: Opener, gcs: GcsEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong bytes under a right name must reach no block."""
    root = write_three(tmp_path / "three")
    bucket = in_bucket(root, gcs, monkeypatch)
    first = await run_line(await opened(root))
    damaged = hashes(first, "doubled")[0]
    blob = gcs.client().bucket(bucket).blob(f"outputs/{damaged[:2]}/{damaged}.arrow")
    content = bytearray(blob.download_as_bytes())
    content[len(content) // 2] ^= 1
    blob.upload_from_string(bytes(content))
    monkeypatch.setenv("FLOWSTONE_CACHE", str(tmp_path / "another-machine"))

    bench = await opened(root)
    failed = await run_line(bench, blocks=(BlockId("total"),), only=True)
    mended = await run_line(bench, reuse=Reuse.NEVER)

    assert failure_of(failed, "total").code == "artifact_corrupt"
    assert damaged in failure_of(failed, "total").message
    assert states(mended) == {"numbers": "done", "doubled": "done", "total": "done"}
    assert await rows(bench, mended, "total") == [{"total": 6}]
