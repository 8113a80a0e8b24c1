"""From an executor's address to the executor."""

from __future__ import annotations

import os

from flowstone.engine.executor import Executor
from flowstone.engine.local import LocalExecutor
from flowstone.engine.processes import Forkserver
from flowstone.model.executor_address import scheduler_address


def executor_at(address: str, forkserver: Forkserver) -> Executor:
    """Return the executor that an address names: this machine's workers, or a Dask cluster. Raises: ExecutorUnknown."""
    scheduler = scheduler_address(address)
    if scheduler is None:
        return LocalExecutor(forkserver, width=max(2, os.cpu_count() or 2))
    from flowstone.engine.dask_executor.executor import DaskExecutor

    return DaskExecutor(scheduler)
