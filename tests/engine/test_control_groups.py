"""Groups that end all that a worker has started: here a folder stands for the system's."""

from __future__ import annotations

import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import psutil

from flowstone.engine.control_groups import ControlGroups, own_group

FORKS = f"import os, sys, time\nsys.stdin.read()\nfor _ in range(4): os.fork()\ntime.sleep(600)  # for {os.getpid()}"


def until_none_is_left() -> bool:
    """Wait for what was killed to be gone."""
    forked = [p for p in psutil.process_iter(["cmdline"]) if FORKS in (p.info["cmdline"] or [])]
    return not psutil.wait_procs(forked, timeout=40)[1]


def test_each_worker_has_a_group_that_goes_when_it_has_ended(tmp_path: Path) -> None:
    """A server that runs for a year must not leave a folder for each of its workers."""
    groups = ControlGroups(tmp_path)

    assert groups.take(4711)
    (root,) = tmp_path.iterdir()
    assert (root / "4711" / "cgroup.procs").read_text() == "4711"
    assert groups.kill(4711)
    assert (root / "4711" / "cgroup.kill").read_text() == "1"
    for file in ("cgroup.procs", "cgroup.kill"):
        (root / "4711" / file).unlink()  # the system's groups have these files and can be removed all the same
    groups.drop(4711)

    assert list(root.iterdir()) == []
    groups.close()
    assert not any(path.is_dir() and not any(path.iterdir()) for path in tmp_path.iterdir())


class SlowGroups(ControlGroups):
    """Groups of a system that takes its time to make the first one."""

    making = threading.Event()
    going_on = threading.Event()

    def _new_root(self, own: Path | None) -> Path | None:
        self.making.set()
        self.going_on.wait(60)
        return super()._new_root(own)


def test_two_workers_that_start_at_once_both_have_a_group(tmp_path: Path) -> None:
    """The second one's processes would be looked for one by one, though the system can end them together."""
    groups = SlowGroups(tmp_path)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(groups.take, 1)
        groups.making.wait(60)
        second = threads.submit(groups.take, 2)
        wait([second], timeout=0.1)  # without a lock it has been told already that there are no groups
        groups.going_on.set()

        assert (first.result(), second.result()) == (True, True)


def test_where_no_group_can_be_made_nothing_is_wrong(tmp_path: Path) -> None:
    """Most containers do not let them be made, and blocks run there all the same."""
    groups = ControlGroups(tmp_path / "missing")

    assert not groups.take(4711)
    assert not groups.kill(4711)
    groups.drop(4711)
    groups.close()


def test_groups_of_servers_that_are_gone_are_removed(tmp_path: Path) -> None:
    """What their blocks have left running would run for ever."""
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    abandoned, going = tmp_path / f"flowstone-{gone.pid}-1", tmp_path / f"flowstone-{os.getpid()}-1"
    for folder in (abandoned / "12", going / "13"):
        folder.mkdir(parents=True)

    ControlGroups(tmp_path).take(4711)

    assert (abandoned / "cgroup.kill").read_text() == "1"
    assert not (abandoned / "12").exists()
    assert (going / "13").exists()


def test_the_systems_own_groups_end_whatever_was_forked() -> None:
    """Where the system lets them be made, in one stroke; here it may not, and then that is told."""
    groups = ControlGroups()
    with subprocess.Popen(["python3", "-c", FORKS], stdin=subprocess.PIPE) as forking:
        is_taken = groups.take(forking.pid)
        assert forking.stdin is not None
        forking.stdin.close()  # only now does it fork: what it forked before would be in no group
        if is_taken:
            assert groups.kill(forking.pid)
        else:
            assert own_group() is None or not os.access(own_group() or "", os.W_OK)
            forking.kill()

        assert forking.wait() == -9

    groups.close()
    assert not is_taken or until_none_is_left()
