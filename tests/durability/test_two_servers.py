"""Promise 10: one server writes a project at a time, and commands beside it do no harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.kit.commands import flowstone
from tests.kit.health import broken, findings
from tests.kit.killed_projects import run_states, write_killed
from tests.kit.served_project import ServedProject

from flowstone.errors.store import ProjectBusy
from flowstone.store.lock import ProjectLock, holder_of
from flowstone.store.state import StateFolder

RACERS = 4
BESIDE = 4


def test_a_second_server_says_who_holds_the_project(tmp_path: Path) -> None:
    """Somebody has forgotten a terminal, and must learn which."""
    root = write_killed(tmp_path / "p")
    with ServedProject(root) as server:
        refused = flowstone("start", str(root), "--port", "0", "--no-browser")

        assert refused.returncode == 2
        assert f"process {server.pid}" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert "#token=" not in refused.stderr, "a link that leads nowhere"
        server.start_run("still")
        assert server.ended("still")["state"] == "done"


def test_of_servers_that_start_at_once_one_gets_the_project(tmp_path: Path) -> None:
    """A double click starts two."""
    root = write_killed(tmp_path / "p")
    program = str(Path(sys.executable).with_name("flowstone"))
    logs = [tmp_path / f"{number}.log" for number in range(RACERS)]
    racers = []
    for log in logs:
        with log.open("wb") as out:
            command = [program, "start", str(root), "--port", "0", "--no-browser"]
            racers.append(subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True))
    try:
        deadline = time.monotonic() + 60
        while sum(racer.poll() is not None for racer in racers) < RACERS - 1:
            assert time.monotonic() < deadline, [log.read_text() for log in logs]
            time.sleep(0.05)
        running = [racer for racer in racers if racer.poll() is None]
        holder = holder_of(StateFolder(root).lock)
        words = [log.read_text() for racer, log in zip(racers, logs, strict=True) if racer.poll() is not None]
    finally:
        for racer in racers:
            if racer.poll() is None:
                racer.send_signal(signal.SIGINT)
            racer.wait(timeout=90)

    assert len(running) == 1
    assert holder is not None
    assert holder.pid == running[0].pid
    assert all("already served by" in said for said in words), words
    assert all(f"process {running[0].pid}" in said for said in words), words


def test_each_holder_begins_a_new_epoch_and_a_deleted_lock_is_taken_again_or_lost(tmp_path: Path) -> None:
    """Whoever held the project before must be told from whoever holds it now."""
    path = tmp_path / ".flowstone" / "server.lock"
    path.parent.mkdir()
    first, second = ProjectLock(path), ProjectLock(path)

    epochs = [first.acquire(holder="the first")]
    with pytest.raises(ProjectBusy, match=f"the first \\(process {os.getpid()}\\)"):
        second.acquire(holder="the second")
    path.unlink()
    first.keep()
    path.unlink()
    epochs.append(second.acquire(holder="the second"))
    with pytest.raises(ProjectBusy, match="the second"):
        first.keep()
    second.release()
    epochs.append(second.acquire(holder="the second"))

    assert epochs == [1, 1, 2]
    second.release()
    assert holder_of(path) is None


def test_a_server_whose_lock_is_deleted_takes_it_again_or_stops_running_things(tmp_path: Path) -> None:
    """Deleting a lock is what the internet tells people to do when a program says that it is taken."""
    root = write_killed(tmp_path / "p")
    lock = StateFolder(root).lock
    with ServedProject(root) as server:
        lock.unlink()
        deadline = time.monotonic() + 40
        while (holder := holder_of(lock)) is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)

        assert holder.pid == server.pid

        lock.unlink()
        other = ProjectLock(lock)
        other.acquire(holder="another server")
        refused = server.start_run("r1")
        other.release()
        allowed = server.start_run("r2")

        assert refused.status_code == 409, refused.text
        assert refused.json()["error"]["code"] == "project_busy"
        assert allowed.status_code < 300
        assert server.ended("r2")["state"] == "done"


def test_commands_beside_a_server_all_find_their_runs_in_one_ledger(tmp_path: Path) -> None:
    """People run things from cron while the browser is open."""
    root = write_killed(tmp_path / "p")
    program = str(Path(sys.executable).with_name("flowstone"))
    with ServedProject(root) as server:
        commands = [
            subprocess.Popen(
                [program, "run", "line", "--all", "--json", "--project", str(root)],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for _ in range(BESIDE)
        ]
        for number in range(BESIDE):
            assert server.start_run(f"r{number}").status_code < 300
        ran = [json.loads(command.communicate(timeout=120)[0]) for command in commands]
        served = [server.ended(f"r{number}", within_s=60)["state"] for number in range(BESIDE)]

        assert [run["state"] for run in ran] == ["done"] * BESIDE
        assert served == ["done"] * BESIDE
        assert broken(root, deep=True) == []
        listed = {run["id"] for run in server.http.get(f"/projects/{server.project}/runs").json()["runs"]}
    assert listed == set(run_states(root)) == {run["run"] for run in ran} | {f"r{n}" for n in range(BESIDE)}
    assert not [said for said in findings(root) if "owners" in said]
