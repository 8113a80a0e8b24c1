"""The project flights, run by the same command on a Dask cluster."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.kit.commands import receipts, run, states
from tests.kit.dask_cluster import Cluster, dask_cluster
from tests.kit.small_projects import write_three
from tests.projects.conftest import copied


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A scheduler and two workers."""
    with dask_cluster("a", "b") as running:
        yield running


def hashes(document: dict[str, Any]) -> dict[str, list[str]]:
    return {block["id"]: [output["hash"] for output in block["outputs"]] for block in document["blocks"]}


def rows_written(document: dict[str, Any]) -> dict[str, list[int]]:
    return {block: [one["rows"] for one in found] for block, found in receipts(document).items()}


def wait_for_a_block_on(cluster: Cluster, worker: str) -> None:
    """Wait until a process of a block lives below the warm one of a worker."""
    deadline = time.monotonic() + 60
    while len(psutil.Process(cluster.workers[worker].pid).children(recursive=True)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_worker_killed_in_the_middle_changes_nothing_of_what_comes_out(
    flights: Path, tmp_path: Path, cluster: Cluster
) -> None:
    """A cluster is a matter of speed, never of results."""
    (tmp_path / "there").mkdir()
    elsewhere = copied("flights", tmp_path / "there")
    program = str(Path(sys.executable).with_name("flowstone"))
    command = [program, "run", "delays", "--project", str(elsewhere), "--executor", cluster.address, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as going:
        wait_for_a_block_on(cluster, "a")  # a loader: nothing else can have begun
        cluster.kill("a")
        there = json.loads(going.communicate(timeout=120)[0])

    here = run(flights, "delays")

    assert states(there) == states(here)
    assert hashes(there) == hashes(here)
    assert rows_written(there) == rows_written(here)


def test_a_project_names_its_cluster_and_a_command_may_still_run_here(tmp_path: Path, cluster: Cluster) -> None:
    """What runs every night on the cluster is tried out on a desk."""
    root = write_three(tmp_path)
    (root / "flowstone.yaml").write_text("name: small\nexecutor: ${env:SMALL_EXECUTOR:-}\n")

    there = run(root, "line", environment={"SMALL_EXECUTOR": cluster.address})
    here = run(root, "line", "--executor", "local", environment={"SMALL_EXECUTOR": "dask://127.0.0.1:1"})

    assert hashes(there) == hashes(here)
    assert states(here) == {"numbers": "done", "doubled": "reused", "total": "reused"}
    assert "give_order" in cluster.log("a") + cluster.log("b")
