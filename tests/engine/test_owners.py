"""Whether the process that owns a run is still there."""

from __future__ import annotations

import os
import socket
import subprocess

import psutil
import pytest

from flowstone.engine.owners import is_alive, this_process


def test_this_process_is_alive() -> None:
    """A command beside a server must not write the server's runs off."""
    assert is_alive(this_process())


@pytest.mark.parametrize("owner", ["{host}/{gone}@1-1", "{host}/{here}@1-1", "{host}/x@1", "{host}/", ""])
def test_a_process_that_is_gone_is_not_alive_though_its_number_is_used_again(owner: str) -> None:
    """Numbers of processes come round; a run must not hang on a stranger."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    named = owner.format(host=socket.gethostname(), gone=gone.pid, here=os.getpid())

    assert is_alive(named) == (not named)


def test_of_another_machine_nothing_can_be_told() -> None:
    """Two machines may share a folder, and neither sees the other's processes."""
    assert is_alive("elsewhere/1@1-1")


def test_a_processs_name_does_not_depend_on_the_clock() -> None:
    """A clock that is set while a run goes on must not end it."""
    assert f"{psutil.Process().create_time():.2f}" not in this_process()
    assert this_process() == this_process()
