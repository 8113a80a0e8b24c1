"""Fixtures of the cluster's tests: one cluster for those that leave it as it was, and executors on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.kit.dask_cluster import Cluster, dask_cluster

from flowstone.engine.dask_executor.attempt import LOST_AFTER_S
from flowstone.engine.dask_executor.executor import DaskExecutor
from flowstone.engine.workbench import Workbench

ClusterOpener = Callable[[Path, Cluster], Awaitable[Workbench]]
Connect = Callable[..., DaskExecutor]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A scheduler and two workers, which a test leaves running."""
    with dask_cluster("a", "b") as running:
        yield running


@pytest.fixture
async def on_cluster() -> AsyncIterator[ClusterOpener]:
    """Open workbenches whose blocks run on a cluster."""
    async with AsyncExitStack() as stack:

        async def open_project(root: Path, cluster: Cluster) -> Workbench:
            bench = await Workbench.open(root, executor=cluster.address)
            stack.push_async_callback(bench.close)
            return bench

        yield open_project


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Make executors that are closed after the test."""
    async with AsyncExitStack() as stack:

        def on(cluster: Cluster, lost_after_s: float = LOST_AFTER_S) -> DaskExecutor:
            executor = DaskExecutor(cluster.address.replace("dask://", "tcp://"), lost_after_s=lost_after_s)
            stack.push_async_callback(executor.close)
            return executor

        yield on
