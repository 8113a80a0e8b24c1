"""A worker process seen from the server."""

from __future__ import annotations

import asyncio
import socket
import subprocess

import pytest

from flowstone.engine.control_groups import ControlGroups
from flowstone.engine.local_worker import Worker
from flowstone.engine.processes import Child
from flowstone.engine.watch import Watch


def a_stranger() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"])


async def test_a_worker_that_has_ended_is_not_interrupted() -> None:
    """Its number may be another process's by now, of the same user."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    ended.set_result(0)
    here, there = socket.socketpair()
    with here, there, a_stranger() as stranger:
        Worker(Child(stranger.pid, here, ended), Watch(), ControlGroups()).interrupt()

        with pytest.raises(subprocess.TimeoutExpired):
            stranger.wait(0.2)
        stranger.kill()
