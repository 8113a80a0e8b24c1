"""The project flights, run by the same command on a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kit.commands import receipts, run, states
from tests.kit.dask_cluster import Cluster, dask_cluster
from tests.kit.small_projects import write_three
from tests.projects.conftest import copied


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler and two workers."""
    with dask_cluster("a", "b") as running:
        yield running


def hashes(document: dict[str, Any]) -> dict[str, list[str]]:
    return {block["id"]: [output["hash"] for output in block["outputs"]] for block in document["blocks"]}


def test_the_whole_pipeline_gives_the_same_outputs_and_writes_the_same(
    flights: Path, tmp_path: Path, cluster: Cluster
) -> None:
    """A cluster is a matter of speed, never of results."""
    (tmp_path / "there").mkdir()
    elsewhere = copied("flights", tmp_path / "there")

    here = run(flights, "delays")
    there = run(elsewhere, "delays", "--executor", cluster.address)

    assert states(there) == states(here)
    assert hashes(there) == hashes(here)
    assert {block: [one["rows"] for one in found] for block, found in receipts(there).items()} == {
        block: [one["rows"] for one in found] for block, found in receipts(here).items()
    }


def test_a_project_names_its_cluster_and_a_command_may_still_run_here(tmp_path: Path, cluster: Cluster) -> None:
    """What runs every night on the cluster is tried out on a desk."""
    root = write_three(tmp_path)
    (root / "flowstone.yaml").write_text("name: small\nexecutor: ${env:SMALL_EXECUTOR:-}\n")

    there = run(root, "line", environment={"SMALL_EXECUTOR": cluster.address})
    here = run(root, "line", "--executor", "local", environment={"SMALL_EXECUTOR": "dask://127.0.0.1:1"})

    assert hashes(there) == hashes(here)
    assert states(here) == {"numbers": "done", "doubled": "reused", "total": "reused"}
    assert "give_order" in cluster.log("a") + cluster.log("b")
