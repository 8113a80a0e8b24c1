"""Flowstone's part of a Dask worker: a warm process that blocks are forked from, there as long as the worker is."""

from __future__ import annotations

from typing import Any

from distributed import Worker, WorkerPlugin

from flowstone.engine.dask_executor.tasks import PLUGIN


class FlowstonePlugin(WorkerPlugin):  # type: ignore[misc]
    """Starts and ends a worker's host. It is sent, empty, to every worker, those that join later too."""

    name = PLUGIN
    idempotent = True

    def __init__(self) -> None:
        self.host: Any = None

    async def setup(self, worker: Worker) -> None:
        """Begin, in a worker that is starting. Raises: ExecutorUnavailable."""
        from flowstone.engine.dask_executor.host import Host

        self.host = Host(
            say=worker.log_event,
            is_wanted=lambda key: _is_wanted(worker, key),
            worker=worker.address,
            width=worker.state.nthreads,
        )
        await self.host.start()

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - the interface's
        """End every block, in a worker that is ending."""
        if self.host is not None:
            await self.host.close()


def _is_wanted(worker: Worker, key: str) -> bool:
    """Say whether somebody still waits for a task: a task whose client is gone, or has let go of it, is cancelled."""
    task = worker.state.tasks.get(key)
    return task is not None and task.state not in ("cancelled", "released", "forgotten")
