"""Whether the process that owns a run is still there."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from flowstone.engine.owners import is_alive, this_process
from flowstone.store.drafts import this_machine
from flowstone.store.leases import FORGOTTEN_AFTER_S, OLD_AFTER_S, Leases

ELSEWHERE = "0123abcd/1@1-1"


@pytest.fixture
def leases(tmp_path: Path) -> Leases:
    return Leases(tmp_path / "owners")


@pytest.fixture
def zombie() -> Iterator[str]:
    """The name of a process that was killed, and whose parent has not looked."""
    with subprocess.Popen(["sleep", "60"]) as process:
        here, began = this_process().rpartition("/")[0], psutil.Process(process.pid)
        started = Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2].split()[19]
        boot = this_process().partition("@")[2].partition("-")[0]
        process.kill()
        while began.status() != psutil.STATUS_ZOMBIE:
            os.sched_yield()
        yield f"{here}/{process.pid}@{boot}-{started}"


def test_this_process_is_alive(leases: Leases) -> None:
    """A command beside a server must not write the server's runs off."""
    assert is_alive(this_process(), leases)


@pytest.mark.parametrize("owner", ["{here}/{gone}@1-1", "{here}/{me}@1-1", "{here}/x@1", "{here}/", ""])
def test_a_process_that_is_gone_is_not_alive_though_its_number_is_used_again(owner: str, leases: Leases) -> None:
    """Numbers of processes come round; a run must not hang on a stranger."""
    gone = subprocess.Popen(["true"])
    gone.wait()

    assert not is_alive(owner.format(here=this_machine(), gone=gone.pid, me=os.getpid()), leases)


def test_a_process_that_has_ended_is_gone_whether_or_not_its_parent_has_looked(zombie: str, leases: Leases) -> None:
    """In a container without an init nobody ever looks, and the run would go on for ever."""
    assert not is_alive(zombie, leases)


def test_of_another_machine_a_process_is_alive_as_long_as_it_renews_its_lease(leases: Leases, tmp_path: Path) -> None:
    """A container that was begun anew has another name, and the runs of the one before must end some day."""
    never = is_alive(ELSEWHERE, leases)
    leases.renew(ELSEWHERE)
    renewed = is_alive(ELSEWHERE, leases)
    (lease,) = (tmp_path / "owners").iterdir()
    os.utime(lease, (0, time.time() - OLD_AFTER_S - 5))
    old = is_alive(ELSEWHERE, leases)

    assert (never, renewed, old) == (False, True, False)


def test_two_containers_with_one_host_name_are_two_machines(leases: Leases) -> None:
    """Each counts its own processes: a number of one says nothing in the other."""
    import socket

    owner = this_process().replace(this_machine(), socket.gethostname())
    leases.renew(owner)

    assert is_alive(owner, leases)


def test_a_lease_ends_with_its_process_and_those_of_long_ago_go_with_it(leases: Leases, tmp_path: Path) -> None:
    """A project that thousands of commands were run in must not keep a file of each."""
    leases.renew(ELSEWHERE)
    leases.renew(this_process())
    for lease in (tmp_path / "owners").iterdir():
        os.utime(lease, (0, time.time() - FORGOTTEN_AFTER_S - 60))

    leases.end(this_process())

    assert list((tmp_path / "owners").iterdir()) == []


def test_a_processs_name_does_not_depend_on_the_clock() -> None:
    """A clock that is set while a run goes on must not end it."""
    assert f"{psutil.Process().create_time():.2f}" not in this_process()
    assert this_process() == this_process()
