"""What becomes of an attempt that is stopped while it is being started, with no cluster."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.kit.fake_dask import FakeClient
from tests.kit.one_block import Heard, job_of

from flowstone.engine.dask_executor.executor import DaskExecutor
from flowstone.engine.dask_executor.messages import Ready
from flowstone.engine.dask_executor.versions import own_versions


async def turns(count: int = 50) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("is_taken_up", [True, False])
async def test_an_attempt_stopped_while_it_starts_is_ended_at_its_worker_at_once(
    tmp_path: Path, is_taken_up: bool
) -> None:
    """Nobody has the attempt yet who could stop it: a worker would go on with a block that nobody waits for."""
    client = FakeClient()

    async def connect(_address: str) -> FakeClient:
        return client

    executor = DaskExecutor("tcp://nowhere", connect=connect)
    job = job_of(tmp_path, "@loader\ndef b():\n    return 1\n")
    starting = asyncio.create_task(executor.start(job, Heard().observer))
    await client.has_submitted.wait()
    if is_taken_up:
        client.say(Ready(client.calls[0].attempt, "s1", "tcp://worker", own_versions()))
        await asyncio.sleep(0)

    starting.cancel()
    await turns()

    stops = [told for told in client.told if told[0] == "stop_attempt"]
    assert (starting.cancelled(), client.futures[0].is_cancelled) == (True, True)
    assert stops == ([("stop_attempt", "tcp://worker")] if is_taken_up else [])
    await executor.close()
