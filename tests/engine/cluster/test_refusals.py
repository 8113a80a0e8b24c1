"""What stands between a project and a cluster is said in words, with what to do about it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.cluster.conftest import Connect
from tests.kit.commands import flowstone, run, states
from tests.kit.dask_cluster import Cluster, certified, dask_cluster
from tests.kit.emulators import free_port
from tests.kit.one_block import Heard, job_of
from tests.kit.small_projects import write_three

from flowstone.engine.dask_executor.versions import compare_versions
from flowstone.errors.cluster import ExecutorUnknown, VersionMismatch
from flowstone.model.connections import ConnectionSettings
from flowstone.model.executor_address import scheduler_address

SECRET = "correct-horse-battery-staple"


@pytest.fixture
def otherwise_equipped(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster whose worker says that it has another pandas."""
    installed = tmp_path / "site" / "pandas-0.0.1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: pandas\nVersion: 0.0.1\n")
    with dask_cluster() as running:
        running.begin_worker("old", under=("env", f"PYTHONPATH={tmp_path / 'site'}"))
        running.wait_for("old")
        yield running


@pytest.mark.parametrize(
    ("executor", "scheduler"),
    [
        ("", None),
        ("local", None),
        ("dask://127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("dask://scheduler.example.org:8786/", "tcp://scheduler.example.org:8786"),
        ("dask://[::1]:8786", "tcp://[::1]:8786"),
        ("dask+tls://scheduler:8786", "tls://scheduler:8786"),
    ],
)
def test_an_executor_is_named_by_its_address(executor: str, scheduler: str | None) -> None:
    """One word on the command line decides where blocks run."""
    assert scheduler_address(executor) == scheduler


@pytest.mark.parametrize(
    "executor", ["dask", "dask://", "dask://host", "dask://host:0", "dask://host:99999", "ray://h:1"]
)
def test_an_address_that_names_nothing_is_refused(executor: str) -> None:
    """Else a misspelt cluster would mean this machine, or a long wait."""
    with pytest.raises(ExecutorUnknown):
        scheduler_address(executor)


def test_only_packages_that_both_have_must_agree() -> None:
    """A package that is missing on one machine stops only the blocks that import it."""
    ours = {"python": "3.11", "pandas": "3.1.1", "polars": "2.1.0"}

    compare_versions("w", {"python": "3.11", "pandas": "3.1.1"}, ours)
    with pytest.raises(VersionMismatch) as differs:
        compare_versions("w", {"python": "3.12", "pandas": "3.1.1"}, ours)

    assert differs.value.details["differences"] == {"python": ["3.11", "3.12"]}


def test_a_command_without_a_scheduler_says_where_it_looked(tmp_path: Path) -> None:
    """Whoever starts a run at night reads this in the morning."""
    address = f"dask://127.0.0.1:{free_port()}"

    done = flowstone("run", "line", "--project", str(write_three(tmp_path)), "--executor", address, "--json")

    error = json.loads(done.stdout)["blocks"][0]["error"]
    assert done.returncode == 1
    assert error["code"] == "cluster_unreachable"
    assert address.removeprefix("dask://") in error["message"]
    assert error["hint"]


def test_a_command_with_a_wrong_executor_is_wrong_use(tmp_path: Path) -> None:
    """Nothing has run, and nothing is in the history."""
    done = flowstone("run", "line", "--project", str(write_three(tmp_path)), "--executor", "dask://nowhere", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "executor_unknown"


@pytest.mark.parametrize(
    ("module", "key"), [("distributed", "executor: dask://127.0.0.1:1"), ("fsspec", "artifacts: s3://bucket/outputs")]
)
def test_a_missing_package_is_named_with_how_to_install_it(tmp_path: Path, module: str, key: str) -> None:
    """Clusters and buckets are extras: most installations lack them."""
    root = write_three(tmp_path)
    (root / "flowstone.yaml").write_text(f"name: small\n{key}\n")
    program = f"import sys; sys.modules[{module!r}] = None; from flowstone.cli.entry import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", program, "run", "line", "--project", str(root), "--json"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert "pip install 'flowstone[" in done.stdout
    assert "extra_missing" in done.stdout


async def test_a_worker_with_other_packages_gets_no_block(
    otherwise_equipped: Cluster, connect: Connect, tmp_path: Path
) -> None:
    """Another pandas may give another result, which would then count as fresh here."""
    job = job_of(tmp_path / "project", "@loader\ndef b():\n    return 1\n")

    outcome = await (await connect(otherwise_equipped).start(job, Heard().observer)).outcome()

    assert outcome.failure is not None
    assert outcome.failure.code == "version_mismatch"
    assert "pandas 0.0.1 instead of" in outcome.failure.message


def test_all_of_it_works_by_tls(tmp_path: Path) -> None:
    """Blocks get passwords through the scheduler: on a network that others use, only like this."""
    environment = certified(tmp_path)
    with dask_cluster("a", environment=environment) as running:
        address = running.address
        document = run(write_three(tmp_path / "three"), "line", "--executor", address, environment=environment)

    assert address.startswith("dask+tls://")
    assert states(document) == {"numbers": "done", "doubled": "done", "total": "done"}


async def test_secrets_are_in_no_log_and_in_nothing_that_the_scheduler_keeps(
    cluster: Cluster, connect: Connect, tmp_path: Path
) -> None:
    """Dask shows tasks on its dashboard, logs the arguments of what fails, and dumps its state for bug reports."""
    from distributed import Client

    settings = ConnectionSettings("warehouse", "nobody", {"password": SECRET}, str(tmp_path))
    text = """
        @loader
        def b(*, warehouse=connection("warehouse")):
            return 1
    """
    job = job_of(tmp_path / "project", text, connections=(settings,), sealing_key=SECRET)
    executor = connect(cluster)
    slow = job_of(tmp_path / "slow", "@loader\ndef b():\n    import time; time.sleep(600)\n", sealing_key=SECRET)
    running = await executor.start(slow, Heard().observer)

    outcome = await (await executor.start(job, Heard().observer)).outcome()
    async with Client(cluster.address.replace("dask://", "tcp://"), asynchronous=True) as client:
        await client.dump_cluster_state(str(tmp_path / "state"), format="yaml")

    assert outcome.failure is not None  # there is no such connector, which says that the settings have arrived
    assert outcome.failure.code == "connector_unknown"
    state = (tmp_path / "state.yaml").read_text()
    assert "line.b-" in state
    assert SECRET not in state
    assert all(SECRET not in cluster.log(name) for name in ("scheduler", "a", "b"))
    await running.stop()
